"""Reading talks, and who is there for them. What is sealed stays shut here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Table, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.accounts import away
from kinderwerk.accounts.models import Membership, User
from kinderwerk.accounts.queries import holding
from kinderwerk.core import clock
from kinderwerk.places.models import Neighbourhood, Venue
from kinderwerk.storage.scoping import Twins, belonging, scope
from kinderwerk.storage.sealing import opener, place
from kinderwerk.talks import rules
from kinderwerk.talks.models import (
    Talk,
    TalkAlert,
    TalkDuty,
    TalkKeeper,
    TalkMessage,
    TalkOffice,
    TalkTold,
)
from kinderwerk.talks.rules import Duty, House

#: Who can answer children, of the line and beside it.
ANSWERING: Final = (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER)
MOST: Final = 200
TWINS: Final[Twins] = {
    conditions.of_organisation: belonging(Talk.organisation_id),
    conditions.owner: lambda actor, membership: Talk.keeper_id == actor.id,
    conditions.reader: lambda actor, membership: Talk.second_id == actor.id,
    conditions.on_duty: lambda actor, membership: (
        exists()
        .where(
            TalkAlert.talk_id == Talk.id, TalkAlert.seen_at.is_(None),
            TalkTold.alert_id == TalkAlert.id, TalkTold.user_id == actor.id,
        )
        .correlate(Talk)
    ),
    conditions.lasting: lambda actor, membership: (
        exists()
        .where(TalkAlert.talk_id == Talk.id, TalkAlert.seen_at.is_(None))
        .correlate(Talk)
    ),
    conditions.past_the_line: lambda actor, membership: Talk.past_line.is_(True),
    conditions.own_family: lambda actor, membership: and_(
        Talk.about_id.is_not(None), Talk.about_id == actor.id
    ),
}  # fmt: skip
TALKS: Final = scope(Resource.TALK, Talk, TWINS)
#: What lies with a child for as long as its key opens it.
LIVING: Final = Talk.closed_at.is_(None)


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody whom a child can choose: a first name and a drawing."""

    user_id: UUID
    first_name: str
    picture: str


@dataclass(frozen=True, slots=True)
class Newest:
    """What a child finds: the newest answer, if there is one, and who reads along."""

    words: str | None
    meeting: str | None
    at: datetime | None
    tells: bool
    waiting: bool
    keeper: str
    second: str
    keeper_there: bool
    past_line: bool
    promised: int
    read_within: int


def office(
    session: Session, organisation_id: UUID | None, *, lock: bool = False
) -> TalkOffice | None:
    found = select(TalkOffice).where(TalkOffice.organisation_id == organisation_id)
    return session.scalar(found.with_for_update() if lock else found)


def house(session: Session, organisation_id: UUID) -> House:
    """Return what there is to offer talks with, as it stands now."""
    held = office(session, organisation_id)
    gone = [one for one, deputy in away.deputies(session, organisation_id).items()]
    return House(
        opened=bool(held and held.opened),
        assessed_on=held.assessed_on if held else None,
        trained=frozenset(session.scalars(_able(organisation_id))),
        duties=tuple(
            Duty(one.user_id, one.weekday, one.begins, one.ends)
            for one in session.scalars(
                select(TalkDuty).where(TalkDuty.organisation_id == organisation_id)
            )
        ),
        confidants=tuple(
            one.id for one in session.scalars(holding(organisation_id, [Role.CONFIDANT], None))
        ),
        away=frozenset(gone),
    )


def _able(organisation_id: UUID) -> Any:
    """Select who answers: training on record, and still at work there with a certificate seen."""
    return select(TalkKeeper.user_id).where(
        TalkKeeper.organisation_id == organisation_id,
        TalkKeeper.trained_on <= clock.today(),
        exists().where(
            Membership.user_id == TalkKeeper.user_id,
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None), Membership.checked, Membership.role.in_(ANSWERING),
        ),
    )  # fmt: skip


def wall_now() -> datetime:
    return clock.to_wall(clock.now())


def faces(session: Session, organisation_id: UUID, there: frozenset[UUID]) -> Sequence[Face]:
    """Return whom a child may choose now: who is there, and agreed to be shown."""
    rows = session.scalars(
        select(TalkKeeper)
        .where(
            TalkKeeper.organisation_id == organisation_id, TalkKeeper.user_id.in_(there),
            TalkKeeper.agreed_on.is_not(None),
        )
        .order_by(TalkKeeper.first_name, TalkKeeper.id)
    )  # fmt: skip
    return [Face(one.user_id, one.first_name, one.picture) for one in rows]


