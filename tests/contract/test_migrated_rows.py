"""Migrations that change rows: what they make of those that were there before."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID, uuid4

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kinderwerk.activities.models import Activity
from kinderwerk.core.ids import ALL
from kinderwerk.facts import rules as facts
from kinderwerk.facts import service
from kinderwerk.facts.rules import Place
from kinderwerk.goals.models import Goal, GoalArea, Indicator
from kinderwerk.goals.rules import IndicatorKind
from kinderwerk.storage.erasing import Kind, enlist
from kinderwerk.storage.work import unit_of_work
from tests.make import Make

PARTS = ("activity_goal", "activity_staff", "goal_area", "indicator")


@pytest.fixture
def goal(make: Make) -> Goal:
    here = make.organisation()
    goal = make.goal(
        here, areas=[GoalArea(neighbourhood_id=make.neighbourhood().id)],
        indicators=[Indicator(text="They come back.", kind=IndicatorKind.REACH)],
    )  # fmt: skip
    make.activity(make.worker(organisation=here), goal=goal)
    return goal


@contextmanager
def before(app: Flask, session: Session, revision: str) -> Iterator[None]:
    """Go back to the schema as it was before a revision, and forth again."""
    session.rollback()
    session.get_bind().engine.dispose()
    with app.app_context():
        flask_migrate.downgrade(revision=f"{revision}-1")
        yield
        flask_migrate.upgrade()


def owners(engine: Engine, table: str) -> set[object]:
    with engine.connect() as connection:
        return set(connection.scalars(text(f"SELECT organisation_id FROM {table}")))  # noqa: S608


def test_parts_take_the_organisation_of_what_they_are_part_of(
    app: Flask, session: Session, make: Make, mighty: Engine, goal: Goal
) -> None:
    there = {table: owners(mighty, table) for table in PARTS}
    with before(app, session, "0022_whose"), mighty.connect() as connection:
        for table in PARTS:
            left = connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
            assert "organisation_id" not in left.one()._mapping
    assert {table: owners(mighty, table) for table in PARTS} == there
    assert {len(found) for found in there.values()} == {1}


def test_what_was_erased_stays_on_the_list_and_photos_leave_with_their_table(
    app: Flask, session: Session, make: Make, mighty: Engine
) -> None:
    activity = make.photo(make.photo(make.activity()))
    organisation_id = activity.organisation_id
    with unit_of_work(session):
        enlist(session, organisation_id, Kind.SIGNUP, [activity.id], None)
    with before(app, session, "0028_stored_file"), mighty.connect() as connection:
        assert list(connection.scalars(text("SELECT kind FROM erasure"))) == ["signup"]
        assert len(connection.execute(text("SELECT * FROM activity")).all()) == 1
    with mighty.connect() as connection:
        assert list(connection.scalars(text("SELECT kind FROM erasure"))) == ["signup"]
        assert list(connection.scalars(text("SELECT photo_id FROM activity"))) == [None]
        with pytest.raises(DBAPIError, match="only grows"):
            connection.execute(text("DELETE FROM erasure"))


def test_what_becomes_part_of_something_is_of_the_same_organisation(
    session: Session, goal: Goal
) -> None:
    (activity,) = session.query(Activity).all()
    owner: UUID = goal.organisation_id
    parts = [*goal.areas, *goal.indicators, *activity.goals, *activity.staff]
    assert [part.organisation_id for part in parts] == [owner] * 4


def test_how_often_children_came_is_the_same_by_child_and_by_goal(
    app: Flask, session: Session, make: Make, mighty: Engine
) -> None:
    here, child, goals = uuid4(), uuid4(), [uuid4(), uuid4()]
    came = [
        facts.child(here, child, date(2031, 2, 5), None, goals),
        facts.child(here, child, date(2031, 3, 5), Place(uuid4(), uuid4()), goals[:1]),
    ]
    with unit_of_work(session):
        service.replace(session, facts.nothing(), facts.total(came))
    with before(app, session, "0095_counting"), mighty.connect() as connection:
        rows = connection.execute(text("SELECT goal_id, visits FROM presence")).all()
        expected = {ALL, *goals}
        assert {UUID(bytes=id_) if isinstance(id_, bytes) else id_ for id_, _ in rows} == expected
        assert [n for _, n in rows] == [1] * 5
    assert service.deviations(session, came) == []
