"""Reading logs, what they are prefilled with, and hours."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, distinct, func, select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import User
from kinderwerk.activities.models import Activity, ActivityGoal, Occurrence
from kinderwerk.activities.rules import PRIVATE, AgeBand, RegisterMode
from kinderwerk.core import clock, ids
from kinderwerk.disclosure.tables import Kind as Shown
from kinderwerk.facts import queries as facts
from kinderwerk.facts.rules import Contribution, Level
from kinderwerk.facts.sources import source
from kinderwerk.goals.models import Goal
from kinderwerk.logbook import rules
from kinderwerk.logbook.models import GoalSeen, HourEntry, SessionLog
from kinderwerk.logbook.rules import HourKind, Seen, Spent, Worked
from kinderwerk.places.located import located
from kinderwerk.registers import queries as registers
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.registers.queries import Meeting, Totals
from kinderwerk.registers.rules import WITH_NAMES, Box, Gender, Known, Presence, crowded, kinds
from kinderwerk.signups import queries as signups
from kinderwerk.staffing.queries import stands

AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The log of a session as it stands, with what it is prefilled with."""

    occurrence: Occurrence
    day: date
    register: Register | None
    log: SessionLog | None
    totals: Totals
    boxes: Mapping[Box, int]
    bands: Sequence[AgeBand]
    kinds: Sequence[Known]
    genders: Sequence[Gender]
    goals: Mapping[UUID, str]
    seen: Mapping[UUID, Seen]
    people: Mapping[UUID, str]
    minutes: Mapping[Spent, int]

    @property
    def named(self) -> bool:
        return self.occurrence.activity.register in WITH_NAMES

    @property
    def closed(self) -> bool:
        return self.register is not None and self.register.closed_at is not None

    @property
    def counts(self) -> bool:
        """Tell whether children are counted here, on the screen of the log itself."""
        counting = (RegisterMode.TALLY, RegisterMode.HEADCOUNT)
        return not self.closed and self.occurrence.activity.register in counting

    @property
    def crowded(self) -> bool:
        activity = self.occurrence.activity
        return self.counts and crowded(activity.format, activity.register)

    @property
    def all_boxes(self) -> Sequence[Box]:
        counted = {box.band for box in self.boxes} - set(self.bands)
        order = (*self.bands, *(band for band in AgeBand if band in counted))
        return [Box(*one) for one in product(order, self.kinds, self.genders)]

    @property
    def begun(self) -> bool:
        called_off = self.occurrence.cancelled_at is not None
        return not called_off and self.occurrence.starts_at <= clock.now()

    @property
    def finished(self) -> bool:
        return self.log is not None and self.log.finished_at is not None

    @property
    def together(self) -> int:
        return sum(self.minutes.values())


def sheet(session: Session, occurrence: Occurrence) -> Sheet:
    activity, here = occurrence.activity, occurrence.id
    kept = log(session, here)
    named = people(session, occurrence)
    entries = of_session(session, here)
    length = occurrence.ends_at - occurrence.starts_at
    proposed = rules.proposed(activity.format, length, list(named))
    if kept and kept.finished_at:
        proposed = dict.fromkeys(proposed, 0)
    goals = goals_of(session, activity.id)
    boxes = registers.boxes(session, here)
    return Sheet(
        occurrence=occurrence, day=registers.day_of(occurrence),
        register=registers.register(session, here), log=kept,
        totals=_totals(session, occurrence, boxes), boxes=boxes,
        bands=registers.bands_of(activity), kinds=kinds(activity.register),
        genders=registers.genders_of(session, activity, boxes), goals=goals,
        seen=seen(session, here), people=named,
        minutes=proposed | {spent: one.minutes for spent, one in entries.items()},
    )  # fmt: skip


def log(session: Session, occurrence_id: UUID) -> SessionLog | None:
    return session.get(SessionLog, occurrence_id, options=[joinedload(SessionLog.photo)])


def of_session(session: Session, occurrence_id: UUID) -> dict[Spent, HourEntry]:
    found = session.scalars(select(HourEntry).where(HourEntry.occurrence_id == occurrence_id))
    return {Spent(one.user_id, one.kind): one for one in found}


