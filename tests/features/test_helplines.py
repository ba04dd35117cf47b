"""Whom to call: one list, by country, with what each organisation itself knows and checked."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation
from kinderwerk.accounts.rules import Country
from kinderwerk.core import clock
from kinderwerk.helplines import queries
from kinderwerk.helplines.models import LocalLine
from kinderwerk.helplines.rules import CHECKED_FOR, OURS, Book, read
from tests.make import Make


@pytest.fixture
def german(make: Make) -> Organisation:
    return make.organisation(municipality=make.municipality(country=Country.GERMANY))


def keys(session: Session, organisation: Organisation) -> list[str]:
    return [one.key for one in queries.emergency(session, organisation.id)]


def test_each_country_has_its_own_emergency_card(
    session: Session, here: Organisation, german: Organisation
) -> None:
    assert keys(session, here) == ["emergency", "veilig_thuis"]
    assert keys(session, german) == ["emergency", "nummer_gegen_kummer"]
    assert [one.key for one in queries.missing(session, german.id)] == ["jugendamt"]
    assert queries.emergency(session, german.id)[0].numbers == ["112", "110"]


def test_what_the_administrator_says_stands_on_every_card_of_that_organisation_only(
    client: FlaskClient, session: Session, make: Make, german: Organisation
) -> None:
    other = make.organisation(municipality=german.municipality)
    client.sign_in(make.user(Role.ADMIN, organisation=german))
    assert "Jugendamt" in client.get("/helplines/").text
    said = {"name": "Jugendamt Lindenau", "number": "0341 555", "checked_on": str(clock.today())}
    assert client.post("/helplines/jugendamt", data=said).status_code == 303
    client.sign_in(make.worker(organisation=german))
    shown = client.get("/signals/new").text
    assert "Jugendamt Lindenau" in shown
    assert 'href="tel:0341555"' in shown
    assert keys(session, german) == ["emergency", "jugendamt", "nummer_gegen_kummer"]
    assert queries.advice(session, german.id).name == "Jugendamt Lindenau"
    assert queries.missing(session, other.id)


def test_a_number_that_nobody_called_for_half_a_year_nags(
    client: FlaskClient, session: Session, make: Make, here: Organisation
) -> None:
    admin = make.user(Role.ADMIN, organisation=here)
    newest = max(one.checked_on for one in read(OURS))
    with clock.stopped(clock.midnight(newest + CHECKED_FOR + timedelta(days=1))):
        client.sign_in(admin)
        assert "al een half jaar niet gebeld" in client.get("/today").text
        called = {"name": "", "number": "", "checked_on": str(clock.today())}
        client.post("/helplines/emergency", data=called)
        old = {one.key for one in queries.every(session, here.id) if one.is_old(clock.today())}
    assert "emergency" not in old
    assert "veilig_thuis" in old


@pytest.mark.parametrize(
    "wrong",
    [{"checked_on": "2999-01-01"}, {"number": "call me"}, {"number": ""}, {"checked_on": ""}],
)
def test_a_number_that_cannot_be_is_refused(
    client: FlaskClient, session: Session, make: Make, here: Organisation, wrong: dict[str, str]
) -> None:
    client.sign_in(make.user(Role.ADMIN, organisation=here))
    said = {"name": "", "number": "010 555", "checked_on": str(clock.today())} | wrong
    assert client.post("/helplines/veilig_thuis_local", data=said).status_code == 422
    assert client.post("/helplines/nobody", data=said).status_code == 404
    assert session.scalars(select(LocalLine)).all() == []


def test_only_the_administrator_changes_a_number(
    client: FlaskClient, make: Make, here: Organisation
) -> None:
    client.sign_in(make.worker(organisation=here))
    assert client.get("/helplines/").status_code == 200
    assert client.get("/helplines/emergency").status_code == 403


def test_a_file_beside_the_settings_takes_the_place_of_ours(tmp_path: Path) -> None:
    own = tmp_path / "helplines.toml"
    own.write_text(
        '[[line]]\ncountry = "nl"\nname = "Our line"\nnumber = "010 555"\n'
        'checked_on = 2026-01-01\n[line.words]\nnl = "Bel ons."\n'
    )
    book = Book()
    book.load(own)
    (line,) = book.of(Country.NETHERLANDS)
    assert (line.key, line.checked_on) == ("Our line", date(2026, 1, 1))
    book.load(own.with_name("nowhere"))
    assert len(book.of(Country.GERMANY)) == 3
