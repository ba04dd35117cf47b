"""Children out of a table: looked at, all of it or nothing, and taken back within a day."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.core import clock, ids
from kinderwerk.families import service as families
from kinderwerk.families.models import Child, Consent, Family
from kinderwerk.families.rules import Move
from kinderwerk.imports import service
from kinderwerk.imports.children.rules import KNOWN, Column
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.rules import guess
from tests import tables
from tests.hostile import expanding, swollen, workbook
from tests.make import Make

HEAD = "Voornaam;Achternaam;Geboortedatum;Ouder;Telefoon;Buurt\n"
GOOD = HEAD + (
    "Sem;Jansen;01-03-2019;Eva Jansen;06 12345678;\n"
    "Noor;Jansen;2021-05-09;Eva Jansen;0612345678;\n"
    "Ilias;El Amrani;4.7.2018;Karim El Amrani;06-87654321;\n"
)


@pytest.fixture(autouse=True)
def signed_in(client: FlaskClient, coordinator: User) -> None:
    client.sign_in(coordinator)


def sent(client: FlaskClient, content: bytes | str, name: str = "a.csv") -> TestResponse:
    return tables.send(client, content, "children", name)


def brought(client: FlaskClient, content: bytes | str, **given: Any) -> TestResponse:
    return tables.bring(client, content, "children", HEAD, KNOWN, **given)


def count(session: Session, kind: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(kind)) or 0


def test_pressing_twice_brings_them_in_once(client: FlaskClient, session: Session) -> None:
    once = ids.confidential()
    assert brought(client, GOOD, alike_too="1", once=once).status_code == 303
    children = count(session, Child)
    assert brought(client, GOOD, alike_too="1", once=once).status_code == 303
    assert count(session, Child) == children


def test_it_is_looked_at_first_and_then_all_is_in(
    client: FlaskClient, session: Session, here: Organisation
) -> None:
    page = sent(client, GOOD)
    assert page.status_code == 200
    assert "Ilias" in page.text
    assert count(session, Child) == 0
    assert brought(client, GOOD).status_code == 303
    children = session.scalars(select(Child)).all()
    assert {(one.first_name, one.born_on) for one in children} == {
        ("Sem", date(2019, 3, 1)), ("Noor", date(2021, 5, 9)), ("Ilias", date(2018, 7, 4)),
    }  # fmt: skip
    assert {one.organisation_id for one in children} == {here.id}
    assert count(session, Family) == 2
    assert count(session, Consent) == 0


def test_the_preview_says_in_which_year_a_child_was_born(client: FlaskClient) -> None:
    page = sent(client, GOOD).text
    assert all(year in page for year in ("2018", "2019", "2021"))


def test_a_workbook_says_the_same(client: FlaskClient, session: Session) -> None:
    made = workbook(
        HEAD.strip().split(";"), ["Sem", "Jansen", date(2019, 3, 1), "Eva", "0612345678", ""]
    )
    assert "Sem" in sent(client, made, "a.xlsx").text
    assert brought(client, made).status_code == 303
    assert session.scalars(select(Child.born_on)).all() == [date(2019, 3, 1)]


@pytest.mark.parametrize(
    ("headings", "column", "heading"),
    [
        (["Naam ouder", "Vorname"], Column.FIRST_NAME, "Vorname"),
        (["Date of birth", "x"], Column.BORN_ON, "Date of birth"),
        (["Geb.datum", "E-mail"], Column.CARER_EMAIL, "E-mail"),
        (["Stadtteil"], Column.NEIGHBOURHOOD, "Stadtteil"),
    ],
)
def test_columns_are_guessed_in_three_languages(
    headings: list[str], column: Column, heading: str
) -> None:
    assert guess(headings, KNOWN)[column] == heading


def test_what_was_guessed_can_be_changed(client: FlaskClient, session: Session) -> None:
    table = GOOD.replace("Voornaam", "Kind")
    assert sent(client, table).status_code == 200
    assert brought(client, table).status_code == 422
    assert count(session, Child) == 0
    assert brought(client, table, first_name="Kind").status_code == 303
    assert count(session, Child) == 3


@pytest.mark.parametrize(
    "row",
    [
        ";Jansen;01-03-2019;Eva;0612345678;",
        "Sem;Jansen;31-02-2019;Eva;0612345678;",
        "Sem;Jansen;01-03-2999;Eva;0612345678;",
        "Sem;Jansen;01-03-1919;Eva;0612345678;",
        "Sem;Jansen;01-03-2019;;0612345678;",
        "Sem;Jansen;01-03-2019;Eva;call me;",
        "Sem;Jansen;01-03-2019;Eva;0612345678;Nowhere",
        "=1+1;Jansen;01-03-2019;Eva;0612345678;",
        f"{'x' * 81};Jansen;01-03-2019;Eva;0612345678;",
        "Noor;jansen;09-05-2021;Eva;0612345678;",
        "Sem 111222333;Jansen;01-03-2019;Eva;0612345678;",
    ],
)
def test_one_wrong_cell_and_nothing_is_in(client: FlaskClient, session: Session, row: str) -> None:
    table = GOOD + row + "\n"
    page = sent(client, table)
    assert page.status_code == 200
    assert re.search(r"\b5\b", page.text)
    assert brought(client, table).status_code in (200, 422)
    assert count(session, Child) == 0


def test_the_faults_that_are_shown_are_bounded_and_counted(client: FlaskClient) -> None:
    page = sent(client, HEAD + "Sem;Jansen;never;Eva;0612345678;\n" * 300).text
    assert page.count("never") == 20
    assert "300" in page


@pytest.mark.parametrize("heading", ["BSN", "bsn kind", "Nummer"])
def test_a_column_of_citizen_numbers_is_refused(
    client: FlaskClient, session: Session, heading: str
) -> None:
    lines = GOOD.splitlines()
    numbers = [heading, "111222333", "123456782", "111222333"]
    table = "\n".join(f"{line};{number}" for line, number in zip(lines, numbers, strict=True))
    page = sent(client, table)
    assert "BSN" in page.text
    assert "111222333" not in page.text
    assert brought(client, table).status_code == 422
    assert count(session, Child) == 0


def test_who_is_known_is_told_and_left_out(
    client: FlaskClient, session: Session, make: Make, here: Organisation
) -> None:
    make.child(make.family(here), first_name="Sem", surname="Jansen", born_on=date(2019, 3, 1))
    assert "1 " in sent(client, GOOD).text
    assert brought(client, GOOD).status_code == 303
    assert count(session, Child) == 3
    assert brought(client, GOOD, alike_too="1").status_code == 303
    assert count(session, Child) == 6


def test_it_is_taken_back_within_a_day_but_for_what_was_used(
    client: FlaskClient, session: Session, coordinator: User, make: Make, here: Organisation
) -> None:
    before = make.child(make.family(here)).id
    brought(client, GOOD)
    one = session.scalars(select(BroughtIn.id)).one()
    moved = session.scalars(select(Child.id).where(Child.first_name == "Ilias")).one()
    area = make.neighbourhood()
    wish = Move(neighbourhood_id=area.id, since=clock.today() - timedelta(days=2))
    families.move_child(session, coordinator.actor(), moved, wish)
    assert client.post(f"/imports/{one}/undo").status_code == 303
    session.rollback()
    left = set(session.scalars(select(Child.id)))
    assert left == {before, moved}
    assert client.post(f"/imports/{one}/undo").status_code == 404


def test_after_a_day_it_stays(client: FlaskClient, session: Session, coordinator: User) -> None:
    brought(client, GOOD)
    one = session.scalars(select(BroughtIn.id)).one()
    with clock.stopped(clock.now() + timedelta(days=1, minutes=1)):
        client.sign_in(coordinator)
        assert client.post(f"/imports/{one}/undo").status_code == 404
        service.tidy(session)
    assert count(session, BroughtIn) == 0
    assert count(session, Child) == 3


@pytest.mark.parametrize("role", [Role.WORKER, Role.ADMIN, Role.PRIVACY_OFFICER])
def test_nobody_else_brings_children_in(
    client: FlaskClient, make: Make, here: Organisation, role: Role
) -> None:
    client.sign_in(make.user(role, organisation=here))
    assert client.get("/imports/children").status_code == 403


@pytest.mark.parametrize(
    "hostile",
    [
        b"", b"\x00" * 2000, b"PK\x03\x04 no zip", b"{}", b"<html>", b'"', b"\xff\xfe\xfa\xfb\xfc",
        ("a;" * 100_000 + "\nb").encode(), HEAD.encode() + b"a\x00b;c\n", b"Voornaam\n" * 3,
        swollen(),
        expanding(HEAD.strip().split(";"), ["Sem", "J", "2019-03-01", "Eva", "06123456", ""]),
        workbook(["x"] * 500, ["Voornaam"] * 500), b"\r" * 5000,
        (HEAD + "Sem\n").encode(), HEAD.encode() * 2, b"x" * 300_001,
    ],
)  # fmt: skip
def test_what_is_made_to_break_it_is_refused_in_words(
    client: FlaskClient, session: Session, hostile: bytes
) -> None:
    page = sent(client, hostile, "a.xlsx")
    assert page.status_code in (200, 413, 422)
    assert brought(client, hostile).status_code in (200, 413, 422)
    assert count(session, Child) == 0


def test_words_in_a_table_are_words(client: FlaskClient, session: Session) -> None:
    table = HEAD + "<script>alert(1)</script>;'); DROP TABLE child;--;2019-03-01;Eva;0612345678;\n"
    table = table.replace("; DROP", ", DROP").replace("child;--", "child,--")
    page = sent(client, table).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert brought(client, table).status_code == 303
    assert count(session, Child) == 1
