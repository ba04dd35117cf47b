"""Reading weeks: whatever is in them, a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, extract, func, or_, select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access.vocabulary import Action, Actor
from kinderwerk.accounts import away as presence
from kinderwerk.accounts.models import User
from kinderwerk.activities.models import Activity, ActivityGoal, Occurrence, at_its_place
from kinderwerk.activities.queries import ACTIVITIES, colleagues, venues
from kinderwerk.activities.rules import AgeBand, SignupKind, State
from kinderwerk.activities.series import Slot
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.goals.models import Goal, Theme
from kinderwerk.holidays import queries as holidays
from kinderwerk.holidays.rules import Free, closed
from kinderwerk.holidays.rules import Kind as HolidayKind
from kinderwerk.notes.models import CareNote
from kinderwerk.places.models import Neighbourhood, Venue
from kinderwerk.places.opening import Opening
from kinderwerk.planner import rules
from kinderwerk.planner.models import AcceptedWarning, AdultTable
from kinderwerk.planner.ratios import GROWN_UP, PRESETS, USUAL
from kinderwerk.planner.rules import By, Hand, Planned, Terms, Warn
from kinderwerk.registers.models import Register, Tally
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.staffing import queries as staffing

WEEK: Final = timedelta(days=7)
#: How far back one looks to know how many children walk in.
LATELY: Final = timedelta(days=56)
#: How many of its dates to come are looked at on the page of an activity.
NEXT: Final = 8
#: The youngest of each band, for whom the strictest row holds.
YOUNGEST: Final[Mapping[AgeBand, int]] = {
    band: GROWN_UP if band is AgeBand.ADULT else int(band.value.split("-")[0]) for band in AgeBand
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Why somebody let a date go on in spite of a warning."""

    reason: str
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """All dates of some days, what to look at, and what was accepted, by the mark of a warning."""

    dates: Sequence[Planned]
    warnings: Mapping[UUID, Sequence[Warn]]
    accepted: Mapping[UUID, Mapping[str, Accepted]]
    terms: Terms

    def open(self, id: UUID) -> list[Warn]:
        """Return the warnings about a date that nobody accepted yet."""
        fine = self.accepted.get(id, {})
        return [one for one in self.warnings.get(id, ()) if one.mark not in fine]


def occurrence(session: Session, occurrence_id: UUID) -> Occurrence:
    whole = joinedload(Occurrence.activity).joinedload(Activity.venue)
    return session.get_one(Occurrence, occurrence_id, options=[whole])


def week(session: Session, actor: Actor, begins: date) -> Week:
    span = Slot(clock.midnight(begins), clock.midnight(begins + WEEK))
    return meanwhile(session, actor, [span])


def meanwhile(
    session: Session, actor: Actor, spans: Sequence[Slot], moved: Mapping[UUID, Slot] | None = None
) -> Week:
    """Return what takes place in any of these times; what is `moved` is taken to be there then."""
    within = and_(
        Occurrence.organisation_id == actor.organisation_id,
        or_(
            *(and_(Occurrence.starts_at < s.ends_at, Occurrence.ends_at > s.starts_at)
              for s in spans),
            Occurrence.id.in_(moved or ()),
        ),
    )  # fmt: skip
    dates = _dates(session, actor, within)
    dates = [one.at(moved[one.id]) if moved and one.id in moved else one for one in dates]
    terms = _terms(session, actor, dates)
    return Week(
        dates=dates, terms=terms, warnings=rules.warnings(dates, terms, clock.now()),
        accepted=_accepted(session, within),
    )  # fmt: skip


def around(session: Session, actor: Actor, date: Occurrence, slot: Slot | None = None) -> Week:
    """Return what goes on during one date, perhaps at another time."""
    at = slot or date.slot
    return meanwhile(session, actor, [at], {date.id: at})


def ahead(session: Session, actor: Actor, activity: Activity) -> Week:
    """Return what goes on during the next dates of an activity."""
    next_ones = coming(session, activity.id)
    found = meanwhile(session, actor, [one.slot for one in next_ones], {})
    ours = {one.id for one in next_ones}
    return replace(found, dates=[one for one in found.dates if one.id in ours])


