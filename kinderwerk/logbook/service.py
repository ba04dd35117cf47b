"""Writing logs and hours; what reports count of the hours changes in the same unit of work."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.facts import rules as facts_rules
from kinderwerk.facts import service as facts
from kinderwerk.files import service as files
from kinderwerk.files.rules import Purpose, Redrawn
from kinderwerk.logbook import queries, rules
from kinderwerk.logbook.models import GoalSeen, HourEntry, SessionLog
from kinderwerk.logbook.rules import HourKind, Hours, Log, LogPhoto, Seen, Spent
from kinderwerk.registers import queries as registers
from kinderwerk.registers import service as registering
from kinderwerk.storage.work import unit_of_work


def save(session: Session, actor: Actor, occurrence_id: UUID, wish: Log) -> None:
    """Write down what changed on the screen of a log; once it is finished, all that stands there.

    Where nothing changed nothing is made.
    """
    with unit_of_work(session):
        occurrence = _locked(session, actor, occurrence_id)
        boxes = {box: one for box, one in wish.boxes.items() if one.typed != one.seen}
        if boxes:
            registering.set_numbers(session, actor, occurrence_id, boxes)
        if wish.crowd and wish.crowd.changed:
            registering.estimate(session, actor, occurrence_id, wish.crowd)
        _write_words(session, actor, occurrence, wish)
        if wish.seen:
            _write_goals(session, actor, occurrence, wish.seen)
        if wish.minutes:
            _write_hours(session, actor, occurrence, wish.minutes)
        if wish.finished:
            _finish(session, actor, occurrence)


def _locked(session: Session, actor: Actor, occurrence_id: UUID) -> Occurrence:
    occurrence = registers.locked(session, occurrence_id)
    demand(actor, Action.EDIT, Resource.REGISTER, occurrence.facts)
    rules.check_begun(
        starts_at=occurrence.starts_at, now=clock.now(),
        called_off=occurrence.cancelled_at is not None,
    )  # fmt: skip
    return occurrence


def _log(session: Session, occurrence: Occurrence) -> SessionLog:
    log = queries.log(session, occurrence.id)
    if log is None:
        log = SessionLog(
            organisation_id=occurrence.organisation_id, occurrence_id=occurrence.id,
            held_on=registers.day_of(occurrence),
        )  # fmt: skip
        session.add(log)
    return log


def _write_words(session: Session, actor: Actor, occurrence: Occurrence, wish: Log) -> None:
    """Write the sentence and the story, unless somebody else wrote others meanwhile.

    A screen that saves while one types does not stand in its own way, whatever arrives first.
    """
    register, log = registers.register(session, occurrence.id), queries.log(session, occurrence.id)
    kept: dict[str, object] = {
        "note": register.note if register else "",
        "story": log.story if log else "",
    }
    if wish.version and kept == {"note": wish.note, "story": wish.story}:
        return
    mine = bool(wish.version and log and log.page == wish.page)
    version = None if mine else wish.version
    try:
        registering.write_note(session, actor, occurrence.id, wish.note, version)
    except Stale as stale:
        raise Stale(kept, stale.version) from None
    log = _log(session, occurrence)
    log.story, log.page = wish.story, wish.page


def _write_goals(
    session: Session, actor: Actor, occurrence: Occurrence, seen: Mapping[UUID, Seen]
) -> None:
    known = queries.goals_of(session, occurrence.activity_id)
    for goal_id, answer in seen.items():
        if goal_id not in known:
            raise Withheld("a goal that it does not serve")
        session.merge(
            GoalSeen(
                occurrence_id=occurrence.id, goal_id=goal_id, seen=answer,
                organisation_id=occurrence.organisation_id,
            )
        )  # fmt: skip
    told = {str(goal_id): answer for goal_id, answer in seen.items()}
    audit.record(session, actor, "log.goals_seen", occurrence.id, goals=told)


def _write_hours(
    session: Session, actor: Actor, occurrence: Occurrence, minutes: Mapping[Spent, int]
) -> None:
    """Set how long each was busy with this session."""
    entries = queries.of_session(session, occurrence.id)
    if not {spent.user_id for spent in minutes} <= queries.people(session, occurrence).keys():
        raise Withheld("somebody who does not run it")
    before = facts_rules.total(queries.counted(session, entries.values()))
    at = _whereabouts(session, occurrence)
    for spent, n in minutes.items():
        if spent in entries:
            entries[spent].minutes, entries[spent].changed_at = n, clock.now()
        else:
            entries[spent] = HourEntry(
                organisation_id=occurrence.organisation_id, user_id=spent.user_id,
                kind=spent.kind, minutes=n, day=registers.day_of(occurrence),
                occurrence_id=occurrence.id, neighbourhood_id=at,
            )  # fmt: skip
            session.add(entries[spent])
    session.flush()
    after = facts_rules.total(queries.counted(session, entries.values()))
    facts.replace(session, before, after)
    audit.record(session, actor, "log.hours_set", occurrence.id, n=len(minutes))


def _whereabouts(session: Session, occurrence: Occurrence) -> UUID | None:
    """Return the neighbourhood for which a session counts."""
    register, venue = registers.register(session, occurrence.id), occurrence.place
    if register:
        return register.neighbourhood_id
    return venue.neighbourhood_id if venue else None


def _finish(session: Session, actor: Actor, occurrence: Occurrence) -> None:
    log = _log(session, occurrence)
    log.finished_at, log.finished_by_id = log.finished_at or clock.now(), actor.id
    register = registers.register(session, occurrence.id)
    if register is None or register.closed_at is None:
        registering.close(session, actor, occurrence.id)
    audit.record(session, actor, "log.finished", occurrence.id)


def show_photo(session: Session, actor: Actor, occurrence_id: UUID, wish: LogPhoto) -> None:
    """Keep a photo without children with the log, instead of the one before."""
    rules.check_photo(wish)
    session.rollback()  # no transaction waits for the child
    hang(session, actor, occurrence_id, files.redraw(wish.content), wish.alt)


def hang(session: Session, actor: Actor, occurrence_id: UUID, redrawn: Redrawn, alt: str) -> None:
    with unit_of_work(session):
        occurrence = _locked(session, actor, occurrence_id)
        log, here = _log(session, occurrence), occurrence.organisation_id
        before = log.photo
        log.photo = files.keep(session, actor, here, Purpose.LOG, redrawn, alt)
        session.flush()
        if before:
            files.let_go(session, actor, before.id, here)
        audit.record(session, actor, "log.photo_kept", occurrence.id, also=[log.photo.id])


def take_down(session: Session, actor: Actor, occurrence_id: UUID) -> None:
    with unit_of_work(session):
        occurrence = _locked(session, actor, occurrence_id)
        log = queries.log(session, occurrence.id)
        if log and log.photo:
            before, log.photo = log.photo, None
            session.flush()
            files.let_go(session, actor, before.id, occurrence.organisation_id)
            audit.record(session, actor, "log.photo_removed", occurrence.id)


def add_hours(session: Session, actor: Actor, day: date, kind: HourKind, minutes: int) -> None:
    """Let something that was written down elsewhere count among one's own hours of that day."""
    with unit_of_work(session):
        entry = queries.besides(session, actor, day, kind)
        known = entry.minutes if entry else 0
        set_hours(
            session, actor, Hours(day=day, kind=kind, minutes=min(known + minutes, rules.DAY))
        )


def set_hours(session: Session, actor: Actor, wish: Hours) -> None:
    """Say how long in all one was at one kind of work on a day, besides sessions."""
    rules.check_hours(wish, clock.today())
    with unit_of_work(session):
        membership = demand(actor, Action.CREATE, Resource.HOURS)
        if actor.id is None or membership.organisation_id is None:
            raise Withheld("hours are somebody's, at an organisation")
        entry = queries.besides(session, actor, wish.day, wish.kind)
        demand(actor, Action.CREATE, Resource.HOURS)
        before = facts_rules.total(queries.counted(session, [entry] if entry else []))
        if entry is None:
            entry = HourEntry(
                organisation_id=membership.organisation_id, user_id=actor.id, day=wish.day,
                kind=wish.kind, minutes=0,
            )  # fmt: skip
            session.add(entry)
        entry.minutes, entry.changed_at = wish.minutes, clock.now()
        session.flush()
        facts.replace(session, before, facts_rules.total(queries.counted(session, [entry])))
        audit.record(session, actor, "hours.set", actor.id, kind=wish.kind, minutes=wish.minutes)
