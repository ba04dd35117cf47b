"""Writing down who came. The counts that reports read change in the same unit of work."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.facts import rules as facts_rules
from kinderwerk.facts import service as facts
from kinderwerk.families import limits
from kinderwerk.families.models import Child
from kinderwerk.places.located import located
from kinderwerk.registers import counting, queries, rules
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.registers.rules import Box, Crowd, Leaving, Number, Presence, Written
from kinderwerk.signups import queries as signups
from kinderwerk.storage.work import revise, unit_of_work


@dataclass(slots=True)
class Book:
    """An open register: what it says is changed here, and counted when it is put back."""

    occurrence: Occurrence
    register: Register
    marks: dict[UUID, Attendance]
    boxes: dict[Box, Tally]
    uncounted: frozenset[UUID]

    def written(self, places: Mapping[UUID, facts_rules.Place]) -> Written:
        tallied = sum(tally.n for tally in self.boxes.values())
        return counting.written(self.register, self.marks.values(), tallied, places, self.uncounted)

    @property
    def homes(self) -> set[UUID | None]:
        return {mark.neighbourhood_id for mark in self.marks.values()}


@contextmanager
def _opened(
    session: Session, actor: Actor, occurrence_id: UUID, about: Resource = Resource.REGISTER
) -> Iterator[Book]:
    """Open the register of a session for writing, and keep the counts with what changes in it.

    Whoever else writes in it waits for the lock, so the last state set for a child stays.
    """
    with unit_of_work(session):
        occurrence = queries.locked(session, occurrence_id)
        demand(actor, Action.EDIT, about, occurrence.facts)
        book = _book(session, occurrence)
        before, known = book.written(places := _places(session, book)), book.homes
        yield book
        session.flush()
        book.uncounted = limits.uncounted(session, occurrence.organisation_id)
        if book.homes - known:
            places = _places(session, book)
        setting = counting.setting(book.register, places)
        facts.replace(session, *rules.changed(before, book.written(places), setting))


def _places(session: Session, book: Book) -> Mapping[UUID, facts_rules.Place]:
    return located(session, {*book.homes, book.register.neighbourhood_id})


def _book(session: Session, occurrence: Occurrence) -> Book:
    here = occurrence.id
    marks = session.scalars(select(Attendance).where(Attendance.occurrence_id == here))
    boxes = session.scalars(select(Tally).where(Tally.occurrence_id == here))
    return Book(
        occurrence,
        session.get(Register, here) or _begun(session, occurrence),
        {mark.child_id: mark for mark in marks},
        {Box(tally.band, tally.known, tally.gender): tally for tally in boxes},
        limits.uncounted(session, occurrence.organisation_id),
    )


def _begun(session: Session, occurrence: Occurrence) -> Register:
    register = Register(
        organisation_id=occurrence.organisation_id, occurrence=occurrence,
        **_remembered(occurrence),
    )  # fmt: skip
    session.add(register)
    return register


def _remembered(occurrence: Occurrence) -> dict[str, Any]:
    """Return for what a session counts by the plan of its activity as it is now."""
    activity, place = occurrence.activity, occurrence.place
    return {
        "held_on": queries.day_of(occurrence),
        "goal_ids": sorted(str(goal.goal_id) for goal in activity.goals),
        "neighbourhood_id": place.neighbourhood_id if place else None,
    }


def _check_open(book: Book) -> None:
    rules.check_open(
        day=queries.day_of(book.occurrence),
        today=clock.today(),
        called_off=book.occurrence.cancelled_at is not None,
        closed=book.register.closed_at is not None,
    )


def mark(
    session: Session, actor: Actor, occurrence_id: UUID, marks: Mapping[UUID, Presence | None],
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Set the state of children at a session; None takes a mark away. Set, never turned over.

    Whoever holds the list may mark those on it; to add another child one must know the child.
    `at` is when it was seen, where that is told later.
    """
    with _opened(session, actor, occurrence_id, Resource.NAMES) as book:
        _check_open(book)
        _admit(session, actor, book, marks)
        _set(session, actor, book, marks, at)


