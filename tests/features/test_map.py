"""The map: what it shows to whom, and that a small number is nobody."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import Format, State
from kinderwerk.config import Tiles
from kinderwerk.core import clock
from kinderwerk.core.ids import sortable
from kinderwerk.core.periods import Period
from kinderwerk.facts import rules as facts
from kinderwerk.facts import service
from kinderwerk.facts.rules import Contribution, Measure, Place, nothing
from kinderwerk.neighbourhood_map import views
from kinderwerk.neighbourhood_map.models import Barrier
from kinderwerk.places.models import KeyFigure, Neighbourhood
from kinderwerk.places.rules import VenueKind
from kinderwerk.storage.work import unit_of_work
from tests.make import Make

EVIL = "<img src=x onerror=alert(1)>{{ 7*7 }}`${1}`"
MINUTE = timedelta(minutes=1)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[4.0, 52.0], [4.1, 52.0], [4.1, 52.1], [4.0, 52.1], [4.0, 52.0]]],
}


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
    page = client.get("/map/table").text
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
    hidden = client.get("/map/table").text.count(">te klein<")
    told = [
        f["properties"]["lines"][0] for f in client.get("/map/data.json").json["areas"]["features"]
    ]
    assert hidden >= 2
    assert not [line for line in told if line.endswith(": 3")]


def test_who_comes_after_somebody_looked_is_told_at_once_and_to_nobody_else(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood],
) -> None:  # fmt: skip
    elsewhere = make.worker()
    for area, children in zip(areas, (60, 30, 12), strict=True):
        visit(session, here, area, children)
    client.sign_in(make.worker(organisation=here))
    before = [client.get("/map/table").text for _ in range(2)]
    visit(session, here, areas[0], 1)
    assert cells(before[0]) == cells(before[1])
    assert {"60", "30", "12"} <= set(cells(before[0]))
    assert {"61", "30", "12"} <= set(cells(client.get("/map/table").text))
    client.sign_in(elsewhere)
    assert {"60", "61", "30", "12"}.isdisjoint(cells(client.get("/map/table").text))


def test_signals_are_for_some_and_only_from_ten_on(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood],
) -> None:  # fmt: skip
    place = Place(areas[0].id, areas[0].district_id)
    count(session, facts.cells(Measure.SIGNALS, here.id, clock.today(), place, n=9))
    for role, sees in ((Role.WORKER, False), (Role.COORDINATOR, True), (Role.VOLUNTEER, False)):
        client.sign_in(make.user(role, organisation=here))
        assert ("signals" in client.get("/map/data.json").json) is sees
        assert ("Signalen per wijk en halfjaar" in client.get("/map/table").text) is sees
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
    for kind in (VenueKind.SCHOOL, VenueKind.PITCH):
        make.venue(here, kind=kind, latitude=52.05, longitude=4.07)
    data = client.get("/map/data.json").json
    layers = ("venues", "activities", "schools", "pitches")
    there = {name: len(data[name]["features"]) for name in layers}
    partners = sum(len(data[name]["features"]) for name in data if name.startswith("partners"))
    assert (there, partners) == (dict.fromkeys(layers, 1), 1)
    listed = client.get("/map/places").text
    assert ">School<" in listed
    assert ">Sportveld<" in listed


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
        for name in ("period", "goal", "age", "colouring"):
            assert client.get("/map/", query_string={name: nonsense}).status_code == 200


def test_the_map_takes_few_statements_however_many_places(
    client: FlaskClient, make: Make, here: Organisation, areas: list[Neighbourhood],
    statements: list[str],
) -> None:  # fmt: skip
    client.sign_in(make.worker(organisation=here))

    def sent() -> dict[str, int]:
        found = {}
        for path in ("/map/", "/map/table", "/map/places", "/map/data.json"):
            statements.clear()
            assert client.get(path).status_code == 200
            found[path] = len(statements)
        return found

    few = sent()
    for _ in range(5):
        make.venue(here, latitude=52.05, longitude=4.05)
        make.neighbourhood(outline=SQUARE)
    assert sent() == few


def test_many_places_make_the_page_no_larger(
    client: FlaskClient, make: Make, here: Organisation, areas: list[Neighbourhood]
) -> None:
    for number in range(120):
        make.venue(here, name=f"Hall {number:03}", latitude=52.05, longitude=4.05)
    client.sign_in(make.worker(organisation=here))
    assert len(client.get("/map/").data) < 60 * 1024
    first, second = (client.get(f"/map/places?page={n}").text for n in (1, 2))
    assert ("Hall 099" in first, "Hall 100" in first) == (True, False)
    assert "Hall 119" in second
    assert "Hall 099" not in second


@pytest.fixture
def near(make: Make, here: Organisation, areas: list[Neighbourhood]) -> Activity:
    """Two dates with room for two, in the middle of the square, for children from 6 to 12."""
    worker = make.worker(organisation=here)
    venue = make.venue(here, latitude=52.05, longitude=4.055)
    today = clock.now()
    made = make.activity(worker, venue=venue, starts_at=today + MINUTE, age_from=6, age_to=12)
    make.occurrence(made, starts_at=today + 2 * MINUTE)
    return made


def spots(client: FlaskClient, **asked: object) -> dict[str, dict[str, object]]:
    found = client.get("/map/neighbourhoods.geojson", query_string=asked).json
    return {one["properties"]["name"]: one["properties"] for one in found["features"]}


def test_where_few_are_reached_is_a_white_spot_and_first_where_most_children_live(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood], near: Activity,
) -> None:  # fmt: skip
    visit(session, here, areas[0], 60)
    visit(session, here, areas[1], 6)
    client.sign_in(make.worker(organisation=here))
    told = client.get("/map/").text
    assert told.index(f">{areas[2].name}<") < told.index(f">{areas[1].name}<")
    assert f">{areas[0].name}<" not in told
    found = spots(client)
    assert [found[one.name]["spot"] for one in areas] == ["reached", "few_reached", "few_reached"]
    assert [found[areas[2].name][key] for key in ("dates_near", "places_near")] == [2, 4]
    data = client.get("/map/data.json").json
    assert {one["properties"]["title"] for one in data["white"]["features"]} == {
        areas[1].name, areas[2].name,
    }  # fmt: skip


def test_who_comes_without_a_name_is_no_white_spot(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood],
) -> None:  # fmt: skip
    place = Place(areas[0].id, areas[0].district_id)
    count(session, facts.cells(Measure.VISITS_TALLY, here.id, clock.today(), place, n=45))
    client.sign_in(make.worker(organisation=here))
    assert spots(client)[areas[0].name]["spot"] == "nameless"
    assert "Bereikt zonder namen: 45 bezoeken" in client.get("/map/table").text


def test_the_age_and_the_goal_decide_what_is_near(
    client: FlaskClient, make: Make, here: Organisation, areas: list[Neighbourhood],
    near: Activity,
) -> None:  # fmt: skip
    client.sign_in(make.worker(organisation=here))
    other, served = make.goal(here), near.goals[0].goal_id
    for asked, dates in (
        ({"age": 8}, 2), ({"age": 3}, 0), ({"goal": served}, 2), ({"goal": other.id}, 0),
    ):  # fmt: skip
        assert spots(client, **asked)[areas[0].name]["dates_near"] == dates, asked
    assert "activity" in str(client.get("/map/data.json?age=8").json["activities"])
    assert client.get("/map/data.json?age=3").json["activities"]["features"] == []


def test_what_lies_across_and_how_far_they_walk_decide_too(
    client: FlaskClient, make: Make, here: Organisation, areas: list[Neighbourhood],
    near: Activity,
) -> None:  # fmt: skip
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    dates = lambda: spots(client)[areas[0].name]["dates_near"]  # noqa: E731
    assert dates() == 2, "342 metres away"
    assert client.post("/map/walking", data={"metres": 300}).status_code == 303
    assert dates() == 0
    client.post("/map/walking", data={"metres": 500})
    canal = {"name": EVIL, "line": "51.9, 4.052\n52.2, 4.052"}
    assert client.post("/map/walking/barrier", data=canal | {"detour": 100}).status_code == 303
    assert dates() == 2
    assert client.post("/map/walking/barrier", data=canal).status_code == 303
    assert dates() == 0, "nobody gets across"
    page = client.get("/map/walking").text
    assert EVIL not in page
    ids = re.findall(r'name="barriers"[^>]*value="([^"]+)"', page)
    assert client.post("/map/walking/remove", data={"barriers": ids}).status_code == 303
    assert dates() == 2
    there = {"neighbourhood": areas[0].id, "place": "52.05, 4.09"}
    assert client.post("/map/walking/centre", data=there).status_code == 303
    assert dates() == 0, "most people live far off"
    client.post("/map/walking/centre", data=there | {"place": ""})
    assert dates() == 2


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("", {"metres": 0}),
        ("", {"metres": "far"}),
        ("/barrier", {"name": "Canal", "line": "51.9, 4.05"}),
        ("/barrier", {"name": "Canal", "line": "here\nand there"}),
        ("/barrier", {"name": "", "line": "51.9, 4.0\n52, 4.0"}),
        ("/barrier", {"name": "Canal", "line": "51.9, 4.0\n52, 4.0", "detour": -1}),
        ("/centre", {"neighbourhood": "", "place": "51.9, 4.0"}),
        ("/centre", {"neighbourhood": "00000000-0000-4000-8000-000000000000", "place": ""}),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood], path: str, sent: dict[str, object],
) -> None:  # fmt: skip
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    assert client.post(f"/map/walking{path}", data=sent).status_code == 422
    assert session.scalars(select(Barrier)).all() == []


def test_only_some_say_how_far_children_walk(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    for role in (Role.WORKER, Role.VOLUNTEER, Role.PROTECTION_OFFICER):
        client.sign_in(make.user(role, organisation=here))
        assert client.get("/map/walking").status_code == 403
        assert client.post("/map/walking", data={"metres": 300}).status_code == 403


def test_the_file_is_what_other_programs_expect(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood],
) -> None:  # fmt: skip
    make.neighbourhood(outline=SQUARE | {"coordinates": [SQUARE["coordinates"][0][::-1]]})
    visit(session, here, areas[0], 3)
    client.sign_in(make.worker(organisation=here))
    answer = client.get("/map/neighbourhoods.geojson")
    assert answer.mimetype == "application/geo+json"
    rings = [one["geometry"]["coordinates"][0] for one in answer.json["features"]]
    assert all(shapely.LinearRing(ring).is_ccw for ring in rings), "RFC 7946, 3.1.6"
    assert spots(client)[areas[0].name]["children"] is None, "too small to show"


def test_pictures_come_from_elsewhere_only_where_somebody_named_it(
    app: Flask, client: FlaskClient, make: Make, here: Organisation, areas: list[Neighbourhood]
) -> None:
    client.sign_in(make.worker(organisation=here))
    assert "img-src 'self' data:;" in client.get("/map/").headers["Content-Security-Policy"]
    tiles = Tiles(url="https://tiles.example.org/{z}/{x}/{y}.png", attribution="<b>Maps & Co</b>")
    app.extensions["kinderwerk_settings"] = replace(
        app.extensions["kinderwerk_settings"], tiles=tiles
    )
    page = client.get("/map/")
    assert (
        "img-src 'self' data: https://tiles.example.org;" in page.headers["Content-Security-Policy"]
    )
    assert "https://tiles.example.org/{z}/{x}/{y}.png" in page.text
    assert "<b>Maps" not in page.text
    elsewhere = client.get("/today").headers["Content-Security-Policy"]
    assert "tiles" not in elsewhere


def test_without_neighbourhoods_the_page_says_what_to_do(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    client.sign_in(make.worker(organisation=here))
    assert "nog geen buurten" in client.get("/map/").text


def test_the_table_of_a_large_city_has_pages_and_one_with_all_of_them(
    client: FlaskClient, make: Make, worker: User
) -> None:
    made = [make.neighbourhood(name=f"Buurt {n:03}") for n in range(views.ROWS + 3)]
    client.sign_in(worker)
    first, second = (client.get(f"/map/table?page={n}").text for n in (1, 2))
    for one in made:
        assert (f">{one.name}<" in first) != (f">{one.name}<" in second)
    assert "page=2" in first
    assert "page=1" in second
    whole = client.get("/map/table?whole=1").text
    assert all(f">{one.name}<" in whole for one in made)
    assert f">{made[-1].name}<" in client.get("/map/table?page=999").text, "the last there is"
