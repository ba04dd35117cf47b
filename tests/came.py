"""Children who came, as a register has them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.facts import rules as facts
from kinderwerk.facts import service as cells
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers import counting
from kinderwerk.registers.models import Attendance, Register
from kinderwerk.registers.rules import Presence
from kinderwerk.storage.work import unit_of_work
from tests.make import Make


def hold(
    session: Session, make: Make, worker: User, day: date, came: Mapping[UUID, Neighbourhood | None]
) -> None:
    """Hold a session on that day, and write who came with where each lived."""
    here = worker.current_memberships[0].organisation
    assert here
    at = datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
    activity = make.activity(worker, starts_at=at - timedelta(days=7))
    occurrence = make.occurrence(activity, starts_at=at)
    with unit_of_work(session):
        register = Register(
            organisation_id=here.id, occurrence=occurrence, held_on=day, goal_ids=[],
            neighbourhood_id=None,
        )  # fmt: skip
        session.add(register)
        audit.record(session, SYSTEM, "test.made", occurrence.id)
        session.flush()
        session.execute(
            insert(Attendance),
            [
                {"occurrence_id": occurrence.id, "child_id": child, "organisation_id": here.id,
                 "presence": Presence.PRESENT, "marked_by_id": None, "marked_at": clock.now(),
                 "neighbourhood_id": home.id if home else None}
                for child, home in came.items()
            ],
        )  # fmt: skip
        added = facts.total(counting.of_registers(session, [register]))
        cells.replace(session, facts.nothing(), added)
