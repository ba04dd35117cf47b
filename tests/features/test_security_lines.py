"""Who was refused is on record in the log, without a name, an address or what exists."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import User
from kinderwerk.accounts.service import add_user
from tests.make import Make

PASSWORD = "three words together"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """Return what the lines of answers tell, and begin anew."""
    caplog.set_level(logging.INFO, "kinderwerk.access")

    def told() -> list[dict[str, Any]]:
        found = [vars(one)["told"] for one in caplog.records if one.name == "kinderwerk.access"]
        caplog.clear()
        return [{**one, "ms": 0} for one in found]

    return told


@pytest.fixture
def worker(session: Session, make: Make) -> User:
    return add_user(
        session, SYSTEM, email="v@example.org", name="V", role=Role.VOLUNTEER, password=PASSWORD,
        organisation=make.organisation(), checked=True,
    )  # fmt: skip


def test_a_wrong_password_is_told_with_marks_and_a_right_one_as_right(
    app: Flask, client: FlaskClient, worker: User, lines: Lines
) -> None:
    client.post("/sign-in", data={"email": "v@example.org", "password": "not this one at all"})
    client.post("/sign-in", data={"email": "v@example.org", "password": PASSWORD})
    client.post("/sign-in", data={"email": "nobody@example.org", "password": PASSWORD})
    wrong, right, unknown = lines()
    assert (wrong["tried"], wrong["status"]) == ("password", 422)
    assert "who" not in wrong
    assert "right" not in wrong
    assert (right["right"], right["who"]) == ("yes", str(worker.id))
    assert wrong["by"] == right["by"] != unknown["by"]
    assert wrong["from"] == unknown["from"]
    assert "example" not in f"{wrong} {right} {unknown}"
    assert "127.0.0.1" not in f"{wrong} {right} {unknown}"
    said = app.test_cli_runner().invoke(args=["users", "mark", " V@example.org"]).output
    assert wrong["by"] in said
    assert str(worker.id) in said


def test_too_many_tries_are_told_as_such(client: FlaskClient, worker: User, lines: Lines) -> None:
    for _ in range(11):
        client.post("/sign-in", data={"email": "v@example.org", "password": "not this one at all"})
    assert [one["status"] for one in lines()] == [*[422] * 10, 429]


def test_who_is_refused_by_the_policy_is_told_by_their_account(
    client: FlaskClient, worker: User, lines: Lines
) -> None:
    assert client.get("/people").status_code == 303
    client.post("/sign-in", data={"email": "v@example.org", "password": PASSWORD})
    lines()
    assert client.get("/trail").status_code in (403, 404)
    assert client.get("/today").status_code == 200
    refused, open_to_them = lines()
    assert refused["who"] == str(worker.id)
    assert "who" not in open_to_them
    assert "from" not in open_to_them


def test_who_is_not_signed_in_is_told_as_nobody(client: FlaskClient, lines: Lines) -> None:
    client.get("/people")
    (line,) = lines()
    assert (line["refused"], line["status"]) == ("not signed in", 303)
    assert "who" not in line


def test_what_is_withheld_and_what_is_missing_leave_the_same_line(
    client: FlaskClient, worker: User, make: Make, lines: Lines
) -> None:
    client.post("/sign-in", data={"email": "v@example.org", "password": PASSWORD})
    lines()
    child = make.child(make.family(make.organisation()))
    assert client.get(f"/children/{child.id}").status_code == 404
    assert client.get(f"/children/{uuid4()}").status_code == 404
    withheld, missing = lines()
    assert withheld == missing
    assert withheld["who"] == str(worker.id)


def test_a_form_of_another_page_is_told(app: Flask, client: FlaskClient, lines: Lines) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client.post("/sign-in", data={"email": "v@example.org", "password": PASSWORD})
    (line,) = lines()
    assert (line["refused"], line["status"]) == ("form of another page", 400)


def test_of_children_there_is_no_line_however_they_are_refused(
    client: FlaskClient, lines: Lines
) -> None:
    client.get("/kids/nothing-like-this")
    client.post("/kids")
    assert lines() == []
