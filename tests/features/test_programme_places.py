"""The programme by neighbourhood and on its map, and in the words of each language."""

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.storage.work import unit_of_work
from tests.make import Make
from tests.pages import InspectingClient

EVIL = "</svg><script>alert(1)</script>"
SQUARE = [[[4.9, 52.3], [4.92, 52.3], [4.92, 52.32], [4.9, 52.32], [4.9, 52.3]]]


def soon(days: int = 2) -> datetime:
    return clock.now() + timedelta(days=days)


@pytest.fixture
def town(make: Make) -> dict[str, Activity]:
    worker = make.worker()
    organisation = worker.current_memberships[0].organisation
    assert organisation is not None
    goal, outline = make.goal(organisation), {"type": "Polygon", "coordinates": SQUARE}
    district = make.district(municipality_id=organisation.municipality_id)
    near, far = (
        make.neighbourhood(district=district, name=name, outline=outline)
        for name in ("Zonnewaard", "Almstad")
    )
    anchor = make.venue(organisation, name=EVIL, neighbourhood=near, latitude=52.31, longitude=4.91)
    hall = make.venue(organisation, name="Hall", neighbourhood=far, latitude=52.30, longitude=4.93)
    made = {
        name: make.activity(worker, title=name, starts_at=soon(), goal=goal, venue=venue)
        for name, venue in (("Football", anchor), ("Chess", hall), ("Walking", None))
    }
    make.occurrence(made["Football"], starts_at=soon(9))
    return made


def test_by_neighbourhood_each_activity_stands_once_and_what_has_none_comes_last(
    client: FlaskClient, town: dict[str, Activity]
) -> None:
    by_day = client.get("/").text
    assert by_day.count(f'/programme/{town["Football"].id}"') == 3, "two dates, and on the map"
    page = client.get("/?by=neighbourhood").text
    cards = re.findall(r'<h3><a href="[^"]*"><bdi[^>]*>([^<]*)', page)
    assert cards == ["Chess", "Football", "Walking"]
    assert f"neighbourhood={town['Chess'].venue.neighbourhood_id}" in page  # type: ignore[union-attr]
    assert page.count("webcal://") == 3, "of each neighbourhood, and of all"
    narrowed = client.get("/?by=neighbourhood&q=chess").text
    assert 'name="by" value="neighbourhood"' in narrowed
    assert "Football" not in narrowed


def test_of_much_only_the_first_seven_days_stand_open_and_all_of_it_is_there(
    client: FlaskClient, town: dict[str, Activity], make: Make
) -> None:
    assert 'class="kw-more kw-week"' not in client.get("/").text, "four dates are seen at once"
    for days in range(3, 13):
        make.occurrence(town["Chess"], starts_at=soon(days))
    page = client.get("/").text
    assert page.count('class="kw-more kw-week"') == 1
    assert page.count(f'/programme/{town["Chess"].id}"') == 12, "eleven dates, and on the map"
    first, _, later = page.partition('class="kw-more kw-week"')
    assert min(part.count(f'/programme/{town["Chess"].id}"') for part in (first, later)) > 3


