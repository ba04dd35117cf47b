"""Another calendar is looked at, becomes drafts, and comes out again as it went in."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities import service
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.repeating import Rule
from kinderwerk.activities.rules import State
from kinderwerk.activities.series import Slot
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.goals.models import Goal
from kinderwerk.imports.models import BroughtIn
from kinderwerk.storage.work import unit_of_work
from tests.make import Make

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//made up//EN\r\n"
TAIL = "END:VCALENDAR\r\n"


def event(*lines: str, uid: str = "club") -> str:
    said = {"SUMMARY": "SUMMARY:Chess"} if not [x for x in lines if "SUMMARY" in x] else {}
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20310101T000000Z", *said.values(), *lines,
         "END:VEVENT", ""]
    )  # fmt: skip


def calendar(*events: str) -> bytes:
    return (HEAD + "".join(events) + TAIL).encode()


WEEKLY = event(
    "DTSTART;TZID=Europe/Amsterdam:20310514T150000", "DTEND;TZID=Europe/Amsterdam:20310514T163000",
    "RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE;TZID=Europe/Amsterdam:20310521T150000",
    "LOCATION:The library", "SUMMARY:Reading aloud",
)  # fmt: skip
MOVED = event(
    "RECURRENCE-ID;TZID=Europe/Amsterdam:20310528T150000",
    "DTSTART;TZID=Europe/Amsterdam:20310528T170000",
    "DTEND;TZID=Europe/Amsterdam:20310528T180000", "SUMMARY:Reading aloud",
)  # fmt: skip


@pytest.fixture(autouse=True)
def in_spring() -> Iterator[None]:
    with clock.stopped(datetime(2031, 5, 1, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def organisation(make: Make) -> Organisation:
    return make.organisation()


@pytest.fixture
def goal(make: Make, organisation: Organisation) -> Goal:
    return make.goal(organisation)


@pytest.fixture
def worker(client: FlaskClient, make: Make, organisation: Organisation) -> User:
    person = make.worker(organisation=organisation)
    client.sign_in(person)
    return person


def send(client: FlaskClient, goal: Goal, content: bytes, **given: str) -> TestResponse:
    usual = {"format": "course", "goal_id": str(goal.id), "why": "Because it fits."}
    answer = client.post(
        "/activities/import", data=usual | given | {"file": (BytesIO(content), "calendar.ics")}
    )
    answer.request.environ["wsgi.input"].close()
    return answer


def dates(session: Session, activity: Activity) -> list[str]:
    rows = session.scalars(
        select(Occurrence)
        .where(Occurrence.activity_id == activity.id)
        .order_by(Occurrence.starts_at)
    )
    return [f"{clock.to_wall(one.starts_at):%d %H:%M}" for one in rows]


def test_a_calendar_is_looked_at_and_then_becomes_drafts(
    client: FlaskClient, session: Session, worker: User, goal: Goal
) -> None:
    content = calendar(WEEKLY, MOVED)
    looked = send(client, goal, content)
    assert looked.status_code == 200
    assert "Reading aloud" in looked.text
    assert session.scalars(select(Activity)).all() == []
    session.rollback()
    held = b64encode(content).decode()
    again = {"format": "course", "goal_id": str(goal.id), "why": "So.", "held": held}
    assert client.post("/activities/import", data=again | {"make": "1"}).status_code == 303
    (activity,) = session.scalars(select(Activity)).all()
    assert (activity.state, activity.way_there) == (State.DRAFT, "The library")
    assert activity.rule == "FREQ=WEEKLY;BYDAY=WE"
    assert dates(session, activity) == ["14 15:00", "28 17:00", "04 15:00", "11 15:00"]
    session.rollback()
    twice = send(client, goal, content, make="1")
    assert twice.status_code == 422, "it stands here already"
    assert len(session.scalars(select(Activity)).all()) == 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["DTSTART:20310514T150000Z", "RRULE:FREQ=WEEKLY"], "Het herhaalt zich zonder einde"),
        (["DTSTART:20310514T150000Z", "RRULE:FREQ=SECONDLY;COUNT=9"], "vaker dan eens per dag"),
        (["DTSTART:20310514T150000Z", "DTEND:20310514T140000Z"], "Het eindigt voor"),
        (["DTSTART:20310514T150000Z", "RRULE:FREQ=DAILY;COUNT=600"], "dan 500 datums"),
        (["DTSTART:20310514T150000Z", "RRULE:FREQ=DAILY;COUNT=20000"], "twee jaar"),
        (["DTSTART:20310514T210000Z", "DTEND:20310515T010000Z", "RRULE:FREQ=DAILY;COUNT=3"],
         "tot in de volgende dag"),
        (["DTSTART:20310514T150000Z", "STATUS:CANCELLED"], "afgelast"),
        (["DTSTART:20310514T150000Z", "SUMMARY:"], "geen titel"),
        (["DTSTART:soon"], "niet te lezen"),
        (["DTEND:20310514T150000Z"], "wanneer het begint"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_told_by_event_and_left_out_only_if_that_is_wanted(
    client: FlaskClient, session: Session, worker: User, goal: Goal, lines: list[str], said: str
) -> None:
    content = calendar(event(*lines, uid="other"), WEEKLY)
    looked = send(client, goal, content).text
    assert said in looked
    assert "Afspraak 1" in looked
    refused = send(client, goal, content, make="1")
    assert refused.status_code == 422
    assert said in refused.text
    assert session.scalars(select(Activity)).all() == []
    session.rollback()
    assert send(client, goal, content, make="1", leave_out="1").status_code == 303
    assert [one.title for one in session.scalars(select(Activity))] == ["Reading aloud"]


def test_rubbish_is_refused_without_a_fuss(
    client: FlaskClient, session: Session, worker: User, goal: Goal
) -> None:
    for content in (b"x", b"BEGIN:VCALENDAR", b"\x00" * 100, b"x" * 1_100_000):
        assert send(client, goal, content, make="1").status_code in (413, 422)
    assert send(client, goal, b"", held="no text of ours").status_code == 422
    assert session.scalars(select(Activity)).all() == []


def test_our_export_brought_in_again_is_identical(
    app: Flask, client: FlaskClient, session: Session, make: Make, goal: Goal, worker: User
) -> None:
    """With a rule, a day taken out and one put in, one at another time and one called off."""
    club = make.activity(
        worker, goal=goal, title="Woodwork; with saws, and glue", description="Line one\nline two",
        way_there="Through the gate", rule=Rule.weekly(2, interval=2).text,
        begins_on=datetime(2031, 5, 14).date(), ends_on=datetime(2031, 7, 31).date(),
        starts_at=datetime(2031, 5, 14, 12, tzinfo=UTC), source_uid="club@elsewhere",
    )  # fmt: skip
    for week in (4, 6, 7):
        starts_at = datetime(2031, 5, 14, 12, tzinfo=UTC) + timedelta(weeks=week)
        make.occurrence(club, starts_at=starts_at)
    third = session.scalars(select(Occurrence).order_by(Occurrence.starts_at)).all()[2].id
    slot = Slot(datetime(2031, 6, 25, 14, tzinfo=UTC), datetime(2031, 6, 25, 15, 30, tzinfo=UTC))
    service.move_occurrence(session, worker.actor(), third, slot)
    with unit_of_work(session):
        second = session.scalars(select(Occurrence).order_by(Occurrence.starts_at)).all()[1]
        second.cancelled_at = clock.now()
        audit.record(session, SYSTEM, "test.made", second.id)
    first = client.get(f"/activities/{club.id}/plan.ics").data
    assert b"RRULE:FREQ=WEEKLY" in first
    assert b"TZID=Europe/Amsterdam" in first

    there = make.organisation()
    client.sign_in(make.worker(organisation=there))
    assert send(client, make.goal(there), first, make="1").status_code == 303
    (copy,) = session.scalars(select(Activity).where(Activity.id != club.id)).all()
    second_time = client.get(f"/activities/{copy.id}/plan.ics").data
    assert second_time.decode().splitlines() == first.decode().splitlines()
    held, made = (len(dates(session, one)) for one in (club, copy))
    assert held == made == 4


def test_our_feed_says_the_same_moments_to_whoever_takes_it_over(
    client: FlaskClient, session: Session, make: Make, goal: Goal, worker: User
) -> None:
    club = make.activity(worker, goal=goal, title="Chess")
    feed = client.get(f"/programme/{club.id}.ics").data
    (told,) = Calendar.from_ical(feed).events
    assert send(client, goal, feed, make="1").status_code == 303
    copy = session.scalars(select(Activity).where(Activity.id != club.id)).one()
    (date_,) = session.scalars(select(Occurrence).where(Occurrence.activity_id == copy.id))
    assert (date_.starts_at, date_.ends_at) == (told.start, told.end)


def test_a_button_that_is_pressed_twice_plans_once(
    client: FlaskClient, session: Session, worker: User, goal: Goal
) -> None:
    nameless = event("DTSTART:20310514T150000Z", uid="").replace("UID:\r\n", "")
    once = {"once": str(ids.confidential()), "make": "1", "leave_out": "1"}
    for _ in range(2):
        assert send(client, goal, calendar(WEEKLY, nameless), **once).status_code == 303
    assert len(session.scalars(select(Activity)).all()) == 2


def test_whoever_planned_it_takes_it_back_but_for_what_was_used(
    client: FlaskClient, session: Session, worker: User, goal: Goal
) -> None:
    walk = event("DTSTART:20310520T150000Z", "SUMMARY:A walk", uid="walk")
    once = str(ids.confidential())
    assert send(client, goal, calendar(WEEKLY, MOVED, walk), make="1", once=once).status_code == 303
    found = {one.title: one.id for one in session.scalars(select(Activity))}
    session.rollback()
    service.publish(session, worker.actor(), found["A walk"])
    brought = session.scalars(select(BroughtIn.id)).one()
    session.rollback()
    assert f"/imports/{brought}/undo" in client.get("/activities/import").text
    done = client.post(f"/imports/{brought}/undo")
    assert done.location == "/activities/import"
    assert [one.title for one in session.scalars(select(Activity))] == ["A walk"]
    session.rollback()
    assert "A walk" in client.get(done.location).text
    again = send(client, goal, calendar(WEEKLY, MOVED, walk), make="1", once=once)
    assert again.status_code == 422
    session.rollback()
    assert len(session.scalars(select(Activity)).all()) == 1


def test_nobody_takes_back_what_a_colleague_planned(
    client: FlaskClient, session: Session, make: Make, worker: User, goal: Goal
) -> None:
    send(client, goal, calendar(WEEKLY), make="1")
    brought = session.scalars(select(BroughtIn)).one()
    id, here = brought.id, session.get_one(Organisation, brought.organisation_id)
    client.sign_in(make.worker(organisation=here))
    assert f"/imports/{id}/undo" not in client.get("/activities/import").text
    assert client.post(f"/imports/{id}/undo").status_code in {403, 404}
    session.rollback()
    assert len(session.scalars(select(Activity)).all()) == 1
