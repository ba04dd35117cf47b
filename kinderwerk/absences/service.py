"""Being away, naming who stands in, coming back; and noticing where there is nobody."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinderwerk.absences import queries, rules
from kinderwerk.absences.queries import Person
from kinderwerk.absences.rules import Days, Leave
from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource, Role
from kinderwerk.accounts.away import reached
from kinderwerk.accounts.models import Away, Organisation, User
from kinderwerk.accounts.queries import holding
from kinderwerk.accounts.service import burdens
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.messages.service import tell
from kinderwerk.storage.work import unit_of_work

TIDIED: Final = "absence.tidied"


def go(session: Session, actor: Actor, membership_id: UUID, leave: Leave) -> Away:
    """Write down from when until when somebody is away; who stands in may do what they may."""
    rules.check(leave, clock.today())
    with unit_of_work(session):
        one = _locked(session, queries.person(session, membership_id), leave.deputy_id)
        demand(actor, Action.EDIT, Resource.ABSENCE, one.facts)
        if one.organisation_id is None or actor.id is None:
            raise Withheld("people are away from an organisation, and somebody says so")
        if leave.deputy_id not in {None, *(each.id for each in queries.able(session, one))}:
            raise rules.CannotStandIn
        own = _days(session, one.organisation_id, one.user_id)
        theirs = _days(session, one.organisation_id, leave.deputy_id)
        rules.check_days(leave, own, theirs)
        made = Away(
            organisation_id=one.organisation_id, user_id=one.user_id, first_day=leave.first,
            last_day=leave.last, deputy_id=leave.deputy_id, by_id=actor.id,
        )  # fmt: skip
        session.add(made)
        session.flush()
        audit.record(
            session, actor, "absence.written", made.id, person=one.user_id,
            deputy=leave.deputy_id, first=leave.first, last=leave.last,
        )  # fmt: skip
        _tell_all(session, actor, made)
    return made


def come_back(session: Session, actor: Actor, away_id: UUID) -> None:
    """Take days back that are still to come, or end them: from today on somebody is there."""
    with unit_of_work(session):
        known = session.get_one(Away, away_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.ABSENCE, known.facts)
        yesterday = clock.today() - timedelta(days=1)
        if known.last_day <= yesterday:
            raise rules.Over
        if known.first_day <= yesterday:
            known.last_day = yesterday
        else:
            session.delete(known)
        audit.record(session, actor, "absence.taken_back", known.id, person=known.user_id)


def hand_over(
    session: Session, actor: Actor, membership_id: UUID, heirs: Mapping[str, UUID]
) -> None:
    """Give all that somebody still carries who works here no more to colleagues, unread."""
    with unit_of_work(session):
        held = queries.gone(session, membership_id)
        session.get_one(User, held.user_id, with_for_update={"of": User, "key_share": True})
        demand(actor, Action.EDIT, Resource.LEFT_BEHIND, held.facts)
        burdens.hand_over(session, actor, held, heirs, everything=True)


def watch(session: Session) -> None:
    """Tell once where nobody is there for open cases, or where no protection officer is."""
    with unit_of_work(session):
        for here in session.scalars(select(Organisation.id).order_by(Organisation.id)).all():
            _watch(session, here)


def _watch(session: Session, here: UUID) -> None:
    officers = session.scalars(holding(here, [Role.PROTECTION_OFFICER], None)).all()
    leading = session.scalars(holding(here, [Role.COORDINATOR], None)).all()
    gone = queries.officer_away(session, here)
    for reader in reached(session, here, leading):
        for officer in gone:
            _tell(session, here, reader, f"officer:{officer}", "absences.officer")
        for officer in queries.officer_away(session, here, Role.PRIVACY_OFFICER):
            _tell(session, here, reader, f"officer:{officer}", "absences.privacy_officer")
    receivers = leading if gone or not officers else officers
    for one in queries.alone(session, here):
        for reader in reached(session, here, receivers):
            about = f"{one.user_id}:{one.since}:{one.lack}"
            _tell(session, here, reader, about, "absences.alone")


def tidy(session: Session) -> None:
    """Forget who stood in for whom, a year after it was over."""
    over = Away.last_day < clock.today() - rules.KEPT
    with unit_of_work(session):
        if session.scalar(select(Away.id).where(over).limit(1)) is None:
            return
        session.execute(delete(Away).where(over), execution_options={"audited": TIDIED})
        audit.record(session, SYSTEM, TIDIED, UUID(int=0))


def _locked(session: Session, one: Person, deputy_id: UUID | None) -> Person:
    """Let nobody write down other days of these two meanwhile."""
    for id in sorted(filter(None, (one.user_id, deputy_id))):
        session.get_one(User, id, with_for_update={"of": User, "key_share": True})
    return one


def _days(session: Session, organisation_id: UUID, user_id: UUID | None) -> list[Days]:
    rows = select(Away.first_day, Away.last_day).where(
        Away.organisation_id == organisation_id, Away.user_id == user_id
    )
    return [(first, last) for first, last in session.execute(rows)]


def _tell_all(session: Session, actor: Actor, made: Away) -> None:
    """Tell who stands in, and whoever else should know: the person, where somebody else said so."""
    people = {made.deputy_id} if made.deputy_id else set()
    if made.user_id != actor.id:
        people |= {made.user_id}
        watching = holding(made.organisation_id, [Role.PROTECTION_OFFICER], None)
        people |= {one.id for one in session.scalars(watching)}
    for person in _people(session, people - {actor.id}):
        _tell(session, made.organisation_id, person, made.id, "absences.told")


def _people(session: Session, ids: Iterable[UUID]) -> list[User]:
    return list(session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id)))


def _tell(session: Session, here: UUID, person: User, about: object, template: str) -> None:
    tell(
        session, key=f"{template}:{about}:{person.id}", template=template, address=person.email,
        language=person.language, organisation_id=here, reader=person.id, about=about,
    )  # fmt: skip