def coming(session: Session, activity_id: UUID) -> Sequence[Occurrence]:
    """Return the next dates of an activity."""
    return session.scalars(
        select(Occurrence)
        .where(
            Occurrence.activity_id == activity_id, Occurrence.cancelled_at.is_(None),
            Occurrence.ends_at > clock.now(),
        )
        .order_by(Occurrence.starts_at)
        .limit(NEXT)
    ).all()  # fmt: skip


def chosen_table(session: Session, organisation_id: UUID | None) -> AdultTable | None:
    return session.scalar(select(AdultTable).where(AdultTable.organisation_id == organisation_id))


def _terms(session: Session, actor: Actor, dates: Sequence[Planned]) -> Terms:
    """Return by what these dates are judged."""
    here = actor.organisation_id
    chosen = chosen_table(session, here)
    table = chosen.table if chosen else PRESETS[USUAL]
    if here is None or not dates:
        return Terms(table=table)
    first = min(one.starts.date() for one in dates)
    last = max(one.ends.date() for one in dates)
    wanted = Free(school=holidays.here(session, here).region, public=True)
    found = holidays.free(session, here, first, last, wanted)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return Terms(
        table=table,
        days_off=closed((one for one in found if one.kind is HolidayKind.PUBLIC), days),
        no_school=closed((one for one in found if one.kind is HolidayKind.SCHOOL), days),
        away=presence.days(session, here, first, last),
    )


