"""Planning in human words: how often, until when, what falls out; looked at before it is saved."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core import clock
from kinderwerk.holidays.rules import Kind, Region
from tests.make import Make


@pytest.fixture(autouse=True)
def in_spring() -> Iterator[None]:
    with clock.stopped(datetime(2031, 5, 1, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def organisation(make: Make) -> Organisation:
    return make.organisation()


@pytest.fixture
def worker(client: FlaskClient, make: Make, organisation: Organisation) -> User:
    person = make.worker(organisation=organisation)
    client.sign_in(person)
    return person


@pytest.fixture
def club(make: Make, organisation: Organisation, worker: User) -> dict[str, Any]:
    """Every Wednesday in May, of which one lies in a holiday of everybody."""
    make.holiday(organisation)
    return {
        "format": "club", "title": "Cooking club", "goal_id": str(make.goal(organisation).id),
        "why": "Around a pan everyone joins in.", "age_from": "6", "age_to": "12",
        "capacity": "12", "signup": "series", "register": "named", "drawing": "pan",
        "repeats": "weekly", "weekday": ["2"], "begins_on": "2031-05-01", "until": "day",
        "ends_on": "2031-05-31", "starts": "15:00", "ends": "17:00", "school": "north",
    }  # fmt: skip


def days(session: Session) -> list[int]:
    session.rollback()
    rows = session.scalars(select(Occurrence).order_by(Occurrence.starts_at))
    return [one.starts_at.day for one in rows]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, [7, 14, 28]),
        ({"school": ""}, [7, 14, 21, 28]),
        ({"weekday": ["2", "4"]}, [2, 7, 9, 14, 16, 28, 30]),
        ({"repeats": "fortnightly", "weekday": ["3"]}, [1, 15, 29]),
        ({"repeats": "monthly", "nth": "-1"}, [28]),
        ({"repeats": "listed", "extra": "03-05-2031\n22-05-2031"}, [3, 22]),
        ({"extra": "22-05-2031", "skipped": "07-05-2031"}, [14, 22, 28]),
        ({"until": "times", "times": "2", "ends_on": ""}, [7, 14]),
        ({"until": "times", "times": "3", "ends_on": ""}, [7, 14, 28]),
    ],
)
def test_what_is_said_in_words_becomes_dates(
    client: FlaskClient, session: Session, club: dict[str, Any], said: dict[str, Any],
    expected: list[int],
) -> None:  # fmt: skip
    answer = client.post("/activities/new", data=club | said)
    assert answer.status_code == 303
    assert days(session) == expected
    assert client.get(answer.location).status_code == 200


def test_until_the_summer_holidays_needs_to_know_when_these_are(
    client: FlaskClient, session: Session, make: Make, organisation: Organisation,
    club: dict[str, Any],
) -> None:  # fmt: skip
    until = club | {"until": "summer", "ends_on": ""}
    assert client.post("/activities/new", data=until).status_code == 422
    make.holiday(
        organisation, region=Region.NORTH, name="Summer", first_on=date(2031, 6, 7),
        last_on=date(2031, 7, 20),
    )  # fmt: skip
    assert client.post("/activities/new", data=until).status_code == 303
    assert days(session) == [7, 14, 28, 4]
    assert session.scalars(select(Activity.ends_on)).one() == date(2031, 6, 6)


def test_the_dates_are_looked_at_without_saving_anything(
    client: FlaskClient, session: Session, make: Make, organisation: Organisation,
    club: dict[str, Any],
) -> None:  # fmt: skip
    make.holiday(
        organisation, kind=Kind.PUBLIC, name="A day off", first_on=date(2031, 5, 14),
        last_on=date(2031, 5, 14),
    )  # fmt: skip
    look = club | {"look": "1", "title": "", "public": "y", "skipped": "07-05-2031"}
    whole = client.post("/activities/new", data=look)
    part = client.post("/activities/new", data=look, headers={"HX-Request": "true"})
    for answer in (whole, part):
        assert answer.status_code == 200
        for words in ("May holidays", "A day off", "28 mei"):
            assert words in answer.text
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert days(session) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weekday": []}, "weekday"),
        ({"until": "times", "times": ""}, "times"),
        ({"until": "times", "times": "10000"}, "times"),
        ({"until": "times", "times": "500"}, "ends_on"),
        ({"weekday": list("0123456"), "ends_on": "2033-04-30"}, "ends_on"),
        ({"repeats": "listed", "extra": ""}, "extra"),
        ({"extra": "01-01-2032"}, "extra"),
        ({"begins_on": ""}, "begins_on"),
        ({"begins_on": "9999-12-31", "ends_on": "", "until": "times", "times": "3"}, "begins_on"),
        ({"school": "west"}, "school"),
        ({"repeats": "other"}, "repeats"),
    ],
)
def test_dates_that_cannot_be_are_refused_at_their_field(
    client: FlaskClient, session: Session, club: dict[str, Any], wrong: dict[str, Any], said: str
) -> None:
    answer = client.post("/activities/new", data=club | wrong)
    assert answer.status_code == 422
    assert f'id="{said}-error"' in answer.text
    looked = client.post("/activities/new", data=club | wrong | {"look": "1"})
    assert looked.status_code == 422
    assert days(session) == []


def test_a_rule_without_words_stays_when_something_else_is_changed(
    client: FlaskClient, session: Session, make: Make, worker: User, club: dict[str, Any]
) -> None:
    goal = make.goal(worker.current_memberships[0].organisation)
    activity = make.activity(
        worker, goal=goal, rule="FREQ=MONTHLY;BYMONTHDAY=14", begins_on=date(2031, 5, 14),
        ends_on=date(2031, 8, 31),
    )  # fmt: skip
    there = f"/activities/{activity.id}/edit"
    assert 'value="other"' in client.get(there).text
    kept = {"repeats": "other", "ends_on": "2031-08-31", "begins_on": "2031-05-14", "version": "1"}
    assert client.post(there, data=club | kept).status_code == 303
    assert days(session) == [14, 14, 14, 14]
    assert session.get_one(Activity, activity.id).rule == "FREQ=MONTHLY;BYMONTHDAY=14"