def people(session: Session, occurrence: Occurrence) -> dict[UUID, str]:
    """Return who is there on that date, and whose hours at it are known, by name."""
    running = occurrence.on_duty or {occurrence.activity.author_id}
    worked = select(HourEntry.user_id).where(HourEntry.occurrence_id == occurrence.id)
    rows = session.execute(
        select(User.id, User.name)
        .where(User.id.in_(running) | User.id.in_(worked))
        .order_by(User.name, User.id)
    )
    return {id: name for id, name in rows}


def goals_of(session: Session, activity_id: UUID) -> dict[UUID, str]:
    rows = session.execute(
        select(Goal.id, Goal.title)
        .join(ActivityGoal, ActivityGoal.goal_id == Goal.id)
        .where(ActivityGoal.activity_id == activity_id)
        .order_by(ActivityGoal.position)
    )
    return {id: title for id, title in rows}


def seen(session: Session, occurrence_id: UUID) -> dict[UUID, Seen]:
    rows = session.execute(
        select(GoalSeen.goal_id, GoalSeen.seen).where(GoalSeen.occurrence_id == occurrence_id)
    )
    return {goal_id: answer for goal_id, answer in rows}


def _totals(session: Session, occurrence: Occurrence, boxes: Mapping[Box, int]) -> Totals:
    """Count who came, without asking who they are."""
    marked = dict(
        session.execute(
            select(Attendance.child_id, Attendance.presence).where(
                Attendance.occurrence_id == occurrence.id
            )
        ).all()
    )
    invited = set(session.scalars(signups.on_list(occurrence)))
    marks = Counter(marked.values())
    written = registers.register(session, occurrence.id)
    return Totals(
        present=marks[Presence.PRESENT], absent=marks[Presence.ABSENT],
        excused=marks[Presence.EXCUSED], unmarked=len(invited - marked.keys()),
        tallied=sum(boxes.values()), left=0,
        estimated=written.estimated if written else 0,
        contacts=written.contacts if written else 0,
    )  # fmt: skip


@source
def contributions(session: Session) -> Iterator[Contribution]:
    """Yield what all hours count."""
    last = ids.ALL
    while batch := _batch(session, last):
        yield from counted(session, batch)
        last = batch[-1].id


def _batch(session: Session, after: UUID) -> Sequence[HourEntry]:
    return session.scalars(
        select(HourEntry).where(HourEntry.id > after).order_by(HourEntry.id).limit(AT_ONCE)
    ).all()


def counted(session: Session, entries: Collection[HourEntry]) -> Iterator[Contribution]:
    places = located(session, {one.neighbourhood_id for one in entries})
    for one in entries:
        place = places.get(one.neighbourhood_id) if one.neighbourhood_id else None
        yield rules.contribution(one.organisation_id, one.day, one.kind, one.minutes, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Hours on somebody's page: at a session, which has a title, or besides."""

    day: date
    kind: HourKind
    minutes: int
    title: str | None
    occurrence_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week of somebody's own work."""

    monday: date
    stretches: Sequence[Stretch]
    worked: Worked
    lately: Worked
    unlogged: Sequence[Meeting]

    @property
    def days(self) -> Sequence[date]:
        return [self.monday + timedelta(days=n) for n in range(7)]

    def on(self, day: date) -> Sequence[Stretch]:
        return [one for one in self.stretches if one.day == day]


def week(session: Session, actor: Actor, monday: date) -> Week:
    """Return what somebody wrote down of a week, and which of their sessions have no log yet."""
    sunday, today = monday + timedelta(days=6), clock.today()
    rows = session.execute(
        select(HourEntry, Activity.title)
        .outerjoin(Occurrence, Occurrence.id == HourEntry.occurrence_id)
        .outerjoin(Activity, Activity.id == Occurrence.activity_id)
        .where(*_own(actor), HourEntry.day.between(monday, sunday), HourEntry.minutes > 0)
        .order_by(HourEntry.day, HourEntry.occurrence_id, HourEntry.kind)
    )
    stretches = [
        Stretch(
            day=one.day, kind=one.kind, minutes=one.minutes, title=title,
            occurrence_id=one.occurrence_id,
        )
        for one, title in rows
    ]  # fmt: skip
    worked = Counter[HourKind]()
    for one in stretches:
        worked[one.kind] += one.minutes
    return Week(
        monday=monday, stretches=stretches, worked=Worked(worked),
        lately=Worked(_by_kind(session, actor, today - rules.LOOKING_BACK, today)),
        unlogged=_unlogged(session, actor, monday, min(sunday, today)),
    )  # fmt: skip


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        HourEntry.organisation_id == actor.organisation_id, HourEntry.user_id == actor.id,
    )  # fmt: skip


