"""The programme as other programs read it: events of schema.org, points of RFC 7946."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities import moves
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.rules import Format, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.storage.work import unit_of_work
from tests.make import Make
from tests.planted import PLANTED

FEEDS = {"jsonld": "application/ld+json", "geojson": "application/geo+json"}


def soon(days: int = 2) -> datetime:
    return clock.now() + timedelta(days=days)


def read(client: FlaskClient, kind: str, choice: str = "") -> Any:
    answer = client.get(f"/programme.{kind}{choice}")
    assert (answer.status_code, answer.mimetype) == (200, FEEDS[kind])
    return json.loads(answer.data.decode())


def moment(text: str) -> datetime:
    """Return a moment that says by itself where on earth its hours count."""
    found = datetime.fromisoformat(text)
    assert found.utcoffset() == clock.to_wall(found).utcoffset()
    return found


def test_every_date_is_an_event_with_all_that_a_search_engine_asks(
    client: FlaskClient, make: Make
) -> None:
    here = make.organisation()
    venue = make.venue(
        here, name="De Vleugel", address="Kade 3", postcode="1234 AB", town="Zonnewaard",
        latitude=52.1, longitude=5.1,
    )  # fmt: skip
    activity = make.activity(
        make.worker(organisation=here), title="Judo", venue=venue, starts_at=soon(), age_from=6,
        age_to=9,
    )  # fmt: skip
    told = read(client, "jsonld")
    assert told["@context"] == "https://schema.org"
    (event,) = told["@graph"]
    one = activity.occurrences[0]
    assert (moment(event["startDate"]), moment(event["endDate"])) == (one.starts_at, one.ends_at)
    assert event["@type"] == "ChildrensEvent"
    assert event["name"] == "Judo"
    assert event["url"].endswith(f"/programme/{activity.id}")
    assert event["@id"] == f"{event['url']}#{one.id}"
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert event["organizer"] == {"@type": "Organization", "name": here.name}
    assert event["typicalAgeRange"] == "6-9"
    assert event["audience"] == {
        "@type": "PeopleAudience", "suggestedMinAge": 6, "suggestedMaxAge": 9
    }  # fmt: skip
    assert event["isAccessibleForFree"] is (float(event["offers"]["price"]) == 0)
    assert event["location"] == {
        "@type": "Place", "name": "De Vleugel",
        "address": {
            "@type": "PostalAddress", "streetAddress": "Kade 3", "postalCode": "1234 AB",
            "addressLocality": "Zonnewaard",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": 52.1, "longitude": 5.1},
    }  # fmt: skip


def test_points_lie_where_the_venue_is_longitude_first(client: FlaskClient, make: Make) -> None:
    here = make.organisation()
    venue = make.venue(here, latitude=52.1, longitude=5.1)
    on_map = make.activity(make.worker(organisation=here), venue=venue, starts_at=soon())
    nowhere = make.activity(make.worker(organisation=here), starts_at=soon(3), age_to=99)
    told = read(client, "geojson")
    assert told["type"] == "FeatureCollection"
    assert "crs" not in told
    found = {one["properties"]["url"].rpartition("/")[2]: one for one in told["features"]}
    assert found.keys() == {str(on_map.id), str(nowhere.id)}
    point = found[str(on_map.id)]
    assert point["type"] == "Feature"
    assert point["geometry"] == {"type": "Point", "coordinates": [5.1, 52.1]}
    assert UUID(point["id"]) == on_map.occurrences[0].id
    assert moment(point["properties"]["starts"]) == on_map.occurrences[0].starts_at
    assert point["properties"]["cancelled"] is False
    assert found[str(nowhere.id)]["properties"]["ages"].endswith("-")
    assert len({one["id"] for one in told["features"]}) == len(told["features"])


def test_what_is_off_says_so_and_what_is_over_is_gone(
    client: FlaskClient, session: Session, make: Make
) -> None:
    activity = make.activity(starts_at=soon())
    off = activity.occurrences[0].id
    make.occurrence(activity, starts_at=soon(-3))
    with unit_of_work(session):
        session.get_one(Occurrence, off).cancelled_at = clock.now()
        audit.record(session, SYSTEM, "test.changed", off)
    (event,) = read(client, "jsonld")["@graph"]
    assert event["eventStatus"] == "https://schema.org/EventCancelled"
    (point,) = read(client, "geojson")["features"]
    assert point["properties"]["cancelled"] is True


def test_a_date_that_moved_says_when_it_would_have_been(
    client: FlaskClient, session: Session, make: Make
) -> None:
    activity = make.activity(starts_at=soon())
    kept = make.occurrence(activity, starts_at=soon(9)).id
    moved, later = activity.occurrences[0].id, soon(3)
    with unit_of_work(session):
        row = session.get_one(Occurrence, moved)
        was, plan = row.starts_at, moves.standing(row.activity, row.activity.occurrences)
        row.starts_at, row.ends_at = later, later + timedelta(hours=1)
        moves.note(session, row.activity, plan)
        audit.record(session, SYSTEM, "test.changed", moved)
    on_its_page = client.get(f"/programme/{activity.id}").text
    (written,) = re.findall(
        r'<script type="application/ld\+json"[^>]*>(.*?)</script>', on_its_page, re.S
    )
    for events in (read(client, "jsonld")["@graph"], json.loads(written)):
        told = {UUID(one["@id"][-36:]): one for one in events}
        assert told.keys() == {moved, kept}
        assert told[moved]["eventStatus"] == "https://schema.org/EventRescheduled"
        assert [moment(one) for one in told[moved]["previousStartDate"]] == [was]
        assert moment(told[moved]["startDate"]) == later
        assert told[kept]["eventStatus"] == "https://schema.org/EventScheduled"
        assert "previousStartDate" not in told[kept]


@pytest.mark.parametrize("kind", FEEDS)
def test_choices_of_the_programme_hold_there_too(
    client: FlaskClient, make: Make, kind: str
) -> None:
    here = make.organisation()
    near, far = (make.neighbourhood() for _ in range(2))
    for place in (near, far):
        venue = make.venue(here, neighbourhood=place)
        make.activity(make.worker(organisation=here), venue=venue, starts_at=soon())
    told = read(client, kind, f"?neighbourhood={near.id}")
    assert len(told.get("features") or told["@graph"]) == 1
    told = read(client, kind)
    assert len(told.get("features") or told["@graph"]) == 2


@pytest.mark.parametrize("kind", FEEDS)
def test_nothing_private_and_nothing_about_children_is_in_it(
    client: FlaskClient, make: Make, kind: str
) -> None:
    here = make.organisation()
    make.activity(make.worker(organisation=here), starts_at=soon())
    make.activity(make.worker(organisation=here), title="Draft", state=State.DRAFT)
    make.activity(
        make.worker(organisation=here),
        title="At home",
        format=Format.HOME_VISIT,
        starts_at=soon(),
        state=State.DRAFT,
    )
    make.child(make.family(here), first_name=PLANTED)
    written = client.get(f"/programme.{kind}").data.decode()
    assert "At home" not in written
    assert "Draft" not in written
    assert PLANTED not in written


@pytest.mark.parametrize("kind", FEEDS)
def test_a_program_that_has_it_already_is_told_so(
    client: FlaskClient, make: Make, kind: str
) -> None:
    make.activity(starts_at=soon())
    first = client.get(f"/programme.{kind}")
    again = client.get(f"/programme.{kind}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
