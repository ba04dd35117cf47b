"""A table of partners: looked at first, then all of it or nothing, and taken back within a day."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.core import clock, ids
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.partners.rules import KNOWN, LENGTHS, NUMBERS, Column
from kinderwerk.partners.forms import PartnerForm
from kinderwerk.partners.models import Partner
from kinderwerk.partners.rules import HelpSystem, PartnerType
from tests import tables
from tests.make import Make

HEAD = "naam;soort;telefoon;e-mail;leeftijd van;talen;afspraak van\n"
GOOD = HEAD + (
    "Wijkteam Haven;neighbourhood_team;010 2222222;;;;\n"
    "Kinderhulp;Huisarts;;b@example.org;4;ar,tr;1-1-2024\n"
)


@pytest.fixture(autouse=True)
def signed_in(client: FlaskClient, coordinator: User) -> None:
    client.sign_in(coordinator)


def sent(client: FlaskClient, content: str) -> TestResponse:
    return tables.send(client, content, "partners")


def brought(client: FlaskClient, content: str, **given: Any) -> TestResponse:
    return tables.bring(client, content, "partners", content.splitlines()[0], KNOWN, **given)


def partners(session: Session) -> dict[str, Partner]:
    session.rollback()
    return {one.name: one for one in session.scalars(select(Partner))}


def test_they_are_looked_at_first_and_then_all_are_in(
    client: FlaskClient, session: Session
) -> None:
    page = sent(client, GOOD).text
    assert "2 partners kunnen erin" in page
    assert not partners(session), "nothing is written yet"
    assert brought(client, GOOD).status_code == 303
    found = partners(session)
    assert found["Wijkteam Haven"].kind is PartnerType.NEIGHBOURHOOD_TEAM
    doctor = found["Kinderhulp"]
    assert (doctor.kind, doctor.help_system) == (PartnerType.GP, HelpSystem.HEALTH)
    assert (doctor.age_from, doctor.languages, doctor.agreed.holds) == (4, ["ar", "tr"], True)
    assert "2 partners" in client.get("/imports/").text


def test_one_that_is_here_already_is_changed_only_if_that_is_wanted(
    client: FlaskClient, session: Session, make: Make, here: Organisation
) -> None:
    """What the table leaves empty stays as it was."""
    make.partner(here, name="Wijkteam haven", phone="010 1111111", email="a@example.org")
    assert "1 partner met die naam is er al" in sent(client, GOOD).text
    assert brought(client, GOOD).status_code == 303
    assert partners(session)["Wijkteam haven"].phone == "010 1111111"
    assert brought(client, GOOD).status_code == 422, "all of it is here"
    assert brought(client, GOOD, alike_too="1").status_code == 303
    known = partners(session)["Wijkteam Haven"]
    assert (known.phone, known.email) == ("010 2222222", "a@example.org")
    assert len(partners(session)) == 2


def test_pressing_twice_brings_them_in_once(client: FlaskClient, session: Session) -> None:
    once = ids.confidential()
    for _ in range(2):
        assert brought(client, GOOD, alike_too="1", once=once).status_code == 303
    session.rollback()
    assert len(session.scalars(select(BroughtIn)).all()) == 1


def test_what_was_added_is_taken_back_and_what_was_changed_stays(
    client: FlaskClient, session: Session, make: Make, here: Organisation, coordinator: User
) -> None:
    make.partner(here, name="Wijkteam Haven", phone="010 1111111")
    brought(client, GOOD + "Derde;gp;;;;;\n", alike_too="1")
    third = partners(session)["Derde"]
    client.post(f"/partners/{third.id}/retire")
    done = session.scalars(select(BroughtIn)).one()
    told = client.post(f"/imports/{done.id}/undo", follow_redirects=True).text
    assert "1 partner is weer weg" in told
    assert set(partners(session)) == {"Wijkteam Haven", "Derde"}
    assert partners(session)["Wijkteam Haven"].phone == "010 2222222"


def test_after_a_day_nothing_is_taken_back(client: FlaskClient, session: Session) -> None:
    brought(client, GOOD)
    done = session.scalars(select(BroughtIn)).one()
    with clock.stopped(clock.now() + timedelta(days=1, minutes=1)):
        assert client.post(f"/imports/{done.id}/undo").status_code == 404
    assert len(partners(session)) == 2


WRONG = {
    "a kind": (";ruimteschip;;;;;", "ruimteschip"),
    "no kind": (";;;;;;", "leeg"),
    "an address": (";gp;;geen adres;;;", "geen adres"),
    "a number": (";gp;;;x;;", "x"),
    "an age": (";gp;;;121;;", "121"),
    "a language": (";gp;;;;klingon;", "klingon"),
    "a day": (";gp;;;;;gisteren", "gisteren"),
    "a telephone": (";gp;bel maar;;;;", "bel maar"),
    "a formula": (";gp;=1+1;;;;", "formule"),
    "a citizen number": (" 111222333;gp;;;;;", "BSN"),
}


@pytest.mark.parametrize(("row", "word"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_told_by_row_and_column_and_nothing_is_written(
    client: FlaskClient, session: Session, row: str, word: str
) -> None:
    table = f"{HEAD}Goed;gp;;;;;\nFout{row}\n"
    for page in (sent(client, table), brought(client, table)):
        assert "Rij 3" in page.text
        assert word in page.text
    assert not partners(session)


def test_the_same_name_twice_and_ages_the_wrong_way_are_told(client: FlaskClient) -> None:
    table = "naam;soort;leeftijd van;leeftijd tot\nEen;gp;;\neen;gp;;\nTwee;gp;9;4\n"
    page = sent(client, table).text
    assert "Rij 3" in page
    assert "Rij 4" in page


@pytest.mark.parametrize("role", [Role.WORKER, Role.ADMIN, Role.PRIVACY_OFFICER])
def test_nobody_else_brings_them_in(
    client: FlaskClient, make: Make, here: Organisation, role: Role
) -> None:
    client.sign_in(make.user(role, organisation=here))
    assert client.get("/imports/partners").status_code == 403


def test_columns_are_fields_of_the_form_with_its_labels_and_bounds() -> None:
    form: Any = PartnerForm
    for column in Column:
        assert str(getattr(form, column.value).args[0]) == column.label
    assert set(KNOWN) == set(Column)
    assert set(LENGTHS).isdisjoint(NUMBERS)