def test_the_map_leads_to_what_is_on_there_and_fetches_nothing_from_elsewhere(
    client: FlaskClient, town: dict[str, Activity]
) -> None:
    page = client.get("/").text
    assert page.count('<a href="#spot-') == 2
    assert 'id="spot-2"' in page
    assert EVIL not in page
    narrowed = client.get("/?q=football").text
    assert narrowed.count('<a href="#spot-') == 1
    frame, same = (re.findall(r'viewBox="0 0 1000 \d+"', text) for text in (page, narrowed))
    assert frame == same != [], "it stays where it is"
    drawn = client.get("/programme/outlines.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert drawn.text.count("<path") == 2
    assert "Zonnewaard" not in drawn.text


def test_a_date_elsewhere_is_looked_for_and_told_where_it_is(
    client: FlaskClient, session: Session, make: Make, town: dict[str, Activity]
) -> None:
    club, here = town["Football"], town["Football"].venue
    assert here is not None
    organisation = session.get_one(Organisation, club.organisation_id)
    there = make.venue(
        organisation, name="The park", wheelchair=True, latitude=52.31,
        longitude=4.92, neighbourhood=make.neighbourhood(name="Buitenveld"),
    )  # fmt: skip
    with unit_of_work(session):
        date = session.get_one(Occurrence, club.occurrences[1].id)
        date.venue, date.note = there, "Bring a bicycle"
        audit.record(session, SYSTEM, "test.made", date.id)
    at = "/?by=neighbourhood&neighbourhood="
    assert "Football" in client.get(f"{at}{there.neighbourhood_id}").text
    assert "Chess" not in client.get(f"{at}{there.neighbourhood_id}").text
    assert "Football" in client.get(f"{at}{here.neighbourhood_id}").text
    reached = client.get("/?wheelchair=y").text
    assert reached.count("The park") > 0
    assert "Hall" not in reached
    page = client.get(f"/programme/{club.id}").text
    assert page.count("The park") == 2, "with its date, and for who looks for it with a machine"
    assert "Bring a bicycle" in page


def test_nothing_planned_has_no_map(client: FlaskClient) -> None:
    assert 'id="map"' not in client.get("/?by=neighbourhood").text
    assert client.get("/programme/outlines.svg").status_code == 200


def translate(worker: InspectingClient, activity: Activity, **words: str) -> str:
    version = str(activity.version)
    answer = worker.post(f"/activities/{activity.id}/words", data={"version": version} | words)
    return answer.text if answer.status_code == 422 else ""


def test_staff_translate_and_parents_read_find_and_follow_it_in_their_language(
    client: InspectingClient, session: Session, make: Make
) -> None:
    coordinator = make.user(Role.COORDINATOR)
    activity = make.activity(
        coordinator, title="Voetbal", summary="Op het plein.", starts_at=soon()
    )
    client.sign_in(coordinator)
    assert "title_tr" in translate(client, activity, summary_tr="Meydanda.")
    assert not translate(client, activity, title_tr="Futbol", summary_tr="Meydanda.")
    detail = client.get(f"/activities/{activity.id}").text
    assert "Oekra" in detail, "what is not there yet"
    client.post("/sign-out")
    turkish, german = {"Accept-Language": "tr"}, {"Accept-Language": "de"}
    assert '<bdi lang="tr">Futbol</bdi>' in client.get("/", headers=turkish).text
    assert '<bdi lang="nl">Voetbal</bdi>' in client.get("/", headers=german).text
    assert "Voetbal" in client.get("/?q=futbol").text, "whoever looks for it finds it"
    page = client.get(f"/programme/{activity.id}", headers=turkish).text
    assert "Futbol" in page
    assert "Meydanda." in page
    assert "Voetbal" not in page
    assert '"name": "Futbol"' in page
    followed = client.get(f"/programme/{activity.id}.ics?words=tr").data
    event = Calendar.from_ical(followed).walk("VEVENT")[0]
    assert event["SUMMARY"] == "Futbol"
    assert event["SEQUENCE"] > 2, "what is called otherwise comes through to strict clients"


def test_what_is_filled_in_is_told_and_nothing_else(client: FlaskClient, make: Make) -> None:
    bare, told = (
        make.activity(starts_at=soon()),
        make.activity(
            starts_at=soon(), going_home="agreed", late_minutes=10, in_rain="inside",
            way_there="Through the gate", discount_how="Ask us", quiet_place=True,
        ),
    )  # fmt: skip
    words = ("10 minuten", "regent", "Through the gate", "Ask us", "rustige plek", "alleen naar")
    full, empty = (client.get(f"/programme/{one.id}").text for one in (told, bare))
    assert [each for each in words if each not in full] == []
    assert [each for each in words if each in empty] == []