def everyone_shown(session: Session, organisation_id: UUID) -> Sequence[Face]:
    """Return everybody whom a child may say that it is about, there or not."""
    able = frozenset(session.scalars(_able(organisation_id)))
    return faces(session, organisation_id, able)


def keepers(session: Session, organisation_id: UUID | None) -> Sequence[tuple[TalkKeeper, User]]:
    return [
        (keeper, user)
        for keeper, user in session.execute(
            select(TalkKeeper, User)
            .join(User, User.id == TalkKeeper.user_id)
            .where(TalkKeeper.organisation_id == organisation_id)
            .order_by(User.name, TalkKeeper.id)
        )
    ]


def keeper_by_id(session: Session, keeper_id: UUID) -> TalkKeeper:
    return session.get_one(TalkKeeper, keeper_id)


def keeper_of(
    session: Session, organisation_id: UUID | None, user_id: UUID | None
) -> TalkKeeper | None:
    return session.scalar(
        select(TalkKeeper).where(
            TalkKeeper.organisation_id == organisation_id, TalkKeeper.user_id == user_id
        )
    )


def duties(session: Session, organisation_id: UUID | None) -> Sequence[tuple[TalkDuty, str]]:
    rows = session.execute(
        select(TalkDuty, User.name)
        .join(User, User.id == TalkDuty.user_id)
        .where(TalkDuty.organisation_id == organisation_id)
        .order_by(TalkDuty.weekday, TalkDuty.begins, User.name, TalkDuty.id)
    )
    return [(duty, name) for duty, name in rows]


def duty_by_id(session: Session, duty_id: UUID) -> TalkDuty:
    return session.get_one(TalkDuty, duty_id)


def could_answer(session: Session, organisation_id: UUID) -> Sequence[User]:
    return session.scalars(holding(organisation_id, ANSWERING, None)).all()


def venues(session: Session, organisation_id: UUID) -> Sequence[Venue]:
    return session.scalars(
        select(Venue)
        .where(Venue.organisation_id == organisation_id, Venue.retired.is_(False))
        .order_by(Venue.name, Venue.id)
    ).all()


def by_id(session: Session, talk_id: UUID) -> Talk:
    return session.get_one(Talk, talk_id)


def mine(session: Session, actor: Actor) -> Sequence[Talk]:
    """Return what this person keeps, what waits first; never a word of it."""
    return session.scalars(
        select(Talk)
        .where(TALKS.visible(actor))
        .order_by(
            Talk.closed_at.is_not(None), Talk.waiting_since.is_(None), Talk.waiting_since,
            Talk.last_at.desc(), Talk.id,
        )
        .limit(MOST)
    ).all()  # fmt: skip


def alerts(session: Session, actor: Actor) -> Sequence[TalkAlert]:
    """Return the alerts that this person was told of and that nobody saw yet."""
    return session.scalars(
        select(TalkAlert)
        .join(TalkAlert.talk)
        .where(
            TalkAlert.seen_at.is_(None), TALKS.visible(actor, Action.RELEASE),
            exists().where(TalkTold.alert_id == TalkAlert.id, TalkTold.user_id == actor.id),
        )
        .order_by(TalkAlert.created_at, TalkAlert.id)
    ).all()  # fmt: skip


def waiting(session: Session, actor: Actor) -> int:
    """Count the talks of this person in which a child waits to be read."""
    return (
        session.scalar(
            select(func.count(Talk.id)).where(
                TALKS.visible(actor), LIVING, Talk.waiting_since.is_not(None)
            )
        )
        or 0
    )


def messages(session: Session, talk_id: UUID) -> Sequence[TalkMessage]:
    return session.scalars(
        select(TalkMessage)
        .where(TalkMessage.talk_id == talk_id)
        .order_by(TalkMessage.created_at, TalkMessage.id)
    ).all()


def names(session: Session, *ids: UUID | None) -> Mapping[UUID, str]:
    wanted = {one for one in ids if one}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {id: name for id, name in rows}


def areas(session: Session, talks: Sequence[Talk]) -> Mapping[UUID, str]:
    wanted = {one.neighbourhood_id for one in talks}
    rows = session.execute(
        select(Neighbourhood.id, Neighbourhood.name).where(Neighbourhood.id.in_(wanted))
    )
    return {id: name for id, name in rows}


def first_names(session: Session, organisation_id: UUID, *ids: UUID) -> Mapping[UUID, str]:
    """Return how children know these people: by the name they agreed to, else by their first."""
    agreed = {one.user_id: one.first_name for one in everyone_shown(session, organisation_id)}
    return {id: agreed.get(id) or name.split(" ")[0] for id, name in names(session, *ids).items()}


