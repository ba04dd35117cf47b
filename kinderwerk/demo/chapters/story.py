"""What the chapters share: the session, the time, chance, and who and what came before."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import Municipality, Organisation, User
from kinderwerk.accounts.shares import LONGEST, LetIn
from kinderwerk.activities.models import Activity
from kinderwerk.core import clock
from kinderwerk.demo.rules import Calendar
from kinderwerk.families.models import Child
from kinderwerk.goals.models import Goal
from kinderwerk.partners.models import Partner
from kinderwerk.places.models import Neighbourhood, Venue

#: What people in the story say when they let a colleague read along.
WHY: Final = "Kent het gezin ook en kijkt mee als ik er niet ben."


@dataclass(kw_only=True)
class Story:
    session: Session
    chance: Random
    calendar: Calendar
    municipality: Municipality
    houses: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    areas: dict[str, Neighbourhood] = field(default_factory=dict)
    venues: dict[str, Venue] = field(default_factory=dict)
    goals: dict[tuple[str, str], Goal] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    children: dict[str, list[Child]] = field(default_factory=dict)
    homes: dict[UUID, UUID] = field(default_factory=dict)  # of a child: its neighbourhood
    partners: dict[str, Partner] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.calendar.today

    def actor(self, key: str) -> Actor:
        return self.people[key].actor()

    def house_of(self, key: str) -> Organisation:
        held = self.people[key].current_memberships[0].organisation
        if held is None:
            raise ValueError(f"{key} works for the town hall")
        return held

    def lets_in(self, key: str) -> LetIn:
        """Let a colleague read along from that moment on, and for a while after today."""
        return LetIn(user_id=self.people[key].id, reason=WHY, until=clock.today() + LONGEST)

    @contextmanager
    def on(self, day: date, hour: int = 10, minute: int = 0) -> Iterator[None]:
        """Live in that moment, which is never later than now."""
        moment = clock.from_wall(datetime.combine(day, time(hour, minute)))
        with clock.stopped(min(moment, clock.now())):
            yield
