"""A club with a worker, a volunteer who helps and some children: who came, and what it counts."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.activities.models import Activity, ActivityStaff, Occurrence
from kinderwerk.facts import queries as facts_queries
from kinderwerk.facts import service as facts
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.families.models import Child
from kinderwerk.registers import counting
from kinderwerk.registers.models import Attendance
from kinderwerk.registers.rules import Presence
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from tests.make import Make

#: How many children are counted at an open club.
THERE: Final = 6


class Club:
    """A club with a worker, a volunteer who helps, and some children with a place."""

    def __init__(self, session: Session, make: Make, **given: Any) -> None:
        self.session, self.make = session, make
        self.worker = make.worker()
        self.here = self.worker.current_memberships[0].organisation
        self.helper = make.user(Role.VOLUNTEER, organisation=self.here)
        self.area = make.neighbourhood()
        self.activity: Activity = make.activity(
            self.worker,
            staff=[ActivityStaff(user_id=one.id) for one in (self.worker, self.helper)],
            venue=make.venue(self.here, neighbourhood=self.area),
            **given,
        )
        self.date: Occurrence = self.activity.occurrences[0]
        self.url = f"/sessions/{self.date.id}"

    def child(self, placed: bool = True, **given: Any) -> Child:
        child = self.make.child(self.make.family(self.here), **given)
        if placed:
            self.place(child)
        return child

    def place(self, child: Child, **given: Any) -> Signup:
        made_up = {
            "activity": self.activity,
            "standing": Standing.PLACED,
            "queue": next(self.make.numbers),
        }
        return self.make.save(
            Signup(
                organisation_id=child.organisation_id, child=child,
                made_by_id=None, **made_up | given,
            )
        )  # fmt: skip

    def marks(self) -> dict[UUID, Presence]:
        chosen = select(Attendance).where(Attendance.occurrence_id == self.date.id)
        return {mark.child_id: mark.presence for mark in self.session.scalars(chosen)}

    def cells(self, measure: Measure, level: Level = Level.WHOLE) -> int:
        found = facts_queries.counts(
            self.session, organisation_ids=[self.here.id], periods=["2031"],
            measures=[measure], levels=[level],
        )  # fmt: skip
        return sum(n for key, n in found.items() if key.goal_id.int == 0)

    def exact(self) -> bool:
        return facts.deviations(self.session, counting.contributions(self.session)) == []
