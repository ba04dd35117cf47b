"""This date, this and later ones, or all: who has a place keeps it, calendars and rules follow."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.models import Activity, Occurrence, PlanChange
from kinderwerk.activities.repeating import Rule, next_year
from kinderwerk.activities.rules import Format
from kinderwerk.core import clock
from kinderwerk.messages import rendering
from kinderwerk.messages.models import Message
from kinderwerk.places.models import Venue
from kinderwerk.signups import service as signups
from kinderwerk.signups.models import Cancellation, Signup
from kinderwerk.signups.rules import SignUp
from kinderwerk.web.extensions import as_system
from tests.make import A_WEDNESDAY, Make

NOW = A_WEDNESDAY - timedelta(days=3)


@pytest.fixture
def organisation(make: Make) -> Organisation:
    return make.organisation()


@pytest.fixture
def worker(client: FlaskClient, make: Make, organisation: Organisation) -> User:
    person = make.worker(organisation=organisation)
    with clock.stopped(NOW):
        client.sign_in(person)
    return person


@pytest.fixture
def gym(make: Make, organisation: Organisation) -> Venue:
    return make.venue(organisation, name="The gym")


@pytest.fixture
def club(session: Session, make: Make, worker: User, organisation: Organisation) -> Activity:
    """Three Wednesdays at 14:00, with a child that has a place in all of them."""
    club = make.activity(
        worker, title="Woodwork", capacity=9, rule=Rule.weekly(2).text, weekdays=4,
        ends_on=A_WEDNESDAY.date() + timedelta(days=14),
    )  # fmt: skip
    for week in (1, 2):
        make.occurrence(club, starts_at=A_WEDNESDAY + timedelta(weeks=week))
    parent = make.parent()
    child = make.child(make.family(organisation, parent))
    with clock.stopped(NOW):
        signups.sign_up(session, parent.actor(), SignUp(activity_id=club.id, child_ids=(child.id,)))
    return club


def dates(session: Session) -> list[Occurrence]:
    session.rollback()
    return list(session.scalars(select(Occurrence).order_by(Occurrence.starts_at)))


def times(session: Session) -> list[str]:
    return [f"{clock.to_wall(one.starts_at):%d %H:%M}" for one in dates(session)]


def change(client: FlaskClient, session: Session, n: int, reach: str, **given: str) -> int:
    """Change the n-th date to 15:00, and what is given."""
    usual = {"reach": reach, "starts": "15:00", "ends": "17:00", "venue_id": "", "note": ""}
    id = dates(session)[n].id
    with clock.stopped(NOW):
        there = f"/activities/dates/{id}/change"
        assert client.get(there).status_code == 200
        return client.post(there, data=usual | given).status_code


@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        ("one", ["14 14:00", "21 15:00", "28 14:00"]),
        ("later", ["14 14:00", "21 15:00", "28 15:00"]),
        ("all", ["14 15:00", "21 15:00", "28 15:00"]),
    ],
)
def test_times_change_as_far_as_was_said_and_places_stay(
    client: FlaskClient, session: Session, club: Activity, reach: str, expected: list[str]
) -> None:
    ids = [one.id for one in dates(session)]
    assert change(client, session, 1, reach) == 303
    assert times(session) == expected
    assert [one.id for one in dates(session)] == ids
    assert session.scalars(select(Signup)).one().standing.holds
    assert session.scalars(select(PlanChange)).all(), "the families are told"


def test_dates_made_later_are_as_those_from_that_day_on(
    client: FlaskClient, session: Session, club: Activity, gym: Venue
) -> None:
    change(client, session, 1, "later", venue_id=str(gym.id))
    assert session.get_one(Activity, club.id).starts == time(14)
    with clock.stopped(NOW):
        there = f"/activities/{club.id}/edit"
        form = client.get(there).text
        assert 'value="14:00"' in form
        said: dict[str, Any] = {
            "format": "club", "title": "Woodwork", "goal_id": str(club.goals[0].goal_id),
            "why": "So.", "age_from": "4", "age_to": "12", "capacity": "9", "signup": "series",
            "register": "named", "drawing": "ball", "repeats": "weekly", "weekday": ["2"],
            "begins_on": "2031-05-14", "ends_on": "2031-06-04", "starts": "14:00",
            "ends": "16:00", "version": str(session.get_one(Activity, club.id).version),
        }  # fmt: skip
        session.rollback()
        assert client.post(there, data=said).status_code == 303
    assert times(session) == ["14 14:00", "21 15:00", "28 15:00", "04 15:00"]
    assert [one.venue_id for one in dates(session)] == [None, gym.id, gym.id, gym.id]


def test_a_calendar_moves_the_same_event_to_its_new_place(
    client: FlaskClient, session: Session, club: Activity, gym: Venue
) -> None:
    def told() -> dict[str, Any]:
        with clock.stopped(NOW):
            feed = client.get(f"/programme/{club.id}.ics").data
        return {one["UID"]: one for one in Calendar.from_ical(feed).walk("VEVENT")}

    before = told()
    change(client, session, 1, "one", venue_id=str(gym.id), note="Bring sports shoes")
    after = told()
    assert before.keys() == after.keys()
    moved = [uid for uid, one in after.items() if one.get("LOCATION") == "The gym"]
    assert len(moved) == 1
    (uid,) = moved
    assert after[uid]["SEQUENCE"] > before[uid]["SEQUENCE"]
    assert after[uid]["DESCRIPTION"] == "Bring sports shoes"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"ends": "15:00"}, "ends"), ({"starts": "25:00"}, "starts"), ({"reach": "some"}, "reach"),
     ({"venue_id": "00000000-0000-0000-0000-000000000007"}, "venue_id")],
)  # fmt: skip
def test_what_cannot_be_changes_nothing(
    client: FlaskClient, session: Session, club: Activity, wrong: dict[str, str], said: str
) -> None:
    assert change(client, session, 0, **{"reach": "all"} | wrong) == 422
    assert times(session) == ["14 14:00", "21 14:00", "28 14:00"]


def test_this_date_and_all_later_ones_are_called_off_and_the_place_stays(
    app: Flask, client: FlaskClient, session: Session, club: Activity
) -> None:
    id = dates(session)[1].id
    said = {"reason": "The saw is broken.", "later": "y"}
    with clock.stopped(NOW):
        assert client.post(f"/activities/dates/{id}/call-off", data=said).status_code == 303
    assert [bool(one.cancelled_at) for one in dates(session)] == [False, True, True]
    assert len(session.scalars(select(Cancellation)).all()) == 2
    assert session.scalars(select(Signup)).one().standing.holds
    (mail,) = called_off(app, session)
    for words in ("21 mei", "28 mei", "The saw is broken.", "blijft"):
        assert words in mail
    assert "14 mei" not in mail


def test_each_family_is_told_once_with_those_of_the_dates_that_it_would_have_come_to(
    app: Flask,
    client: FlaskClient,
    session: Session,
    make: Make,
    worker: User,
    organisation: Organisation,
) -> None:
    camp = make.activity(
        worker, format=Format.HOLIDAY, capacity=9, rule=Rule.weekly(2).text, weekdays=4,
        ends_on=A_WEDNESDAY.date() + timedelta(days=14),
    )  # fmt: skip
    days = [camp.occurrences[0]] + [
        make.occurrence(camp, starts_at=A_WEDNESDAY + timedelta(weeks=week)) for week in (1, 2)
    ]
    for some in (days[:2], days[2:]):
        parent = make.parent()
        family = make.family(organisation, parent)
        wish = SignUp(
            activity_id=camp.id, occurrence_ids=tuple(one.id for one in some),
            child_ids=(make.child(family).id, make.child(family).id),
        )  # fmt: skip
        with clock.stopped(NOW):
            signups.sign_up(session, parent.actor(), wish)
    said = {"reason": "Too hot.", "later": "y"}
    with clock.stopped(NOW):
        client.post(f"/activities/dates/{days[0].id}/call-off", data=said)
    assert not any(one.standing.holds for one in session.scalars(select(Signup)))
    told = sorted([day for day in ("14 mei", "21 mei", "28 mei") if day in mail]
                  for mail in called_off(app, session))  # fmt: skip
    assert told == [["14 mei", "21 mei"], ["28 mei"]]


def called_off(app: Flask, session: Session) -> list[str]:
    """Return what families read about several dates that do not go on."""
    session.rollback()
    wanted = select(Message).where(Message.template == "signup.dates_cancelled")
    with app.test_request_context():
        found = as_system().scalars(wanted).all()
        made = [rendering.render(as_system(), one) for one in found]
        return [mail.text for mail in made if mail]


def test_a_template_begins_new_ones_without_dates_and_signups(
    client: FlaskClient, session: Session, club: Activity
) -> None:
    with clock.stopped(NOW):
        client.post(f"/activities/{club.id}/template", data={"template": "Our woodwork"})
        assert "Our woodwork" in client.get("/activities/new").text
        form = client.get(f"/activities/{club.id}/copy").text
        assert 'value="Woodwork"' in form
        client.post(f"/activities/{club.id}/template", data={"template": ""})
        assert "Our woodwork" not in client.get("/activities/new").text


def test_last_year_s_is_copied_to_the_same_days_of_the_week(
    client: FlaskClient, session: Session, club: Activity
) -> None:
    with clock.stopped(A_WEDNESDAY + timedelta(days=60)):
        client.sign_in(session.get_one(User, club.author_id))
        form = client.get(f"/activities/{club.id}/copy").text
    assert 'value="2032-05-12"' in form
    assert 'value="2032-05-26"' in form


@pytest.mark.parametrize("weeks", [0, 10, 60, 200, 600])
def test_last_year_s_comes_back_on_the_same_day_of_the_week_and_in_its_season(weeks: int) -> None:
    first, last = date(2031, 9, 3), date(2032, 6, 30)
    begins, ends = next_year(first, last, first + timedelta(weeks=weeks))
    assert begins >= first + timedelta(weeks=weeks)
    assert (begins.weekday(), ends - begins) == (first.weekday(), last - first)
    assert abs((begins - begins.replace(month=9, day=3)).days) <= 4
