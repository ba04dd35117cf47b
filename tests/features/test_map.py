"""The map: what it shows to whom, and that a small number is nobody."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.rules import Format, State
from kinderwerk.core import clock
from kinderwerk.core.ids import sortable
from kinderwerk.core.periods import Period
from kinderwerk.facts import rules as facts
from kinderwerk.facts import service
from kinderwerk.facts.rules import Contribution, Measure, Place, nothing
from kinderwerk.places.models import KeyFigure, Neighbourhood
from kinderwerk.storage.work import unit_of_work
from tests.make import Make

EVIL = "<img src=x onerror=alert(1)>{{ 7*7 }}`${1}`"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[4.0, 52.0], [4.1, 52.0], [4.1, 52.1], [4.0, 52.1], [4.0, 52.0]]],
}


@pytest.fixture
def here(make: Make) -> Organisation:
    return make.organisation()


@pytest.fixture
def areas(session: Session, make: Make) -> list[Neighbourhood]:
    """Three neighbourhoods of one district; in each a hundred children live."""
    district = make.district()
    found = [make.neighbourhood(district=district, outline=SQUARE) for _ in range(3)]
    with unit_of_work(session):
        for area in found:
            session.add(
                KeyFigure(
                    neighbourhood_id=area.id, year=2024, name="k_0_15", label="0 tot 15 jaar",
                    value=100, age_from=0, age_to=14,
                )
            )  # fmt: skip
    return found


def visit(session: Session, here: Organisation, area: Neighbourhood, children: int) -> None:
    place = Place(area.id, area.district_id)
    day = clock.today()
    came = [facts.child(here.id, sortable(), day, place) for _ in range(children)]
    count(session, facts.total(came))


def count(session: Session, added: Contribution) -> None:
    with unit_of_work(session):
        service.replace(session, nothing(), added)


def cells(page: str) -> list[str]:
    return [text.strip() for text in re.findall(r"<td[^>]*>(?:<div>)?([^<]*)", page)]


def test_reach_is_told_against_the_children_living_there(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood],
) -> None:  # fmt: skip
    for area, children in zip(areas, (60, 30, 12), strict=True):
        visit(session, here, area, children)
    client.sign_in(make.worker(organisation=here))
    page = client.get("/map/").text
    assert {"60", "30", "12", "100"} <= set(cells(page))
    assert "0 tot en met 14 jaar" in page
    data = client.get("/map/data.json").json
    kinds = {f["properties"]["title"]: f["properties"]["kind"] for f in data["areas"]["features"]}
    assert [kinds[area.name] for area in areas] == ["tint-3", "tint-2", "tint-1"]


def test_a_small_number_is_not_shown_nor_left_to_be_worked_out(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood],
) -> None:  # fmt: skip
    for area, children in zip(areas, (60, 30, 3), strict=True):
        visit(session, here, area, children)
    client.sign_in(make.worker(organisation=here))
    hidden = client.get("/map/").text.count(">te klein<")
    told = [
        f["properties"]["lines"][0] for f in client.get("/map/data.json").json["areas"]["features"]
    ]
    assert hidden >= 2
    assert not [line for line in told if line.endswith(": 3")]


def test_signals_are_for_some_and_only_from_ten_on(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood],
) -> None:  # fmt: skip
    place = Place(areas[0].id, areas[0].district_id)
    count(session, facts.cells(Measure.SIGNALS, here.id, clock.today(), place, n=9))
    for role, sees in ((Role.WORKER, False), (Role.COORDINATOR, True), (Role.VOLUNTEER, False)):
        client.sign_in(make.user(role, organisation=here))
        assert ("signals" in client.get("/map/data.json").json) is sees
        assert ("Signalen per wijk" in client.get("/map/").text) is sees
    client.sign_in(make.user(Role.PROTECTION_OFFICER, organisation=here))
    (told,) = client.get("/map/data.json").json["signals"]["features"]
    assert "9" not in told["properties"]["lines"][0]


@pytest.mark.parametrize("role", [Role.MUNICIPALITY, Role.CONFIDANT, Role.PRIVACY_OFFICER, None])
def test_the_map_is_for_people_of_the_organisation(
    client: FlaskClient, make: Make, here: Organisation, role: Role | None
) -> None:
    client.sign_in(make.user(role, organisation=here))
    assert client.get("/map/").status_code == 403
    assert client.get("/map/data.json").status_code == 403


def test_only_our_own_public_places_are_points(
    client: FlaskClient, make: Make, here: Organisation, areas: list[Neighbourhood]
) -> None:
    worker, stranger = make.worker(organisation=here), make.worker()
    for author in (worker, stranger):
        organisation = author.current_memberships[0].organisation
        assert organisation is not None
        venue = make.venue(organisation, latitude=52.05, longitude=4.05)
        soon = clock.now() + timedelta(days=2)
        goal = make.goal(organisation)
        for state, kind in ((State.PUBLISHED, Format.CLUB), (State.DRAFT, Format.CLUB)):
            make.activity(author, venue=venue, starts_at=soon, state=state, format=kind, goal=goal)
        make.partner(organisation, latitude=52.06, longitude=4.06)
    client.sign_in(worker)
    data = client.get("/map/data.json").json
    assert {name: len(data[name]["features"]) for name in ("venues", "activities", "partners")} == {
        "venues": 1, "activities": 1, "partners": 1,
    }  # fmt: skip


def test_words_of_people_never_reach_the_script(
    client: FlaskClient, make: Make, here: Organisation, areas: list[Neighbourhood]
) -> None:
    make.venue(here, name=EVIL, latitude=52.05, longitude=4.05)
    client.sign_in(make.worker(organisation=here))
    page = client.get("/map/").text
    assert EVIL not in page
    (script,) = re.findall(r'<script nonce="[^"]+">(.*?)</script>', page, flags=re.S)
    assert "onerror" not in script
    (venue,) = client.get("/map/data.json").json["venues"]["features"]
    assert venue["properties"]["title"] == EVIL


def test_the_period_is_one_of_those_offered(
    client: FlaskClient, make: Make, here: Organisation, areas: list[Neighbourhood]
) -> None:
    client.sign_in(make.worker(organisation=here))
    year = Period.holding(clock.today())[2]
    assert client.get(f"/map/?period={year}").status_code == 200
    for nonsense in ("1999-Q9", "", "x" * 5000, "2026-01-01"):
        assert client.get("/map/", query_string={"period": nonsense}).status_code == 200


def test_the_map_takes_few_statements_however_many_places(
    client: FlaskClient, make: Make, here: Organisation, areas: list[Neighbourhood],
    statements: list[str],
) -> None:  # fmt: skip
    client.sign_in(make.worker(organisation=here))

    def sent() -> int:
        statements.clear()
        client.get("/map/")
        return len(statements)

    few = sent()
    for _ in range(5):
        make.venue(here, latitude=52.05, longitude=4.05)
        make.neighbourhood(outline=SQUARE)
    assert sent() == few


def test_without_neighbourhoods_the_page_says_what_to_do(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    client.sign_in(make.worker(organisation=here))
    assert "nog geen buurten" in client.get("/map/").text
