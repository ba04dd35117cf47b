"""Confirming terms, holding back, asking to be forgotten, and what is done about it at night."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.accounts import erasure as accounts
from kinderwerk.accounts.models import Organisation
from kinderwerk.audit import purge as trail
from kinderwerk.audit import service as audit
from kinderwerk.audit.rules import months_before
from kinderwerk.conversations import erasure as conversations
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.core.retention import TERMS, Ending, Line
from kinderwerk.council import erasure as council
from kinderwerk.families import erasure as families
from kinderwerk.families.models import Family
from kinderwerk.ideas import erasure as ideas
from kinderwerk.learning.consulting import erasure as consulting
from kinderwerk.learning.library import erasure as library
from kinderwerk.learning.reviews import erasure as reviews
from kinderwerk.logbook import erasure as logbook
from kinderwerk.messages import erasure as messages
from kinderwerk.notices import erasure as notices
from kinderwerk.privacy import due, erasing, granting, queries
from kinderwerk.privacy.models import Hold, Rule, Wish
from kinderwerk.privacy.queries import Subject
from kinderwerk.privacy.rules import (
    AlreadyAsked,
    Confirmation,
    ErasureReason,
    HoldWish,
    begins,
    check,
    check_hold,
    proposal,
)
from kinderwerk.registers import erasure as registers
from kinderwerk.storage.erasing import Kind
from kinderwerk.storage.work import revise, unit_of_work

AT_ONCE: Final = 50


def confirm(
    session: Session, actor: Actor, line: Line, wish: Confirmation, version: int | None = None
) -> Rule:
    """Decide how long something is kept; nothing goes under a new term before it was shown."""
    with unit_of_work(session):
        organisation_id = _decides(actor)
        check(line, wish, clock.today())
        rule = session.get(Rule, (organisation_id, line), with_for_update=True)
        told: dict[str, Any] = {
            "amount": wish.amount, "unit": wish.unit, "ending": wish.ending,
            "confirmed_by_id": _id(actor), "confirmed_at": clock.now(),
            "begins_on": begins(clock.today()),
        }  # fmt: skip
        if rule is None:
            rule = Rule(organisation_id=organisation_id, line=line, **told)
            session.add(rule)
        else:
            revise(rule, version, **told)
        audit.record(
            session, actor, "retention.confirmed", organisation_id, line=line,
            amount=wish.amount, unit=wish.unit, ending=wish.ending,
        )  # fmt: skip
    return rule


def confirm_rest(session: Session, actor: Actor) -> int:
    """Take over the proposal for every line that nobody decided about yet."""
    with unit_of_work(session):
        known = due.rules(session, _decides(actor))
        rest = [line for line in TERMS if line not in known]
        for line in rest:
            confirm(session, actor, line, proposal(line))
    return len(rest)


def hold(session: Session, actor: Actor, subject: Subject, wish: HoldWish) -> Hold:
    """Keep something for now although its term is over."""
    with unit_of_work(session):
        subject = queries.subject(session, subject.id, locked=True)
        demand(actor, Action.EDIT, Resource.ERASURE, subject.facts)
        check_hold(wish, clock.today())
        made = Hold(
            organisation_id=subject.organisation_id, kind=subject.kind, subject_id=subject.id,
            reason=wish.reason, until=wish.until, by_id=_id(actor),
        )  # fmt: skip
        session.add(made)
        audit.record(
            session, actor, "retention.held", made.id, subject=subject.id, kind=subject.kind
        )
    return made


def lift(session: Session, actor: Actor, hold_id: UUID) -> None:
    with unit_of_work(session):
        held = session.get_one(Hold, hold_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.ERASURE, held.facts)
        if held.lifted_at is None:
            held.lifted_at = clock.now()
        audit.record(session, actor, "retention.released", held.id)


def let_go(session: Session, actor: Actor, subject: Subject) -> None:
    """Say of something at which somebody had to look that it may go; it goes at once."""
    with unit_of_work(session):
        subject = queries.subject(session, subject.id, locked=True)
        demand(actor, Action.EDIT, Resource.ERASURE, subject.facts)
        here = subject.organisation_id
        waiting = {one.subject_id: one for one in queries.to_review(session, here)}
        found = waiting.get(subject.id)
        if found is None:
            raise Withheld("nothing to look at")
        erasing.erase(session, actor, here, found.kind, [subject.id], found.line)


def ask(session: Session, actor: Actor, family_id: UUID, reason: ErasureReason) -> Wish:
    """Have a family forgotten at night: all of it, unless the law has us keep a case for now."""
    with unit_of_work(session):
        family = session.get_one(Family, family_id, with_for_update=True)
        demand(actor, Action.CREATE, Resource.ERASURE, family.facts)
        if queries.open_wish(session, family_id):
            raise AlreadyAsked
        wish = Wish(
            organisation_id=family.organisation_id, family_id=family_id, reason=reason,
            asked_by_id=_id(actor),
        )  # fmt: skip
        session.add(wish)
        audit.record(session, actor, "family.erasure_asked", family_id, also=[wish.id])
    return wish


def withdraw(session: Session, actor: Actor, family_id: UUID) -> None:
    """Keep a family after all, as long as it is still there."""
    with unit_of_work(session):
        family = session.get_one(Family, family_id, with_for_update=True)
        demand(actor, Action.CREATE, Resource.ERASURE, family.facts)
        wish = queries.open_wish(session, family_id)
        if wish:
            wish.withdrawn_at = clock.now()
            audit.record(session, actor, "family.erasure_withdrawn", family_id, also=[wish.id])


def purge(session: Session) -> None:
    """Do what the confirmed terms say for today, organisation by organisation."""
    here = session.scalars(select(Organisation.id).order_by(Organisation.id)).all()
    for organisation_id in here:
        _grant_wishes(session, organisation_id)
        _purge_lines(session, organisation_id)
        _purge_rest(session, organisation_id)
    _purge_shared(session, here)


def _purge_lines(session: Session, organisation_id: UUID) -> None:
    for line in due.LINES:
        while _purge_some(session, organisation_id, line):
            pass


def _purge_some(session: Session, organisation_id: UUID, line: Line) -> bool:
    """Erase some of what is over under a line, as it is seen under the lock."""
    with unit_of_work(session):
        rule = session.get(Rule, (organisation_id, line))
        if rule is None or rule.ending is Ending.REVIEW:
            return False
        over = list(due.due(session, rule, clock.today()))
        kind = over[0].kind if over else None
        some = [one.subject_id for one in over if one.kind is kind][:AT_ONCE]
        if kind:
            erasing.erase(session, SYSTEM, organisation_id, kind, some, line)
    return bool(some)


def _grant_wishes(session: Session, organisation_id: UUID) -> None:
    with unit_of_work(session):
        granting.grant(session, SYSTEM, queries.open_wishes(session, organisation_id))


def _purge_rest(session: Session, organisation_id: UUID) -> None:
    """Take away what has no list of its own: notes of sessions, messages, invitations."""
    with unit_of_work(session):
        rules = due.rules(session, organisation_id)
        audit.record(session, SYSTEM, "erased", organisation_id)
        if day := _reached(rules.get(Line.CHILD)):
            registers.forget_notes(session, organisation_id, day.date())
            logbook.forget_stories(session, organisation_id, day.date())
        if day := _reached(rules.get(Line.CHILD_VOICE)):
            council.forget_points(session, organisation_id, day)
            ideas.forget_ideas(session, organisation_id, day)
        if day := _reached(rules.get(Line.CONVERSATION)):
            conversations.forget_talks(session, organisation_id, day)
        if day := _reached(rules.get(Line.PEER)):
            consulting.forget_consultations(session, organisation_id, day)
        learned = rules.get(Line.LEARNING)
        if learned and learned.ending is not Ending.REVIEW and (day := _reached(learned)):
            reviews.forget_reviews(session, organisation_id, day)
            library.forget_lessons(session, organisation_id, day)
        if day := _reached(rules.get(Line.OUTBOX)):
            messages.forget_sent(session, organisation_id, day)
            notices.forget_said(session, organisation_id, day)
        if day := _reached(rules.get(Line.INVITATION)):
            accounts.forget_invitations(session, organisation_id, day)


def _purge_shared(session: Session, organisations: Iterable[UUID]) -> None:
    """Take away what belongs to no organisation, by the longest term that any has confirmed."""
    rules = [due.rules(session, one) for one in organisations]
    with unit_of_work(session):
        audit.record(session, SYSTEM, "erased", UUID(int=0))
        if day := _longest(rules, Line.OUTBOX):
            messages.forget_sent(session, None, day)
        if day := _longest(rules, Line.GUARDIAN):
            known = families.carers(session)
            gone = [id for id, since in accounts.parents(session).items()
                    if since < day.date() and id not in known]  # fmt: skip
            erasing.erase(session, SYSTEM, None, Kind.ACCOUNT, gone, Line.GUARDIAN)
    for line, sensitive in ((Line.TRAIL_SENSITIVE, True), (Line.TRAIL, False)):
        if _longest(rules, line):
            months = max(one[line].amount for one in rules)
            before = months_before(clock.now(), months)
            trail.purge_before(session, SYSTEM, before, sensitive=sensitive, months=months)


def _longest(rules: list[dict[Line, Rule]], line: Line) -> datetime | None:
    """Return up to when something may go for all of them; None while one has not decided."""
    reached = [_reached(each.get(line)) for each in rules]
    known = [day for day in reached if day]
    return min(known) if known and len(known) == len(rules) else None


def _reached(rule: Rule | None) -> datetime | None:
    """Return up to when the term of a line is over."""
    if rule is None or rule.begins_on > clock.today():
        return None
    day = rule.span.before(clock.today()) + timedelta(days=1)
    return clock.from_wall(datetime.combine(day, time()))


def _decides(actor: Actor) -> UUID:
    held = demand(actor, Action.EDIT, Resource.RETENTION)
    if held.organisation_id is None:
        raise Withheld("an organisation decides")
    return held.organisation_id


def _id(actor: Actor) -> UUID:
    if actor.id is None:
        raise Withheld("only a person decides")
    return actor.id