def _by_kind(session: Session, actor: Actor, first: date, last: date) -> dict[HourKind, int]:
    rows = session.execute(
        select(HourEntry.kind, func.sum(HourEntry.minutes))
        .where(*_own(actor), HourEntry.day.between(first, last))
        .group_by(HourEntry.kind)
    )
    return {kind: n for kind, n in rows if n}


def _unlogged(session: Session, actor: Actor, first: date, last: date) -> list[Meeting]:
    found = registers.meetings(session, actor, first, last, everyone=False)
    begun = [one for one in found if one.starts_at <= clock.now() and not one.called_off]
    done = set(
        session.scalars(
            select(SessionLog.occurrence_id).where(
                SessionLog.occurrence_id.in_([one.id for one in begun]),
                SessionLog.finished_at.is_not(None),
            )
        )
    )
    return [one for one in begun if one.id not in done]


def besides(session: Session, actor: Actor, day: date, kind: HourKind) -> HourEntry | None:
    """Return what somebody wrote down for a day besides sessions, to change it."""
    return session.scalar(
        select(HourEntry)
        .where(
            *_own(actor), HourEntry.day == day, HourEntry.kind == kind,
            HourEntry.occurrence_id.is_(None),
        )
        .with_for_update()
    )  # fmt: skip


def of_organisation(session: Session, organisation_id: UUID, period: str) -> Worked:
    """Return how long everybody together was at each kind of work, as it was counted."""
    measures = {kind.measure: kind for kind in HourKind}
    found = facts.counts(
        session, organisation_ids=[organisation_id], periods=[period], measures=measures,
        levels=[Level.WHOLE],
    )  # fmt: skip
    return Worked({measures[key.measure]: n for key, n in found.items() if key.goal_id == ids.ALL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of the sessions that somebody ran: nothing that is too small to be told."""

    since: date
    sessions: int
    visits: int | None
    estimated: int
    children: int | None
    goals: Sequence[tuple[str, Mapping[Seen, int]]]


def figures(session: Session, actor: Actor, since: date) -> Figures:
    """Return one's own running figures; talks with one family are in none of them."""
    if actor.id is None:
        raise ValueError("figures are somebody's own")
    held = (
        select(Register.occurrence_id)
        .join(Register.occurrence)
        .join(Occurrence.activity)
        .where(
            Register.organisation_id == actor.organisation_id, Register.held_on >= since,
            Register.closed_at.is_not(None), Activity.format.not_in(PRIVATE),
            stands(actor.id),
        )
    )  # fmt: skip
    came = (Attendance.occurrence_id.in_(held), Attendance.presence == Presence.PRESENT)
    counted = [
        select(func.count()).select_from(held.subquery()),
        select(func.count()).where(*came),
        select(func.count(distinct(Attendance.child_id))).where(*came),
        select(func.coalesce(func.sum(Tally.n), 0)).where(Tally.occurrence_id.in_(held)),
        select(func.coalesce(func.sum(Register.estimated), 0)).where(
            Register.occurrence_id.in_(held)
        ),
    ]
    row = session.execute(select(*(one.scalar_subquery() for one in counted))).one()
    return Figures(
        since=since, sessions=row[0], visits=_told(row[1] + row[3] + row[4]), estimated=row[4],
        children=_told(row[2]), goals=_seen_at(session, held),
    )  # fmt: skip


def _told(n: int) -> int | None:
    return None if Shown.PARTICIPATION.small(n) else n


def _seen_at(session: Session, held: Any) -> list[tuple[str, Mapping[Seen, int]]]:
    rows = session.execute(
        select(Goal.title, GoalSeen.seen, func.count())
        .join(Goal, Goal.id == GoalSeen.goal_id)
        .where(GoalSeen.occurrence_id.in_(held))
        .group_by(Goal.title, GoalSeen.seen)
        .order_by(Goal.title)
    )
    found: dict[str, dict[Seen, int]] = {}
    for title, answer, n in rows:
        found.setdefault(title, {})[answer] = n
    return list(found.items())
