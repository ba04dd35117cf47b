"""Counting everything anew inside the database finds what the rules count one by one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities.rules import AgeBand
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.facts import service
from kinderwerk.facts.models import Cell
from kinderwerk.facts.models import Presence as Kept
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.registers import counting
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.registers.rules import Gender, Known, Presence
from kinderwerk.storage.work import unit_of_work
from tests.make import A_WEDNESDAY, Make, all_seeing

DATES = 12


def happened(session: Session, make: Make, chance: Random) -> None:
    """Write registers of two years: by name and without, for no goal or several, here and nowhere.

    Some were closed with nobody in them, some hold only children who were signed off.
    """
    worker = make.worker()
    here = worker.current_memberships[0].organisation
    assert here
    goals = [str(make.goal(here).id) for _ in range(3)]
    hoods = [make.neighbourhood().id for _ in range(3)]
    children = [make.child(make.family(here)).id for _ in range(5)]
    activity = make.activity(worker, starts_at=A_WEDNESDAY - timedelta(days=7))
    for n in range(DATES):
        at = A_WEDNESDAY + timedelta(days=61 * n)
        date = make.occurrence(activity, starts_at=at)
        with unit_of_work(session):
            register = Register(
                organisation_id=here.id, occurrence=date, held_on=at.date(),
                goal_ids=chance.choices(goals, k=chance.randint(0, 3)),
                neighbourhood_id=chance.choice([*hoods, None]),
                closed_at=chance.choice([None, clock.now()]), estimated=chance.choice([0, 0, 3]),
            )  # fmt: skip
            session.add(register)
            audit.record(session, SYSTEM, "test.made", date.id)
            session.flush()
            session.execute(insert(Attendance), [
                {"occurrence_id": date.id, "child_id": child, "organisation_id": here.id,
                 "presence": chance.choice(list(Presence)), "marked_by_id": None,
                 "marked_at": clock.now(), "neighbourhood_id": chance.choice([*hoods, None])}
                for child in chance.sample(children, chance.randint(1, 5))
            ])  # fmt: skip
            session.add(Tally(
                occurrence_id=date.id, organisation_id=here.id, band=chance.choice(list(AgeBand)),
                known=chance.choice(list(Known)), gender=Gender.UNASKED, n=chance.choice([0, 4]),
            ))  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_at_once_and_one_by_one_find_the_same(session: Session, make: Make, seed: int) -> None:
    happened(session, make, Random(seed))
    service.rebuild_all(session)
    assert service.deviations(session, counting.contributions(session)) == []
    counted = set(session.scalars(select(Cell.measure)))
    assert {Measure.SESSIONS, Measure.VISITS_NAMED, Measure.VISITS_TALLY} < counted
    assert Measure.CHILDREN in counted


def test_what_came_since_the_last_look_is_counted(session: Session, make: Make) -> None:
    with all_seeing(session.get_bind().engine) as elsewhere:
        assert elsewhere.scalars(select(Cell)).all() == []
        happened(session, make, Random(5))
        service.rebuild_all(elsewhere)
    assert service.deviations(session, counting.contributions(session)) == []


def test_what_is_right_is_not_written_again(session: Session, make: Make) -> None:
    happened(session, make, Random(6))
    service.rebuild_all(session)
    with changes(session) as sent:
        service.rebuild_all(session)
    assert sent == []


@contextmanager
def changes(session: Session) -> Iterator[list[str]]:
    """Note what is sent to change the facts."""
    engine, sent = session.get_bind().engine, list[str]()

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if re.match(r"(INSERT INTO|DELETE FROM|UPDATE) (cell|presence)\b", statement):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def harmed(session: Session, chance: Random) -> None:
    """Change some cells and some visits, lose others, and have some that nobody counted."""
    cells, kept = session.scalars(select(Cell)).all(), session.scalars(select(Kept)).all()
    for cell, what in zip(chance.sample(cells, 8), range(8), strict=True):
        if what % 2:
            session.delete(cell)
        else:
            cell.n += 1
    for organisation_id in (cells[0].organisation_id, uuid4()):
        session.add(Cell(
            organisation_id=organisation_id, measure=Measure.CHILDREN, period="2031",
            level=Level.WHOLE, area_id=uuid4(), goal_id=uuid4(), n=2,
        ))  # fmt: skip
    lost, moved, fewer = chance.sample(kept, 3)
    session.delete(lost)
    moved.neighbourhood_id, fewer.visits = uuid4(), fewer.visits[:18]


@pytest.mark.parametrize("seed", range(10, 14))
def test_what_is_wrong_is_found_and_mended(session: Session, make: Make, seed: int) -> None:
    happened(session, make, Random(seed))
    service.rebuild_all(session)
    with unit_of_work(session):
        harmed(session, Random(seed))
    assert service.deviations(session, counting.contributions(session)) != []
    service.rebuild_all(session)
    assert service.deviations(session, counting.contributions(session)) == []


def test_where_nothing_happened_nothing_is_counted(session: Session) -> None:
    service.rebuild_all(session)
    assert session.scalars(select(Cell)).all() == []