def busy(session: Session, organisation_id: UUID) -> Counter[UUID]:
    rows = session.execute(
        select(Talk.keeper_id, func.count())
        .where(Talk.organisation_id == organisation_id, LIVING)
        .group_by(Talk.keeper_id)
    )
    return Counter({id: count for id, count in rows})


def above(session: Session, organisation_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """Return protection officers and coordinators, with who stands in for those who are away."""
    found = []
    for role in (Role.PROTECTION_OFFICER, Role.COORDINATOR):
        held = session.scalars(holding(organisation_id, [role], None)).all()
        found.append([one.id for one in away.reached(session, organisation_id, held)])
    return found[0], found[1]


def secret_of(session: Session, held: TalkOffice) -> bytes:
    """Return the key with which the keys of children are computed; nobody ever sees it."""
    table = cast(Table, TalkOffice.__table__)
    sealed = session.execute(select(table.c.secret).where(table.c.id == held.id)).scalar_one()
    return bytes.fromhex(opener(session)(sealed, place(table.name, "secret", held.id)))


def by_tag(session: Session, organisation_id: UUID, tag: str) -> Talk | None:
    """Return the talk that this key opens, unless it is over or too old."""
    found = session.scalar(
        select(Talk).where(Talk.organisation_id == organisation_id, Talk.key_tag == tag, LIVING)
    )
    return found if found and not rules.is_expired(found.last_at, clock.now()) else None


def is_taken(session: Session, organisation_id: UUID, tag: str) -> bool:
    taken = select(Talk.id).where(Talk.organisation_id == organisation_id, Talk.key_tag == tag)
    return session.scalar(taken) is not None


def was_sent(session: Session, talk_id: UUID, once: UUID) -> bool:
    """Tell whether this form was sent to this talk already."""
    sent = select(TalkMessage.id).where(TalkMessage.talk_id == talk_id, TalkMessage.once == once)
    return session.scalar(sent) is not None


def living(session: Session, talk_id: UUID) -> Talk | None:
    found = session.get(Talk, talk_id)
    if found is None or found.closed_at or rules.is_expired(found.last_at, clock.now()):
        return None
    return found


def newest(session: Session, talk: Talk) -> Newest:
    """Open the newest answer for the child who asked; of that no entry is made anywhere."""
    table = cast(Table, TalkMessage.__table__)
    row = session.execute(
        select(table.c.id, table.c.words, table.c.meeting, table.c.created_at, table.c.tells)
        .where(table.c.talk_id == talk.id, table.c.by_id.is_not(None))
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .limit(1)
    ).first()
    opened = opener(session)
    people = first_names(session, talk.organisation_id, talk.keeper_id, talk.second_id)
    there = house(session, talk.organisation_id).there(wall_now())
    return Newest(
        words=opened(row.words, place(table.name, "words", row.id)) if row else None,
        meeting=opened(row.meeting, place(table.name, "meeting", row.id))
        if row and row.meeting
        else None,
        at=row.created_at if row else None,
        tells=bool(row and row.tells),
        waiting=talk.waiting_since is not None,
        keeper=people.get(talk.keeper_id, ""), second=people.get(talk.second_id, ""),
        keeper_there=talk.keeper_id in there, past_line=talk.past_line,
        promised=talk.promised, read_within=talk.read_within,
    )  # fmt: skip


def overdue(session: Session, now: datetime) -> Sequence[Talk]:
    """Return the talks that nobody read within the term that its child was told, unalerted."""
    waiting = session.scalars(
        select(Talk).where(
            LIVING, Talk.waiting_since.is_not(None),
            ~exists().where(TalkAlert.talk_id == Talk.id, TalkAlert.seen_at.is_(None)),
        )
    )  # fmt: skip
    return [one for one in waiting if rules.is_overdue(one.waiting_since, one.read_within, now)]


def climbing(session: Session, now: datetime) -> Sequence[UUID]:
    """Return the alerts that nobody saw in time."""
    return session.scalars(
        select(TalkAlert.id).where(TalkAlert.seen_at.is_(None), TalkAlert.next_at <= now)
    ).all()


def of_person(session: Session, organisation_id: UUID, user_id: UUID) -> Any:
    return select(Talk).where(
        Talk.organisation_id == organisation_id, LIVING,
        or_(Talk.keeper_id == user_id, Talk.second_id == user_id),
    )  # fmt: skip
