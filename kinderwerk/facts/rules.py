"""What is counted, for which area and which fixed period."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product
from typing import Final, NamedTuple
from uuid import UUID

from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.core.words import N_, Labelled


class Measure(Labelled):
    SESSIONS = "sessions", N_("Sessions held")
    VISITS_NAMED = "visits_named", N_("Visits, by name")
    VISITS_TALLY = "visits_tally", N_("Visits, counted without names")
    CHILDREN = "children", N_("Different children")
    SIGNALS = "signals", N_("Signals")
    SUPPORT_CONTACTS = "support_contacts", N_("Short contacts with parents")
    SUPPORT_FAMILIES = "support_families", N_("Families in parenting support")
    REFERRALS = "referrals", N_("Referrals")
    MINUTES_CONTACT = "minutes_contact", N_("Minutes with children")
    MINUTES_PARENTS = "minutes_parents", N_("Minutes with parents")
    MINUTES_PREPARATION = "minutes_preparation", N_("Minutes of preparation")
    MINUTES_OUTREACH = "minutes_outreach", N_("Minutes on the street")
    MINUTES_NETWORK = "minutes_network", N_("Minutes with partners")
    MINUTES_ADMINISTRATION = "minutes_administration", N_("Minutes of administration")
    MINUTES_TRAINING = "minutes_training", N_("Minutes of training")
    MINUTES_TRAVEL = "minutes_travel", N_("Minutes on the way")
    MEASURED = "measured", N_("Questions asked to groups")
    ASKED = "asked", N_("People asked")
    ANSWERS = "answers", N_("Answers of groups")
    CONVERSATIONS = "conversations", N_("Talks with children")


class Level(Labelled):
    NEIGHBOURHOOD = "neighbourhood", N_("Neighbourhood")
    DISTRICT = "district", N_("District")
    WHOLE = "whole", N_("Whole area")


class CellKey(NamedTuple):
    """One count: of what, for whom, when (a written `Period`), where, and for which goal.

    `area_id` is the neighbourhood, the district or ALL, as the level says; `goal_id` is ALL for
    the total over goals.
    """

    organisation_id: UUID
    measure: Measure
    period: str
    level: Level
    area_id: UUID = ALL
    goal_id: UUID = ALL


class PresenceKey(NamedTuple):
    """That a child was there: in a written quarter, for a goal, living in a neighbourhood.

    `goal_id` is ALL for the total over goals; the places are ALL where the child lives in none
    that is known. In which half-years, years, districts it counts follows from this.
    """

    organisation_id: UUID
    child_id: UUID
    quarter: str
    goal_id: UUID
    neighbourhood_id: UUID
    district_id: UUID


@dataclass(frozen=True, slots=True)
class Place:
    """Where something counts: a neighbourhood and the district in which it lies."""

    neighbourhood_id: UUID
    district_id: UUID


#: Signals leave the team only per district and half-year, so nothing finer is ever counted.
COARSE: Final = frozenset({Measure.SIGNALS})


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one thing that happened adds to the counts."""

    cells: Counter[CellKey]
    presences: Counter[PresenceKey]


def cells(
    measure: Measure, organisation_id: UUID, day: date, place: Place | None,
    goal_ids: Iterable[UUID] = (), n: int = 1,
) -> Contribution:  # fmt: skip
    """Return what something of that day adds: n to each period, area and goal in which it lies.

    What has no known place counts for the whole area only. For different children, who are not a
    plain sum, see `child`.
    """
    made = nothing()
    for period, level, area_id, goal_id in _spread(measure, day, place, goal_ids):
        made.cells[CellKey(organisation_id, measure, period, level, area_id, goal_id)] += n
    return made


def child(
    organisation_id: UUID, child_id: UUID, day: date, place: Place | None,
    goal_ids: Iterable[UUID] = (),
) -> Contribution:  # fmt: skip
    """Return what a named visit adds: to the visits, and to who the different children are."""
    return children(organisation_id, [child_id], day, place, goal_ids)


def children(
    organisation_id: UUID, child_ids: Collection[UUID], day: date, place: Place | None,
    goal_ids: Iterable[UUID] = (),
) -> Contribution:  # fmt: skip
    """Return what the visits of one day add of children who live in one place."""
    goals = {ALL, *goal_ids}
    n = len(child_ids)
    made = cells(Measure.VISITS_NAMED, organisation_id, day, place, goals, n=n)
    home = (place.neighbourhood_id, place.district_id) if place else (ALL, ALL)
    quarter = str(Period.holding(day)[0])
    for child_id, goal_id in product(child_ids, goals):
        made.presences[PresenceKey(organisation_id, child_id, quarter, goal_id, *home)] += 1
    return made


def different(presences: Iterable[PresenceKey]) -> set[tuple[UUID, UUID, str, Level, UUID, UUID]]:
    """Return in which cells each child is one of the different children.

    As (organisation, child, period, level, area, goal): once, however often it was there.
    """
    return {
        (key.organisation_id, key.child_id, period, level, area_id, key.goal_id)
        for key in presences
        for period, (level, area_id) in product(_periods(key.quarter), _areas(key))
    }


@cache
def _periods(quarter: str) -> tuple[str, ...]:
    return tuple(str(period) for period in Period.holding(Period.read(quarter).begins))


def _areas(key: PresenceKey) -> tuple[tuple[Level, UUID], ...]:
    if key.neighbourhood_id == ALL:
        return ((Level.WHOLE, ALL),)
    return (
        (Level.WHOLE, ALL),
        (Level.DISTRICT, key.district_id),
        (Level.NEIGHBOURHOOD, key.neighbourhood_id),
    )


def _spread(
    measure: Measure, day: date, place: Place | None, goal_ids: Iterable[UUID]
) -> Iterator[tuple[str, Level, UUID, UUID]]:
    periods = [str(p) for p in Period.holding(day) if measure not in COARSE or p.kind != "Q"]
    areas = [(Level.WHOLE, ALL)]
    if place:
        areas.append((Level.DISTRICT, place.district_id))
    if place and measure not in COARSE:
        areas.append((Level.NEIGHBOURHOOD, place.neighbourhood_id))
    for period, (level, area_id), goal_id in product(periods, areas, {ALL, *goal_ids}):
        yield period, level, area_id, goal_id


def nothing() -> Contribution:
    return Contribution(Counter(), Counter())


def total(parts: Iterable[Contribution]) -> Contribution:
    whole = nothing()
    for part in parts:
        whole.cells.update(part.cells)
        whole.presences.update(part.presences)
    return whole


def less(whole: Contribution, part: Contribution) -> Contribution:
    """Return what the whole adds beyond the part."""
    return Contribution(whole.cells - part.cells, whole.presences - part.presences)
