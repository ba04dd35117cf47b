"""Writing down what was seen of people at work, and what they tell of themselves."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.accounts import queries as accounts
from kinderwerk.accounts.models import Membership, Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.messages.service import tell
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work
from kinderwerk.team import queries, rules
from kinderwerk.team.models import StaffRecord
from kinderwerk.team.queries import Colleague
from kinderwerk.team.rules import Own, State, TeamRules, Training, Wish, Word


def write(
    session: Session, actor: Actor, membership_id: UUID, wish: Wish, version: int | None
) -> None:
    """Write down what a coordinator knows; from then on names are open, or shut."""
    with unit_of_work(session):
        one, known = _open(session, actor, membership_id)
        rules.check(wish, one.screening, clock.today())
        seen_now = wish.word is Word.SEEN and (known.word, known.seen_on) != (
            wish.word, wish.seen_on,
        )  # fmt: skip
        if seen_now:
            known.seen_by_id = actor.id
            seal(session, known, outcome=None)
        revise(known, version, **asdict(wish))
        _settle(session, actor, one, checked=rules.counts(wish.word))
        audit.record(session, actor, "staff.written", known.id, also=[one.id], word=wish.word.value)


def refuse(session: Session, actor: Actor, membership_id: UUID, words: str) -> None:
    """Note, sealed, that no certificate was given; names shut at once."""
    with unit_of_work(session):
        one, known = _open(session, actor, membership_id)
        seal(session, known, outcome=words.strip() or "-")
        revise(known, None, word=Word.MISSING, issued_on=None, seen_on=None, seen_by_id=None)
        _settle(session, actor, one, checked=False)
        audit.record(session, actor, "staff.refused", known.id, also=[one.id])


def outcome(session: Session, actor: Actor, one: Colleague) -> str:
    """Open what came out; it is on record first."""
    demand(actor, Action.EDIT, Resource.STAFF, one.facts)
    if one.record is None or not queries.refused(session, one):
        return ""
    id = one.record.id
    told = audit.disclose(session, actor, "staff.read", id, StaffRecord, [id], "outcome")
    return told[id]["outcome"] or ""


def train(session: Session, actor: Actor, membership_id: UUID, training: Training) -> None:
    with unit_of_work(session):
        _, known = _open(session, actor, membership_id)
        made = {
            "kind": training.kind, "on": training.on.isoformat(),
            "until": training.until.isoformat() if training.until else None,
        }  # fmt: skip
        revise(known, None, trainings=[*known.trainings, made])
        audit.record(session, actor, "staff.trained", known.id)


def tell_own(session: Session, actor: Actor, membership_id: UUID, own: Own) -> None:
    """Keep what somebody tells of themselves: a number, and when they can."""
    with unit_of_work(session):
        _, known = _open(session, actor, membership_id, Resource.AVAILABILITY)
        revise(known, None, phone=own.phone, halves=list(own.halves))
        audit.record(session, actor, "staff.told", known.id)


def set_rules(session: Session, actor: Actor, organisation_id: UUID, wish: TeamRules) -> None:
    """Say what is asked of people here, and until when they can give a shift back."""
    rules.check_rules(wish)
    with unit_of_work(session):
        here = session.get_one(Organisation, organisation_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.ORGANISATION, here.facts)
        here.screening, here.give_back_hours = wish.screening.value, wish.give_back_hours
        here.training_kinds = list(wish.trainings)
        audit.record(
            session, actor, "organisation.changed", here.id, screening=wish.screening.value
        )


def remind(session: Session) -> None:
    """Tell people and their coordinators what is due soon, once for each thing and stage."""
    with unit_of_work(session):
        for here in session.scalars(select(Organisation.id).order_by(Organisation.id)).all():
            for one in queries.everybody(session, here):
                if one.record and one.state in (State.RENEW_SOON, State.OVERDUE):
                    key = f"staff.renew:{one.record.id}:{one.renew_on}:{one.state}"
                    _remind(session, one, "team.renew", key)
                if one.record and one.ending:
                    days = ":".join(str(each.on) for each in one.ending)
                    _remind(session, one, "team.ends", f"staff.ends:{one.record.id}:{days}")


def _remind(session: Session, one: Colleague, template: str, key: str) -> None:
    person = session.get_one(User, one.user_id)
    leading = accounts.holding(one.organisation_id, (Role.COORDINATOR,), None)
    for reader in {person, *session.scalars(leading)}:
        tell(
            session, key=f"{key}:{reader.id}", template=template, address=reader.email,
            language=reader.language, organisation_id=one.organisation_id, colleague=one.id,
            own="yes" if reader is person else "no",
        )  # fmt: skip


def _open(
    session: Session, actor: Actor, membership_id: UUID, about: Resource = Resource.STAFF
) -> tuple[Colleague, StaffRecord]:
    """Return somebody with their record, locked with every role of theirs here."""
    held = session.get_one(Membership, membership_id, with_for_update=True)
    session.scalars(_roles(held.user_id, held.organisation_id).with_for_update()).all()
    one = queries.colleague(session, membership_id)
    known = queries.record(session, one.organisation_id, one.user_id, lock=True)
    demand(actor, Action.EDIT, about, one.facts)
    return one, known or _begun(session, one)


def _begun(session: Session, one: Colleague) -> StaffRecord:
    begun = StaffRecord(organisation_id=one.organisation_id, user_id=one.user_id, kind=one.kind)
    session.add(begun)
    session.flush()
    return begun


def _roles(user_id: UUID, organisation_id: UUID | None) -> Select[Membership]:
    """Return what somebody is in an organisation today."""
    return select(Membership).where(
        Membership.user_id == user_id, Membership.ended_at.is_(None),
        Membership.organisation_id == organisation_id,
    )  # fmt: skip


def _settle(session: Session, actor: Actor, one: Colleague, *, checked: bool) -> None:
    """Let every role of theirs here know whether names are open to it."""
    known = session.scalars(_roles(one.user_id, one.organisation_id)).all()
    held = [each for each in known if each.checked is not checked]
    for each in held:
        each.checked = checked
    if held:
        ids = [each.id for each in held]
        deed = "member.checked" if checked else "member.unchecked"
        audit.record(session, actor, deed, one.user_id, also=ids)
