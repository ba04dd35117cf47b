"""Calendars that people subscribe to, read as a stranger's client reads them."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import html5lib
import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from icalendar.cal import Component
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import Format, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.storage.work import unit_of_work
from tests.make import Make
from tests.planted import PLANTED

HERE = ZoneInfo("Europe/Amsterdam")
EVIL = 'Foot"ball; with, <b>\\n\r\nBEGIN:VEVENT'


def soon(days: int = 2) -> datetime:
    return clock.now() + timedelta(days=days)


def events(client: FlaskClient, path: str) -> dict[str, Component]:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    assert b"\n" not in answer.data.replace(b"\r\n", b"")
    assert b"X-PUBLISHED-TTL:PT4H" in answer.data
    found = Calendar.from_ical(answer.data).walk("VEVENT")
    for event in found:
        assert {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY"} <= set(event)
        assert event["DTSTART"].dt.utcoffset() == timedelta(0)
    return {str(event["UID"]): event for event in found}


def change(session: Session, row: Activity | Occurrence, **changed: object) -> None:
    with unit_of_work(session):
        merged = session.get_one(type(row), row.id)
        for name, value in changed.items():
            setattr(merged, name, value)
        audit.record(session, SYSTEM, "test.changed", row.id)


def test_what_moves_and_what_is_off_comes_through_to_who_subscribed(
    client: FlaskClient, session: Session, make: Make
) -> None:
    activity = make.activity(title="Football", starts_at=soon())
    moved, off = activity.occurrences[0], make.occurrence(activity, starts_at=soon(9))
    path = f"/programme/{activity.id}.ics"
    before = events(client, path)
    later = moved.starts_at + timedelta(hours=3)
    change(session, moved, starts_at=later, ends_at=later + timedelta(hours=1))
    change(session, activity, version=activity.version + 1)
    change(session, off, cancelled_at=clock.now())
    after = events(client, path)
    assert before.keys() == after.keys() == {f"{one.id}@kinderwerk" for one in (moved, off)}
    assert after[f"{moved.id}@kinderwerk"]["DTSTART"].dt == later.replace(microsecond=0)
    assert str(after[f"{off.id}@kinderwerk"]["STATUS"]) == "CANCELLED"
    for uid, event in after.items():
        assert event["SEQUENCE"] > before[uid]["SEQUENCE"]


@pytest.mark.parametrize("day", ["2031-03-28", "2031-10-24"])  # the clock changes two days later
def test_the_time_on_the_wall_is_right_on_both_sides_of_the_change_of_the_clock(
    client: FlaskClient, make: Make, day: str
) -> None:
    first = datetime.fromisoformat(f"{day}T15:30").replace(tzinfo=HERE)
    with clock.stopped(first - timedelta(days=3)):
        activity = make.activity(starts_at=first.astimezone(UTC))
        second = first + timedelta(days=7)
        make.occurrence(activity, starts_at=second.astimezone(UTC))
        found = events(client, f"/programme/{activity.id}.ics").values()
    walls = sorted(event["DTSTART"].dt.astimezone(HERE) for event in found)
    assert [wall.strftime("%H:%M") for wall in walls] == ["15:30", "15:30"]


def test_a_long_title_in_arabic_folds_between_letters(client: FlaskClient, make: Make) -> None:
    title = "ورشة النجارة، والرسم؛ والموسيقى للأطفال " * 3
    activity = make.activity(title=title.strip(), starts_at=soon())
    (event,) = events(client, f"/programme/{activity.id}.ics").values()
    assert str(event["SUMMARY"]) == title.strip()
    answer = client.get(f"/programme/{activity.id}.ics")
    for line in answer.data.split(b"\r\n"):
        line.decode()


def test_an_activity_that_was_called_off_tells_so_and_a_draft_is_not_there(
    client: FlaskClient, session: Session, make: Make
) -> None:
    activity = make.activity(title="Football", starts_at=soon())
    path = f"/programme/{activity.id}.ics"
    change(session, activity, state=State.ENDED)
    assert client.get(path).status_code == 404, "it was never published"
    change(session, activity, published_at=clock.now())
    (event,) = events(client, path).values()
    assert str(event["STATUS"]) == "CANCELLED"
    change(session, activity, state=State.DRAFT)
    assert client.get(path).status_code == 404


def test_any_choice_of_the_programme_can_be_followed(client: FlaskClient, make: Make) -> None:
    worker = make.worker()
    organisation = worker.current_memberships[0].organisation
    assert organisation is not None
    north = make.neighbourhood()
    venue = make.venue(organisation, name="The Anchor", neighbourhood=north)
    make.activity(worker, title="Football", starts_at=soon(), venue=venue, age_from=4, age_to=6)
    make.activity(worker, title="Chess", starts_at=soon(), age_from=9, age_to=12)
    make.activity(
        worker, title="Visit", format=Format.HOME_VISIT, state=State.ENDED, starts_at=soon()
    )
    page = client.get(f"/?neighbourhood={north.id}").text
    assert f"/programme.ics?neighbourhood={north.id}" in page
    assert "webcal://" in page
    for query, titles in {
        f"neighbourhood={north.id}": {"Football"}, "age=10": {"Chess"}, "age=99": set(),
        "": {"Football", "Chess"}, "age=nonsense": {"Football", "Chess"},
    }.items():  # fmt: skip
        found = events(client, f"/programme.ics?{query}").values()
        assert {str(event["SUMMARY"]) for event in found} == titles


def test_a_title_cannot_break_out_of_the_calendar_or_the_page(
    client: FlaskClient, make: Make
) -> None:
    activity = make.activity(title=EVIL, starts_at=soon())
    assert len(events(client, f"/programme/{activity.id}.ics")) == 1
    page = html5lib.parse(client.get(f"/programme/{activity.id}").text, namespaceHTMLElements=False)
    (told,) = [one for one in page.iter("script") if one.get("type") == "application/ld+json"]
    (event,) = json.loads(told.text)
    assert event["name"] == activity.title
    assert event["@type"] == "ChildrensEvent"
    assert datetime.fromisoformat(event["startDate"]) == activity.occurrences[0].starts_at


def test_nothing_about_children_is_in_a_feed(client: FlaskClient, make: Make) -> None:
    worker = make.worker()
    organisation = worker.current_memberships[0].organisation
    assert organisation is not None
    activity = make.activity(worker, starts_at=soon())
    make.child(make.family(organisation))
    for path in (f"/programme/{activity.id}.ics", "/programme.ics"):
        assert PLANTED not in client.get(path).text


def test_a_client_that_has_it_already_is_told_so(client: FlaskClient, make: Make) -> None:
    activity = make.activity(starts_at=soon())
    first = client.get(f"/programme/{activity.id}.ics")
    again = client.get(
        f"/programme/{activity.id}.ics", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
