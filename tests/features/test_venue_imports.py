"""Venues out of a table: looked at, all of them or none, and taken back within a day."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.core import clock, ids
from kinderwerk.families.models import Child
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.venues.rules import KNOWN, Column
from kinderwerk.partners.models import Partner
from kinderwerk.places import service as places
from kinderwerk.places.models import Venue
from kinderwerk.places.rules import VenueKind
from tests import hostile, tables
from tests.make import Make

HEAD = "Naam;Soort;Adres;Postcode;Plaats;Breedtegraad;Lengtegraad;Rolstoel;Buiten;Telefoon\n"
GOOD = HEAD + (
    "Buurthuis De Brug;;Kade 1;3011 AA;Havenstad;;;ja;;010 2345678\n"
    "Trapveld;Sportveld;Kade 2;;Havenstad;51,905;4.455;;ja;\n"
)


@pytest.fixture(autouse=True)
def signed_in(client: FlaskClient, coordinator: User) -> None:
    client.sign_in(coordinator)


def sent(client: FlaskClient, content: bytes | str, where: str = "venues") -> TestResponse:
    return tables.send(client, content, where)


def brought(client: FlaskClient, content: bytes | str, **given: Any) -> TestResponse:
    return tables.bring(client, content, "venues", HEAD, KNOWN, **given)


def venues(session: Session) -> dict[str, Venue]:
    session.rollback()
    return {one.name: one for one in session.scalars(select(Venue))}


def test_they_are_looked_at_first_and_then_all_are_in(
    client: FlaskClient, session: Session, here: Organisation
) -> None:
    page = sent(client, GOOD)
    assert page.status_code == 200
    assert "Buurthuis De Brug" in page.text
    assert not venues(session)
    assert brought(client, GOOD).status_code == 303
    found = venues(session)
    house, field = found["Buurthuis De Brug"], found["Trapveld"]
    assert (house.where, house.wheelchair, house.outdoors) == (
        "Kade 1, 3011 AA Havenstad", True, False,
    )  # fmt: skip
    assert (field.kind, field.latitude, field.longitude) == (VenueKind.PITCH, 51.905, 4.455)
    assert (field.wheelchair, field.outdoors) == (None, True)
    assert {one.organisation_id for one in found.values()} == {here.id}
    assert "2 locaties" in client.get("/imports/").text


def test_a_point_says_in_which_neighbourhood_a_venue_lies(
    client: FlaskClient, session: Session, make: Make
) -> None:
    field = {"type": "Polygon", "coordinates": [[[4, 51], [5, 51], [5, 52], [4, 52], [4, 51]]]}
    area = make.neighbourhood(outline=field)
    assert brought(client, GOOD).status_code == 303
    assert venues(session)["Trapveld"].neighbourhood_id == area.id
    assert venues(session)["Buurthuis De Brug"].neighbourhood_id is None


def test_what_is_here_already_is_told_and_left_out(client: FlaskClient, session: Session) -> None:
    brought(client, GOOD)
    looked = sent(client, GOOD.replace("De Brug", "de brug") + "Loods;;;;;;;;;\n").text
    assert "2 locaties staan hier al" in looked
    assert "1 locatie kan worden ingelezen" in looked
    again = brought(client, GOOD)
    assert again.status_code == 422
    assert "staat hier al" in again.text
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Venue)) == 2
    assert brought(client, GOOD + "Loods;;;;;;;;;\n").status_code == 303
    assert "Loods" in venues(session)
    assert brought(client, GOOD, alike_too="1").status_code == 303
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Venue)) == 5


@pytest.mark.parametrize(
    "row",
    [
        ";;Kade 3;;;;;;;", "Park;zwembad;;;;;;;;", "Park;;;;;noord;4.4;;;", "Park;;;;;51.9;;;;",
        "Park;;;;;951;4.4;;;", "Park;;;;;;;soms;;", "Park;;;;;;;;;bel mij", "=1+1;;;;;;;;;",
        f"{'x' * 121};;;;;;;;;", "trapveld;;Kade 2;;;;;;;", "Park 111222333;;;;;;;;;",
    ],
)  # fmt: skip
def test_one_wrong_cell_and_none_is_in(client: FlaskClient, session: Session, row: str) -> None:
    page = sent(client, GOOD + row + "\n")
    assert page.status_code == 200
    assert "Rij 4" in page.text
    assert brought(client, GOOD + row + "\n").status_code == 422
    assert not venues(session)


def test_they_are_taken_back_within_a_day_but_for_what_was_used(
    client: FlaskClient, session: Session, make: Make, here: Organisation
) -> None:
    before = make.venue(here).id
    brought(client, GOOD + "Loods;;;;;;;;;\nSchuur;;;;;;;;;\n")
    found = venues(session)
    used, closed = found["Trapveld"], found["Loods"]
    make.activity(make.user(Role.WORKER, organisation=here), venue=used)
    boss = make.user(Role.COORDINATOR, organisation=here).actor()
    places.retire_venue(session, boss, session.get_one(Venue, closed.id), retired=True)
    kept = {before, used.id, closed.id}
    one = session.scalars(select(BroughtIn.id)).one()
    assert client.post(f"/imports/{one}/undo").status_code == 303
    assert {each.id for each in venues(session).values()} == kept
    assert client.post(f"/imports/{one}/undo").status_code == 404


def test_after_a_day_they_stay(client: FlaskClient, session: Session, coordinator: User) -> None:
    brought(client, GOOD)
    one = session.scalars(select(BroughtIn.id)).one()
    with clock.stopped(clock.now() + timedelta(days=1, minutes=1)):
        client.sign_in(coordinator)
        assert client.post(f"/imports/{one}/undo").status_code == 404
    assert len(venues(session)) == 2


@pytest.mark.parametrize("where", ["children", "venues"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_empty_table_of_ours_is_known_again(client: FlaskClient, where: str, kind: str) -> None:
    made = client.get(f"/imports/{where}/empty.{kind}").data
    if kind == "csv":
        rows = csv.reader(io.StringIO(made.decode("utf-8-sig")), delimiter=";")
        headings = next(rows)
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(made)).active
        headings = [str(cell.value) for cell in next(sheet.iter_rows())]
    row = ["Sem", "2019-03-01", "Eva", "0612345678"] + [""] * (len(headings) - 4)
    page = sent(client, hostile.workbook(headings, row), where).text
    assert len(re.findall(r"<option selected value=\"[^\"]+\"", page)) == len(headings)


def test_pressing_twice_brings_them_in_once(client: FlaskClient, session: Session) -> None:
    """Also where those that are here already are wanted once more; another form is another wish."""
    once = ids.confidential()
    for form, n in ((once, 1), (once, 1), (ids.confidential(), 2)):
        assert brought(client, GOOD, alike_too="1", once=form).status_code == 303
        session.rollback()
        named = select(func.count()).select_from(Venue).where(Venue.name == "Trapveld")
        assert session.scalar(named) == n


def test_what_was_guessed_can_be_changed(client: FlaskClient, session: Session) -> None:
    table = GOOD.replace("Naam;", "Gebouwtje;").replace("Adres", "Naam")
    assert sent(client, table).status_code == 200
    assert brought(client, table, name="Gebouwtje", address="Naam").status_code == 303
    assert venues(session)["Trapveld"].address == "Kade 2"


@pytest.mark.parametrize("where", ["children", "venues", "partners"])
@pytest.mark.parametrize("file", hostile.FILES.values(), ids=list(hostile.FILES))
def test_what_is_made_to_break_it_is_refused_in_words(
    client: FlaskClient, session: Session, where: str, file: bytes
) -> None:
    held = tables.held(file)
    for page in (sent(client, file, where), client.post(f"/imports/{where}", data=held)):
        assert page.status_code in (200, 413, 422)
        assert page.status_code != 422 or 'role="alert"' in page.text
    for kind in (Child, Venue, Partner):
        assert not session.scalars(select(kind)).all()


def test_words_in_a_table_are_words(client: FlaskClient, session: Session) -> None:
    page = sent(client, HEAD + "<script>alert(1)</script>;;;;;;;;;\n").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("role", [Role.WORKER, Role.ADMIN, Role.PRIVACY_OFFICER])
def test_nobody_else_brings_them_in(
    client: FlaskClient, make: Make, here: Organisation, role: Role
) -> None:
    client.sign_in(make.user(role, organisation=here))
    assert client.get("/imports/venues").status_code == 403


def test_the_labels_of_the_form_are_the_columns_of_the_table() -> None:
    assert set(KNOWN) == set(Column)
