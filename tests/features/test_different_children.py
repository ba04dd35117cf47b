"""In whatever days, each child is counted once: everywhere, in each area, and for each goal."""

from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.core.ids import ALL
from kinderwerk.facts import service
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers.models import Attendance, Register
from kinderwerk.registers.rules import Presence
from kinderwerk.reports import different
from kinderwerk.reports.choosing import Stretch
from tests.features.test_facts_anew import DATES, happened
from tests.make import A_WEDNESDAY, Make

Counts = dict[tuple[UUID, UUID], int]


def one_by_one(session: Session, first: date, last: date) -> Counts:
    """Count with sets, of every goal that there is."""
    came: dict[tuple[UUID, UUID], set[UUID]] = {}
    districts = dict(session.execute(select(Neighbourhood.id, Neighbourhood.district_id)).all())
    rows = session.execute(
        select(Register.goal_ids, Attendance.child_id, Attendance.neighbourhood_id)
        .join(Attendance, Attendance.occurrence_id == Register.occurrence_id)
        .where(Register.held_on.between(first, last), Attendance.presence == Presence.PRESENT)
    )
    for goals, child, hood in rows:
        for area in {ALL, *((hood, districts[hood]) if hood else ())}:
            for goal in {ALL, *map(UUID, goals)}:
                came.setdefault((area, goal), set()).add(child)
    return {key: len(children) for key, children in came.items()}


@pytest.mark.parametrize("seed", range(4))
def test_each_child_is_counted_once(session: Session, make: Make, seed: int) -> None:
    """Over edges, over whole quarters and over both; many more goals are asked than there are."""
    chance = Random(seed)
    happened(session, make, chance)
    service.rebuild_all(session)
    house = session.scalars(select(Register.organisation_id)).first()
    assert house
    known = {UUID(goal) for row in session.scalars(select(Register.goal_ids)) for goal in row}
    goals = [ALL, *known, *(uuid4() for _ in range(2 * different.AT_ONCE))]
    chance.shuffle(goals)
    for _ in range(10):
        days = sorted(chance.sample(range(-20, 61 * DATES), 2))
        first, last = (A_WEDNESDAY.date() + timedelta(days=one) for one in days)
        expected = one_by_one(session, first, last)
        assert different.by_area(session, house, Stretch(first, last), goals) == expected
        everybody = {key: n for key, n in expected.items() if key[1] == ALL}
        assert different.by_area(session, house, Stretch(first, last), [ALL]) == everybody
