"""Reading who is away, who stands in, and for what there is nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from kinderwerk.absences.rules import Lack
from kinderwerk.access.conditions import of_organisation, owner
from kinderwerk.access.vocabulary import Actor, Facts, Resource, Role
from kinderwerk.accounts import away as presence
from kinderwerk.accounts.carrying import Cases, Load, loads
from kinderwerk.accounts.models import Away, Membership, User
from kinderwerk.accounts.queries import holding
from kinderwerk.accounts.rules import LENT, REPLACED, STANDING_IN
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.storage.scoping import belonging, scope

ABSENCES = scope(
    Resource.ABSENCE,
    Away,
    {
        of_organisation: belonging(Away.organisation_id),
        owner: lambda actor, membership: Away.user_id == actor.id,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at work, by a role they have."""

    id: UUID  # of the role
    user_id: UUID
    organisation_id: UUID | None
    neighbourhood_id: UUID | None
    role: Role
    name: str

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, owner_id=self.user_id)

    @property
    def carries(self) -> bool:
        """Tell whether there can be something that somebody else has to see to meanwhile."""
        return self.role in REPLACED


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Days of somebody, with who stands in."""

    id: UUID
    user_id: UUID
    name: str
    first: date
    last: date
    deputy: str | None
    lent: bool = False  # whoever stands in can act in their role

    @property
    def runs(self) -> bool:
        return self.first <= clock.today()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """Somebody who is not there, why there is nobody for what they carry, and how much it is."""

    user_id: UUID
    name: str
    lack: Lack
    since: date | None
    membership_id: UUID | None
    counts: Sequence[tuple[str, int]] = ()

    @property
    def left(self) -> bool:
        return self.lack is Lack.LEFT


def person(session: Session, membership_id: UUID) -> Person:
    held = session.get_one(Membership, membership_id, options=[joinedload(Membership.user)])
    return _person(held)


def _person(held: Membership) -> Person:
    return Person(
        id=held.id, user_id=held.user_id, organisation_id=held.organisation_id, role=held.role,
        neighbourhood_id=held.neighbourhood_id, name=held.user.name,
    )  # fmt: skip


def gone(session: Session, membership_id: UUID) -> Membership:
    """Return the last role in which somebody carried cases who carries none here any more."""
    held = session.get_one(Membership, membership_id, options=[joinedload(Membership.user)])
    roles, _ = _roles(session, held.organisation_id)
    if held.role not in STANDING_IN or held.user_id in roles:
        raise Withheld("they work here")
    return held


def of_actor(session: Session, actor: Actor) -> Person:
    """Return oneself, in one's own role here, be it that one acts in another's."""
    mine = select(Membership).where(
        Membership.user_id == actor.id, Membership.organisation_id == actor.organisation_id,
        Membership.ended_at.is_(None),
    )  # fmt: skip
    known = [_person(held) for held in session.scalars(mine.order_by(Membership.created_at))]
    return next((one for one in known if one.carries), known[0])


def away(session: Session, away_id: UUID) -> Away:
    return session.get_one(Away, away_id)


def able(session: Session, one: Person) -> Sequence[User]:
    """Return who can stand in for somebody: whoever may carry cases wherever they do.

    A protection officer does not stand in for the privacy officer, who watches over them.
    """
    if one.organisation_id is None or not one.carries:
        return []
    may = holding(one.organisation_id, STANDING_IN, one.neighbourhood_id)
    if one.role is Role.PRIVACY_OFFICER:
        watched = holding(one.organisation_id, [Role.PROTECTION_OFFICER], one.neighbourhood_id)
        may = may.where(User.id.not_in(watched.order_by(None).with_only_columns(User.id)))
    return session.scalars(may.where(User.id != one.user_id)).all()


def colleagues(session: Session, actor: Actor) -> Sequence[Person]:
    """Return for whom somebody else can be named: everybody who may carry cases, each once."""
    rows = session.scalars(
        select(Membership)
        .join(Membership.user)
        .where(
            Membership.organisation_id == actor.organisation_id, Membership.ended_at.is_(None),
            Membership.role.in_(REPLACED),
        )
        .order_by(func.lower(User.name), Membership.created_at, Membership.id)
        .options(joinedload(Membership.user))
    )  # fmt: skip
    first: dict[UUID, Person] = {}
    for held in rows:
        first.setdefault(held.user_id, _person(held))
    return list(first.values())


def to_come(session: Session, actor: Actor, user_id: UUID | None = None) -> list[Line]:
    """Return who is away now or later, as far as this actor sees it; or only one person."""
    deputy = aliased(User)
    wanted = (
        select(Away, User.name, deputy.name.label("deputy"), presence.works().label("works"))
        .join(User, User.id == Away.user_id)
        .outerjoin(deputy, deputy.id == Away.deputy_id)
        .where(ABSENCES.visible(actor), Away.last_day >= clock.today())
        .order_by(Away.first_day, User.name, Away.id)
    )
    if user_id:
        wanted = wanted.where(Away.user_id == user_id)
    return [
        Line(
            id=one.id, user_id=one.user_id, name=name, first=one.first_day, last=one.last_day,
            deputy=instead if works else None,
        )
        for one, name, instead, works in session.execute(wanted)
    ]  # fmt: skip


def standing_in(session: Session, actor: Actor) -> list[Line]:
    """Return for whom this actor stands in, today or later."""
    rows = session.execute(
        select(Away, User.name)
        .join(User, User.id == Away.user_id)
        .where(
            Away.deputy_id == actor.id, Away.organisation_id == actor.organisation_id,
            Away.last_day >= clock.today(),
        )
        .order_by(Away.first_day, User.name, Away.id)
    ).all()  # fmt: skip
    lent = _lent(session, actor) if rows else set()
    return [
        Line(
            id=one.id, user_id=one.user_id, name=name, first=one.first_day, last=one.last_day,
            deputy=None, lent=one.user_id in lent,
        )
        for one, name in rows
    ]  # fmt: skip


def _lent(session: Session, actor: Actor) -> set[UUID]:
    """Return whose role is lent to whoever stands in, and is not the one they act in already."""
    acting = actor.membership and actor.membership.id
    held = select(Membership.user_id).where(
        Membership.organisation_id == actor.organisation_id, Membership.ended_at.is_(None),
        Membership.role.in_(LENT), Membership.id != acting,
    )  # fmt: skip
    return set(session.scalars(held))


def alone(session: Session, organisation_id: UUID | None) -> list[Alone]:
    """Return who carries open cases and is not there, without anybody who stands in.

    Somebody stands in who works here and is there; a case of the own family has nobody with them.
    """
    if organisation_id is None:
        return []
    carried = _carried(session, organisation_id)
    roles, ended = _roles(session, organisation_id)
    instead = presence.deputies(session, organisation_id)
    since = {user: days[0][0] for user, days in _days(session, organisation_id).items()}
    names, locked = _names(session, carried)
    found = []
    for user_id, counts in carried.items():
        lack, left = _lack(user_id, roles, instead), counts
        if lack is Lack.ALONE and user_id in locked:
            lack = Lack.LOCKED
        if lack is None and (deputy := instead.get(user_id)):
            left = _shut(session, organisation_id, user_id, deputy)
            lack = Lack.BOTH if left else None
        if lack:
            found.append(
                Alone(
                    user_id=user_id, name=names.get(user_id, ""), lack=lack,
                    since=since.get(user_id),
                    membership_id=roles.get(user_id) or ended.get(user_id),
                    counts=[(load.label, n) for load, n in left.items()],
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (one.name, str(one.user_id)))


def _lack(user_id: UUID, roles: dict[UUID, UUID], instead: dict[UUID, UUID | None]) -> Lack | None:
    if user_id not in roles:
        return Lack.LEFT
    return Lack.ALONE if user_id in instead and instead[user_id] is None else None


def officer_away(
    session: Session, organisation_id: UUID, role: Role = Role.PROTECTION_OFFICER
) -> Sequence[UUID]:
    """Return the officers who are away, where nobody acts as one today."""
    officers = session.scalars(holding(organisation_id, [role], None)).all()
    there = presence.present(session, organisation_id, officers)
    return [] if there else [one.id for one in officers]


def _with_cases() -> Iterator[tuple[Load, Cases]]:
    for load in loads:
        if load.cases:
            yield load, load.cases


def _carried(session: Session, organisation_id: UUID) -> dict[UUID, dict[Load, int]]:
    """Return how many open cases of each kind everybody carries who is away or has left."""
    found: dict[UUID, dict[Load, int]] = {}
    for load, cases in _with_cases():
        for owner_id, count in cases.owners(session, organisation_id).items():
            found.setdefault(owner_id, {})[load] = count
    return found


def _shut(
    session: Session, organisation_id: UUID, user_id: UUID, deputy_id: UUID
) -> dict[Load, int]:
    """Return the cases that are about the family of who stands in."""
    found = {
        load: cases.about(session, organisation_id, user_id, deputy_id)
        for load, cases in _with_cases()
    }
    return {load: count for load, count in found.items() if count}


def _roles(
    session: Session, organisation_id: UUID | None
) -> tuple[dict[UUID, UUID], dict[UUID, UUID]]:
    """Return a role of everybody who may carry cases here; and of those who once might."""
    rows = session.execute(
        select(Membership.user_id, Membership.id, Membership.ended_at)
        .where(
            Membership.organisation_id == organisation_id, Membership.role.in_(STANDING_IN)
        )
        .order_by(Membership.created_at.desc(), Membership.id)
    ).all()  # fmt: skip
    here = {row.user_id: row.id for row in rows if row.ended_at is None}
    return here, {row.user_id: row.id for row in rows if row.user_id not in here}


def _days(session: Session, organisation_id: UUID) -> dict[UUID, Sequence[tuple[date, date]]]:
    today = clock.today()
    return dict(presence.days(session, organisation_id, today, today))


def _names(session: Session, ids: dict[UUID, dict[Load, int]]) -> tuple[dict[UUID, str], set[UUID]]:
    """Return the names of these people, and whose account is locked."""
    rows = session.execute(select(User.id, User.name, User.locked_at).where(User.id.in_(ids))).all()
    return {row.id: row.name for row in rows}, {row.id for row in rows if row.locked_at}