def _dates(session: Session, actor: Actor, within: ColumnElement[bool]) -> list[Planned]:
    visible, mine = ACTIVITIES.visible(actor), ACTIVITIES.visible(actor, Action.EDIT)
    rows = session.execute(
        select(
            Occurrence.id, Occurrence.activity_id, Occurrence.starts_at, Occurrence.ends_at,
            Occurrence.cancelled_at, Activity.title, Activity.format, Activity.state,
            Activity.zone, Venue.id.label("venue_id"), Activity.age_from, Activity.age_to,
            Venue.name.label("venue"), Venue.neighbourhood_id, Venue.opening, Venue.water,
            Theme.code.label("theme"), visible.label("visible"), mine.label("mine"),
        )
        .join(Occurrence.activity)
        .outerjoin(Venue, at_its_place())
        .outerjoin(
            ActivityGoal,
            and_(ActivityGoal.activity_id == Activity.id, ActivityGoal.position == 0),
        )
        .outerjoin(ActivityGoal.goal)
        .outerjoin(Goal.theme)
        .where(within)
        .order_by(Occurrence.starts_at, Activity.title, Occurrence.id)
    ).all()  # fmt: skip
    crews = _crews(session, [row.id for row in rows])
    expected, asked = _expected(session, within), _asked(session, within)
    return [
        Planned(
            id=row.id, activity_id=row.activity_id, title=row.title if row.visible else None,
            slot=Slot(row.starts_at, row.ends_at), format=row.format, zone=row.zone,
            off=row.cancelled_at is not None, draft=row.state is State.DRAFT, mine=row.mine,
            theme=row.theme and row.theme.value, venue_id=row.venue_id, venue=row.venue,
            team_id=row.neighbourhood_id, opening=Opening.read(row.opening or ()),
            water=bool(row.water), ages=(row.age_from, row.age_to),
            expected=expected.get(row.id, {}), asked=asked.get(row.id, 0),
            crew=tuple(crews.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


def _crews(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, list[Hand]]:
    """Return who stands on each date; a shift that nobody took is nobody."""
    return {
        id: [
            Hand(id=one.user_id, name=one.name, checked=one.checked, counts=one.counts)
            for one in people
            if one.user_id
        ]
        for id, people in staffing.on_duty(session, ids).items()
    }


def _on_list(wanted: Any, within: ColumnElement[bool]) -> Any:
    """Let a statement about sign-ups count who has a place on each date."""
    return (
        wanted.select_from(Occurrence)
        .join(
            Signup,
            and_(
                Signup.activity_id == Occurrence.activity_id,
                or_(Signup.occurrence_id == Occurrence.id, Signup.occurrence_id.is_(None)),
                Signup.standing == Standing.PLACED,
            ),
        )
        .where(within)
    )


def _expected(session: Session, within: ColumnElement[bool]) -> Mapping[UUID, Mapping[int, int]]:
    """Return how many children are expected on each date, by age.

    Those who have a place; and of those who walk in as many as lately, who count as the youngest
    of their band.
    """
    today = clock.today()
    later = extract("month", Child.born_on) * 100 + extract("day", Child.born_on)
    age = (
        today.year
        - extract("year", Child.born_on)
        - case((later > today.month * 100 + today.day, 1), else_=0)
    ).label("age")
    placed = _on_list(select(Occurrence.id, age, func.count()), within)
    rows = session.execute(
        placed.join(Child, Child.id == Signup.child_id).group_by(Occurrence.id, "age")
    )
    found: dict[UUID, dict[int, int]] = defaultdict(dict)
    for id, years, n in rows:
        found[id][int(years)] = n
    for id, band, n in _walk_ins(session, within):
        found[id][YOUNGEST[band]] = found[id].get(YOUNGEST[band], 0) + n
    return found


def _walk_ins(session: Session, within: ColumnElement[bool]) -> Iterable[tuple[UUID, AgeBand, int]]:
    """Yield for each date how many came on average to its activity lately, without a name."""
    wanted = select(Occurrence.activity_id).join(Occurrence.activity).where(
        within, Activity.signup != SignupKind.SERIES
    )  # fmt: skip
    held = (
        select(Occurrence.activity_id, func.count().label("times"))
        .join(Register, Register.occurrence_id == Occurrence.id)
        .where(Occurrence.starts_at > clock.now() - LATELY, Occurrence.activity_id.in_(wanted))
        .group_by(Occurrence.activity_id)
        .subquery()
    )
    counted = (
        select(held.c.activity_id, held.c.times, Tally.band, func.sum(Tally.n).label("n"))
        .join(Occurrence, Occurrence.activity_id == held.c.activity_id)
        .join(Tally, Tally.occurrence_id == Occurrence.id)
        .where(Occurrence.starts_at > clock.now() - LATELY)
        .group_by(held.c.activity_id, held.c.times, Tally.band)
        .subquery()
    )
    rows = session.execute(
        select(Occurrence.id, counted.c.band, counted.c.n, counted.c.times)
        .join(counted, counted.c.activity_id == Occurrence.activity_id)
        .where(within)
    )
    for id, band, n, times in rows:
        yield id, band, round(n / times)


def _asked(session: Session, within: ColumnElement[bool]) -> Mapping[UUID, int]:
    """Return how many adults more families ask for on each date, whoever they are."""
    wanted = _on_list(select(Occurrence.id, func.sum(CareNote.hands)), within)
    rows = session.execute(
        wanted.join(CareNote, CareNote.child_id == Signup.child_id)
        .where(CareNote.hands > 0)
        .group_by(Occurrence.id)
    )
    return {id: int(n) for id, n in rows}


def _accepted(
    session: Session, within: ColumnElement[bool]
) -> Mapping[UUID, Mapping[str, Accepted]]:
    rows = session.execute(
        select(AcceptedWarning, User.name)
        .join(Occurrence, Occurrence.id == AcceptedWarning.occurrence_id)
        .outerjoin(User, User.id == AcceptedWarning.by_id)
        .where(within)
    )
    found: dict[UUID, dict[str, Accepted]] = defaultdict(dict)
    for row, name in rows:
        found[row.occurrence_id][row.mark] = Accepted(reason=row.reason, by=name)
    return found


def choices(session: Session, actor: Actor, by: By) -> Sequence[tuple[UUID, str]]:
    """Return the people, neighbourhoods or venues of which one may see the week, by name."""
    here = actor.organisation_id
    if here is None:
        return ()
    if by is By.PERSON:
        return colleagues(session, here)
    if by is By.VENUE:
        return venues(session, here)
    rows = session.execute(
        select(Neighbourhood.id, Neighbourhood.name)
        .where(
            Neighbourhood.id.in_(
                select(Venue.neighbourhood_id).where(Venue.organisation_id == here)
            )
        )
        .order_by(func.lower(Neighbourhood.name), Neighbourhood.id)
    )
    return [(id, name) for id, name in rows]