def leave(
    session: Session, actor: Actor, occurrence_id: UUID, child_id: UUID, leaving: Leaving,
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Note that a child goes home, and with whom; with somebody unknown only for a reason."""
    with _opened(session, actor, occurrence_id, Resource.NAMES) as book:
        _check_open(book)
        child = queries.child(session, child_id)
        named = queries.named_to_fetch(session, child, queries.day_of(book.occurrence))
        rules.check_leaving(leaving, queries.fetchers(child, named), alone=child.goes_home_alone)
        _there(book, child_id).go(at or clock.now(), leaving)
        _turn(actor, book, child_id)
        audit.record(session, actor, "register.left", occurrence_id, child=child_id)


def stay(session: Session, actor: Actor, occurrence_id: UUID, child_id: UUID) -> None:
    """Take back that a child went home."""
    with _opened(session, actor, occurrence_id, Resource.NAMES) as book:
        _check_open(book)
        _there(book, child_id).stay()
        _turn(actor, book, child_id)
        audit.record(session, actor, "register.stayed", occurrence_id, child=child_id)


def _there(book: Book, child_id: UUID) -> Attendance:
    mark = book.marks.get(child_id)
    if mark is None or mark.presence is not Presence.PRESENT:
        raise rules.NotThere
    return mark


def _turn(actor: Actor, book: Book, child_id: UUID) -> None:
    """Let the next who looks see that something was written about this child."""
    book.register.turn += 1
    mark = book.marks[child_id]
    mark.turn, mark.marked_by_id, mark.marked_at = book.register.turn, actor.id, clock.now()


def mark_rest(session: Session, actor: Actor, occurrence_id: UUID, presence: Presence) -> None:
    """Set one state for everybody on the list who has none yet."""
    with _opened(session, actor, occurrence_id, Resource.NAMES) as book:
        _check_open(book)
        on_list = session.scalars(signups.on_list(book.occurrence)).all()
        away = signups.away(session, occurrence_id)
        _set(session, actor, book, rules.rest(on_list, book.marks, presence, away))


def _admit(
    session: Session, actor: Actor, book: Book, marks: Mapping[UUID, Presence | None]
) -> None:
    strangers = marks.keys() - book.marks.keys()
    if strangers:
        strangers -= set(session.scalars(signups.on_list(book.occurrence)))
    for child_id in sorted(strangers):
        child = queries.child(session, child_id)
        demand(actor, Action.VIEW, Resource.CHILD, child.facts)
        if child.organisation_id != book.occurrence.organisation_id:
            raise rules.OfAnotherOrganisation


def _set(
    session: Session, actor: Actor, book: Book, marks: Mapping[UUID, Presence | None],
    at: datetime | None = None,
) -> None:  # fmt: skip
    homes = _homes(session, book, marks)
    seen = _when_around(book, at or clock.now())
    for child_id, presence in marks.items():
        if presence is None:
            if gone := book.marks.pop(child_id, None):
                session.delete(gone)
            continue
        if kept := book.marks.get(child_id):
            kept.presence, kept.neighbourhood_id = presence, homes[child_id]
        else:
            book.marks[child_id] = kept = Attendance(
                occurrence_id=book.occurrence.id, child_id=child_id,
                organisation_id=book.occurrence.organisation_id, presence=presence,
                neighbourhood_id=homes[child_id], marked_by_id=actor.id,
            )  # fmt: skip
            session.add(kept)
        kept.come(seen)
        _turn(actor, book, child_id)
    states = {str(child_id): presence for child_id, presence in marks.items()}
    audit.record(session, actor, "register.marked", book.occurrence.id, marks=states)


def _when_around(book: Book, at: datetime) -> datetime | None:
    """Return when a child came, unless the list is filled in at another time."""
    date = book.occurrence
    return at if rules.around(at, starts_at=date.starts_at, ends_at=date.ends_at) else None


def _homes(
    session: Session, book: Book, child_ids: Mapping[UUID, object]
) -> dict[UUID, UUID | None]:
    """Return where each child lived on the day of the session."""
    children = session.scalars(
        select(Child).where(Child.id.in_(child_ids)).options(selectinload(Child.residences))
    )
    return {child.id: _home(child, book.register) for child in children}


def _home(child: Child, register: Register) -> UUID | None:
    lived = [one for one in child.residences if one.since <= register.held_on]
    return lived[-1].neighbourhood_id if lived else None


def count(session: Session, actor: Actor, occurrence_id: UUID, box: Box, by: int) -> int:
    """Count one more, or one fewer; two people who count at once both count.

    Return by how much it changed: fewer than none there never are.
    """
    with _opened(session, actor, occurrence_id) as book:
        _check_open(book)
        tally = _tally(session, book, box)
        before, tally.n = tally.n, rules.check_number(max(0, tally.n + by))
        audit.record(
            session, actor, "register.counted", occurrence_id, band=box.band, known=box.known,
            gender=box.gender, n=tally.n,
        )  # fmt: skip
        return tally.n - before


def set_numbers(
    session: Session, actor: Actor, occurrence_id: UUID, numbers: Mapping[Box, Number]
) -> None:
    """Write down the numbers that somebody changed; those they left alone stay as they are now."""
    with _opened(session, actor, occurrence_id) as book:
        _check_open(book)
        typed = {box: one.typed for box, one in numbers.items() if one.typed != one.seen}
        for box, n in typed.items():
            _tally(session, book, box).n = rules.check_number(n)
        audit.record(
            session, actor, "register.counted", occurrence_id,
            boxes={f"{box.band}:{box.known}:{box.gender}": n for box, n in typed.items()},
        )  # fmt: skip


def estimate(session: Session, actor: Actor, occurrence_id: UUID, crowd: Crowd) -> None:
    """Write down about how many more came than were counted: visits too, said to be a guess."""
    with _opened(session, actor, occurrence_id) as book:
        _check_open(book)
        activity = book.occurrence.activity
        if not rules.crowded(activity.format, activity.register):
            raise rules.NoCrowd
        for name, n in crowd.changed.items():
            setattr(book.register, name, rules.check_number(n, rules.MOST_IN_A_CROWD))
        audit.record(session, actor, "register.estimated", occurrence_id, **crowd.changed)


def _tally(session: Session, book: Book, box: Box) -> Tally:
    if box not in book.boxes:
        book.boxes[box] = Tally(
            occurrence_id=book.occurrence.id, band=box.band, known=box.known, gender=box.gender,
            organisation_id=book.occurrence.organisation_id, n=0,
        )  # fmt: skip
        session.add(book.boxes[box])
    return book.boxes[box]


def close(session: Session, actor: Actor, occurrence_id: UUID) -> None:
    """Say that the list is complete; saying it twice changes nothing."""
    with _opened(session, actor, occurrence_id) as book:
        if book.register.closed_at is None:
            _check_open(book)
            book.register.closed_at = clock.now()
        audit.record(session, actor, "register.closed", occurrence_id)


def reopen(session: Session, actor: Actor, occurrence_id: UUID) -> None:
    with _opened(session, actor, occurrence_id) as book:
        book.register.closed_at = None
        audit.record(session, actor, "register.reopened", occurrence_id)


def write_note(
    session: Session, actor: Actor, occurrence_id: UUID, note: str, version: int | None
) -> None:
    with _opened(session, actor, occurrence_id) as book:
        session.flush()
        revise(book.register, version, note=note)
        audit.record(session, actor, "register.noted", occurrence_id)


def recount(session: Session, actor: Actor, activity_ids: list[UUID]) -> None:
    """Let what was written down of activities count for the goals and place they have now.

    A register otherwise goes on counting for what the activity served when it took place.
    """
    with unit_of_work(session):
        chosen = (
            select(Register)
            .join(Register.occurrence)
            .where(Occurrence.activity_id.in_(activity_ids))
            .order_by(Register.occurrence_id)
            .options(
                joinedload(Register.occurrence)
                .joinedload(Occurrence.activity)
                .options(joinedload(Activity.venue), selectinload(Activity.goals))
            )
            .with_for_update(of=(Occurrence, Register))
        )
        registers = session.scalars(chosen).unique().all()
        for register in registers:
            demand(actor, Action.EDIT, Resource.ACTIVITY, register.occurrence.activity.facts)
        before = counting.of_registers(session, registers)
        for register in registers:
            for name, value in _remembered(register.occurrence).items():
                setattr(register, name, value)
            audit.record(session, actor, "register.recounted", register.occurrence_id)
        session.flush()
        after = counting.of_registers(session, registers)
        facts.replace(session, facts_rules.total(before), facts_rules.total(after))


def ask_gender(session: Session, actor: Actor, *, asked: bool) -> None:
    """Say whether the own organisation counts girls and boys apart from now on."""
    with unit_of_work(session):
        here = session.get_one(Organisation, actor.organisation_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.ORGANISATION, here.facts)
        if here.count_gender != asked:
            here.count_gender = asked
            audit.record(session, actor, "organisation.changed", here.id, count_gender=asked)
