"""Venues: where they are, in which neighbourhood, and who can get in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from shapely.geometry import box, mapping
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation
from kinderwerk.places.models import Neighbourhood, Venue
from tests.make import Make


@pytest.fixture
def organisation(make: Make) -> Organisation:
    return make.organisation()


@pytest.fixture
def harbour(make: Make) -> Neighbourhood:
    outline = dict(mapping(box(4.4, 51.9, 4.41, 51.91)))
    return make.neighbourhood(name="Havenkwartier", outline=outline)


@pytest.fixture
def worker(client: FlaskClient, make: Make, organisation: Organisation) -> FlaskClient:
    client.sign_in(make.worker(organisation=organisation))
    return client


HALL = {
    "name": "Buurthuis", "address": "Kade 1", "postcode": "9999 AA", "town": "Zomerdorp",
    "wheelchair": "yes", "toilet": "no",
}  # fmt: skip


def only(session: Session) -> Venue:
    return session.scalars(select(Venue)).one()


@pytest.mark.parametrize("role", [Role.WORKER, Role.COORDINATOR, Role.ADMIN])
def test_a_venue_is_noted_and_shown(
    client: FlaskClient, session: Session, make: Make, organisation: Organisation, role: Role
) -> None:
    client.sign_in(make.user(role, organisation=organisation))
    answer = client.post("/venues/new", data=HALL)
    assert answer.status_code == 303
    shown = client.get(answer.location)
    assert "Kade 1, 9999 AA Zomerdorp" in shown.text
    assert (only(session).wheelchair, only(session).toilet) == (True, False)
    assert "Buurthuis" in client.get("/venues/").text


def test_a_point_finds_its_neighbourhood(
    worker: FlaskClient, session: Session, harbour: Neighbourhood
) -> None:
    worker.post("/venues/new", data=HALL | {"latitude": "51,905", "longitude": " 4.405 "})
    assert only(session).neighbourhood_id == harbour.id
    assert "Havenkwartier" in worker.get(f"/venues/{only(session).id}").text


def test_a_point_outside_lies_in_no_neighbourhood_whatever_was_chosen(
    worker: FlaskClient, session: Session, harbour: Neighbourhood
) -> None:
    outside = {"latitude": "52.5", "longitude": "4.4", "neighbourhood_id": str(harbour.id)}
    worker.post("/venues/new", data=HALL | outside)
    assert only(session).neighbourhood_id is None


def test_without_a_point_the_neighbourhood_is_chosen(
    worker: FlaskClient, session: Session, harbour: Neighbourhood
) -> None:
    worker.post("/venues/new", data=HALL | {"neighbourhood_id": str(harbour.id)})
    assert only(session).neighbourhood_id == harbour.id


def test_a_neighbourhood_of_another_municipality_cannot_be_chosen(
    worker: FlaskClient, make: Make
) -> None:
    there = make.neighbourhood(district=make.district(municipality_id=make.municipality().id))
    answer = worker.post("/venues/new", data=HALL | {"neighbourhood_id": str(there.id)})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"latitude": "51.9"},
        {"latitude": "95", "longitude": "4"},
        {"latitude": "nan", "longitude": "4"},
        {"latitude": "inf", "longitude": "4"},
        {"latitude": "north", "longitude": "4"},
        {"neighbourhood_id": "nowhere"},
        {"website": "javascript:alert(1)"},
        {"phone": "bel maar"},
        {"accessibility": "x" * 401},
        {"address": "123456782"},
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_lost(
    worker: FlaskClient, session: Session, wrong: dict[str, str]
) -> None:
    answer = worker.post("/venues/new", data=HALL | wrong)
    assert answer.status_code == 422
    assert "Zomerdorp" in answer.text
    assert session.scalars(select(Venue)).all() == []


def test_script_in_a_name_is_only_text(worker: FlaskClient) -> None:
    answer = worker.post("/venues/new", data=HALL | {"name": "<script>alert(1)</script>{{ 7*7 }}"})
    assert "<script>alert" not in worker.get(answer.location).text
    assert "{{ 7*7 }}" in worker.get("/venues/").text


def test_two_people_changing_a_venue_see_each_others_text(
    worker: FlaskClient, session: Session
) -> None:
    url = worker.post("/venues/new", data=HALL).location + "/edit"
    assert worker.post(url, data=HALL | {"name": "Wijkhuis", "version": "1"}).status_code == 303
    late = worker.post(url, data=HALL | {"name": "Clubhuis", "version": "1"})
    assert late.status_code == 409
    assert "Wijkhuis" in late.text
    assert "Clubhuis" in late.text
    assert only(session).name == "Wijkhuis"
    assert 'value="2"' in late.text  # whoever saves again has compared
    assert worker.post(url, data=HALL | {"name": "Clubhuis", "version": "2"}).status_code == 303


def test_a_venue_no_longer_used_leaves_the_list_and_can_come_back(
    worker: FlaskClient, session: Session
) -> None:
    url = worker.post("/venues/new", data=HALL).location
    worker.post(f"{url}/retire")
    assert "Buurthuis" not in worker.get("/venues/").text
    assert "Buurthuis" in worker.get("/venues/?retired=1").text
    worker.post(f"{url}/retire")
    assert "Buurthuis" in worker.get("/venues/").text


def test_venues_of_another_organisation_are_out_of_sight(
    app: Flask, worker: FlaskClient, make: Make
) -> None:
    url = worker.post("/venues/new", data=HALL).location
    stranger = app.test_client()
    stranger.sign_in(make.worker())
    assert "Buurthuis" not in stranger.get("/venues/").text
    assert stranger.get(url).status_code == 404
    assert stranger.post(f"{url}/edit", data=HALL).status_code == 404
    assert stranger.post(f"{url}/retire").status_code == 404


def test_a_volunteer_reads_venues_and_does_not_change_them(
    client: FlaskClient, make: Make, organisation: Organisation
) -> None:
    venue = make.venue(organisation, name="Speeltuin")
    client.sign_in(make.user(Role.VOLUNTEER, organisation=organisation))
    assert "Speeltuin" in client.get("/venues/").text
    assert client.get(f"/venues/{venue.id}/edit").status_code == 403
    assert client.get("/venues/new").status_code == 403


def test_venues_are_found_by_name_street_and_neighbourhood(
    worker: FlaskClient, harbour: Neighbourhood
) -> None:
    worker.post("/venues/new", data=HALL | {"neighbourhood_id": str(harbour.id)})
    worker.post("/venues/new", data={"name": "Speeltuin 100%", "address": "Weide 2"})
    for wanted, other, query in (
        ("Buurthuis", "Speeltuin", "q=buurt"),
        ("Speeltuin", "Buurthuis", "q=WEIDE"),
        ("Speeltuin", "Buurthuis", "q=100%25"),
        ("Buurthuis", "Speeltuin", f"neighbourhood={harbour.id}"),
    ):
        shown = worker.get(f"/venues/?{query}").text
        assert wanted in shown
        assert other not in shown
    assert "Buurthuis" in worker.get("/venues/?neighbourhood=nonsense&page=x").text
    assert worker.get("/venues/?q=nothing&page=-3").status_code == 200


def test_a_long_list_of_venues_has_pages(
    worker: FlaskClient, make: Make, organisation: Organisation
) -> None:
    for number in range(52):
        make.venue(organisation, name=f"Plek {number:02d}")
    assert "page=2" in worker.get("/venues/").text
    second = worker.get("/venues/?page=2").text
    assert "Plek 51" in second
    assert "Plek 49" not in second
