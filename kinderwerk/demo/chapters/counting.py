"""What a season of sessions counts, gathered before it is spread over the cells.

The same counts as those of each register on its own, in a tenth of the time; a test compares.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kinderwerk.activities.models import Activity
from kinderwerk.core.periods import Period
from kinderwerk.demo.chapters.story import Story
from kinderwerk.facts import rules as facts
from kinderwerk.facts.rules import Contribution, Measure
from kinderwerk.places.located import located
from kinderwerk.registers.rules import Presence


class Counted:
    """What the sessions of one activity count, gathered by quarter before it is spread out."""

    def __init__(self, story: Story, activity: Activity) -> None:
        self.here = activity.organisation_id
        self.goals = [goal.goal_id for goal in activity.goals]
        places = located(story.session, [one.id for one in story.areas.values()])
        self.places = places
        venue = activity.venue.neighbourhood_id if activity.venue else None
        self.place = places.get(venue) if venue else None
        self.held: Counter[tuple[Measure, Period]] = Counter()
        self.visits: Counter[tuple[UUID, UUID | None, Period]] = Counter()

    def add(self, day: date, marks: Sequence[dict[str, Any]], boxes: Sequence[Any]) -> None:
        quarter = Period.holding(day)[0]
        self.held[Measure.SESSIONS, quarter] += 1
        self.held[Measure.VISITS_TALLY, quarter] += sum(box["n"] for box in boxes)
        for mark in marks:
            if mark["presence"] is Presence.PRESENT:
                self.visits[mark["child_id"], mark["neighbourhood_id"], quarter] += 1

    def contributions(self) -> Iterator[Contribution]:
        for (measure, quarter), n in self.held.items():
            yield facts.cells(measure, self.here, quarter.begins, self.place, self.goals, n=n)
        for (child_id, home, quarter), n in self.visits.items():
            once = facts.child(
                self.here, child_id, quarter.begins, self.places.get(home) if home else None,
                self.goals,
            )  # fmt: skip
            yield Contribution(
                Counter({key: n * one for key, one in once.cells.items()}),
                Counter({key: n * one for key, one in once.presences.items()}),
            )
