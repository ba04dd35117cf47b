"""Which sessions of a week are asked: drawn, so that nobody picks the ones where all went well."""

from collections import defaultdict, deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

USUAL: Final = 6
MOST: Final = 30
WEEK: Final = timedelta(weeks=1)
#: How many weeks ahead one can be drawn, this one included.
AHEAD: Final = 6
A_YEAR: Final = 2
SEEDS: Final = 1_000_000


class DrawnAlready(Refusal):
    message = N_(
        "This week was drawn already. It is drawn once, so that nobody draws until it fits."
    )
    field = "monday"


class NothingToDraw(Refusal):
    message = N_("No session of this week has a question that suits it.")
    field = "monday"


class EnoughWeeks(Refusal):
    message = N_("Two weeks of this year were drawn already. More would tire the groups.")
    field = "monday"


class OtherWeek(Refusal):
    message = N_("Choose this week or one of the next five.")
    field = "monday"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A session that could be asked something, for a goal of its activity."""

    occurrence_id: UUID
    activity_id: UUID
    goal_id: UUID


def check_drawn(monday: date, drawn: Collection[date]) -> None:
    """Refuse a week that was drawn, and a third one of a year; a week is of its Thursday's year."""
    if monday in drawn:
        raise DrawnAlready
    year = monday.isocalendar().year
    if sum(one.isocalendar().year == year for one in drawn) >= A_YEAR:
        raise EnoughWeeks


def mondays(today: date) -> list[date]:
    first = today - timedelta(days=today.weekday())
    return [first + WEEK * n for n in range(AHEAD)]


def check_week(monday: date, today: date) -> None:
    if monday not in mondays(today):
        raise OtherWeek


def sample(candidates: Collection[Candidate], size: int, seed: int) -> list[Candidate]:
    """Return sessions by chance, each goal in its turn, and of each activity one at most.

    The same seed over the same week draws the same, so that anybody can do it over.
    """
    chance = Random(seed)  # noqa: S311
    shuffled = sorted(candidates, key=lambda one: (one.goal_id, one.occurrence_id))
    chance.shuffle(shuffled)
    turns: dict[UUID, deque[Candidate]] = defaultdict(deque)
    for one in shuffled:
        turns[one.goal_id].append(one)
    drawn: list[Candidate] = []
    known: set[UUID] = set()
    while any(turns.values()) and len(drawn) < size:
        for turn in turns.values():
            fresh = next((one for one in turn if one.activity_id not in known), None)
            turn.remove(fresh) if fresh else turn.clear()
            if fresh and len(drawn) < size:
                known.add(fresh.activity_id)
                drawn.append(fresh)
    return drawn
