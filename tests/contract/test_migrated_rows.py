"""Migrations that change rows: what they make of those that were there before."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.activities.models import Activity
from kinderwerk.core import clock
from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.facts import rules as facts
from kinderwerk.facts import service
from kinderwerk.facts.rules import Measure, Place
from kinderwerk.goals.models import Goal, GoalArea, Indicator
from kinderwerk.goals.rules import IndicatorKind
from kinderwerk.reports import queries as reports
from kinderwerk.reports import rules
from kinderwerk.reports import service as reporting
from kinderwerk.reports.models import Edition
from kinderwerk.storage.erasing import Kind, enlist
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web import migrating
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
        migrating.downgrade(revision=f"{revision}-1")
        yield
        migrating.upgrade()


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


def test_what_a_report_was_made_from_goes_to_who_counted_it_and_comes_together_again(
    app: Flask, session: Session, make: Make, mighty: Engine
) -> None:
    """Two organisations with a goal each: nobody keeps a number of the other, and none is lost."""
    half = Period.holding(clock.today())[1].previous
    town, area = make.municipality(), make.neighbourhood()
    houses = [make.organisation(municipality=town) for _ in range(2)]
    goals = [make.goal(one, begins_on=half.begins, ends_on=half.ends) for one in houses]
    place, day = Place(area.id, area.district_id), half.begins + timedelta(days=9)
    came = [
        facts.cells(Measure.VISITS_TALLY, house.id, day, place, [goal.id], n=n)
        for house, goal, n in zip(houses, goals, (60, 41), strict=True)
    ]
    with unit_of_work(session):
        service.replace(session, facts.nothing(), facts.total(came))
    lead = make.user(Role.COORDINATOR, organisation=houses[0])
    edition = reporting.make(session, lead.actor(), half)
    made = reports.made(session, [edition])[0]
    visits = made.counted[Measure.VISITS_TALLY.value][rules.WHOLE]
    assert visits[rules.EVERYBODY] == 101
    told, digest, edition_id = (
        json.dumps(edition.content, sort_keys=True),
        edition.digest,
        edition.id,
    )
    with before(app, session, "0097_counts_apart"), mighty.connect() as connection:
        (row,) = connection.execute(text("SELECT counted FROM report_edition")).all()
        together = read(row.counted)[Measure.VISITS_TALLY.value][rules.WHOLE]
        assert together == visits
    session.expire_all()
    after = session.get_one(Edition, edition_id)
    assert (json.dumps(after.content, sort_keys=True), after.digest) == (told, digest)
    assert reports.made(session, [after])[0].counted == made.counted
    with mighty.connect() as connection:
        rows = connection.execute(text("SELECT organisation_id, counted FROM report_count")).all()
    kept = {
        UUID(bytes=id_) if isinstance(id_, bytes) else id_: read(counted) for id_, counted in rows
    }
    for house, goal in zip(houses, goals, strict=True):
        works = kept[house.id][Measure.VISITS_TALLY.value][rules.WHOLE]
        assert works.keys() == {str(house.id), str(goal.id)}


def read(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str) else told
