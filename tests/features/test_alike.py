"""A page for everybody is made once, and never shown any older than what is stored."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import User
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.alike import MOST, Made, Shelf
from kinderwerk.web.extensions import db
from tests.make import A_WEDNESDAY, Make
from tests.pages import InspectingClient


@pytest.fixture
def asked(app: Flask) -> list[str]:
    """What is asked of the database."""
    statements: list[str] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    return statements


@pytest.fixture
def club(make: Make, worker: User) -> Activity:
    return make.activity(worker, title="Kites", capacity=5)


def paths(club: Activity) -> tuple[str, str]:
    return "/", f"/programme/{club.id}"


def plain(answer: TestResponse) -> str:
    """Return the page without its password for scripts, which no two answers share."""
    return re.sub('nonce="[^"]+"', "", answer.text)


def rename(session: Session, club: Activity, title: str) -> None:
    with unit_of_work(session):
        club.title = title
        audit.record(session, SYSTEM, "test.changed", club.id)


@pytest.mark.sqlite  # on PostgreSQL anybody on that server who writes counts
def test_who_comes_second_costs_next_to_nothing(
    client: FlaskClient, club: Activity, session: Session, asked: list[str]
) -> None:
    with clock.stopped(A_WEDNESDAY - timedelta(days=1)):
        for path in paths(club):
            session.rollback()
            first = client.get(path)
            asked.clear()
            second = client.get(path)
            assert plain(second) == plain(first)
            assert second.headers["Permissions-Policy"] == first.headers["Permissions-Policy"]
            assert len(asked) <= 2, asked


def test_what_is_written_is_seen_at_once_by_everybody(
    client: FlaskClient, app: Flask, club: Activity, session: Session
) -> None:
    stranger = InspectingClient(app)
    with clock.stopped(A_WEDNESDAY - timedelta(days=1)):
        for n, path in enumerate(paths(club)):
            client.get(path)
            rename(session, club, f"Flying {n}")
            assert f"Flying {n}" in client.get(path).text
            assert f"Flying {n}" in stranger.get(path).text


def test_a_minute_later_it_is_made_again(client: FlaskClient, club: Activity) -> None:
    with clock.stopped(A_WEDNESDAY - timedelta(minutes=1)):
        assert "Kites" in client.get("/").text
    with clock.stopped(A_WEDNESDAY + timedelta(days=1)):
        assert "Kites" not in client.get("/").text


def test_every_language_and_every_wish_has_its_own(client: FlaskClient, club: Activity) -> None:
    with clock.stopped(A_WEDNESDAY - timedelta(days=1)):
        dutch = client.get("/").text
        assert client.get("/", headers={"Accept-Language": "de"}).text != dutch
        assert "Kites" not in client.get("/?q=swimming").text
        assert client.get("/").text == dutch


def test_who_is_signed_in_gets_a_page_of_their_own(
    client: FlaskClient, app: Flask, club: Activity, worker: User
) -> None:
    with clock.stopped(A_WEDNESDAY - timedelta(days=1)):
        for path in paths(club):
            known, stranger = InspectingClient(app), InspectingClient(app)
            nobody = plain(stranger.get(path))
            known.sign_in(worker)
            assert worker.name in known.get(path).text
            assert plain(stranger.get(path)) == nobody


def test_what_is_taken_down_is_gone(client: FlaskClient, club: Activity, session: Session) -> None:
    with clock.stopped(A_WEDNESDAY - timedelta(days=1)):
        path = paths(club)[1]
        assert client.get(path).status_code == 200
        with unit_of_work(session):
            club.state = State.DRAFT
            audit.record(session, SYSTEM, "test.changed", club.id)
        assert client.get(path).status_code == 404
        assert "Kites" not in client.get("/").text


def test_the_shelf_holds_only_so_much() -> None:
    shelf = Shelf()
    for n in range(50):
        shelf.put(n, Made(0, b"x" * (MOST // 10), ()))
    assert shelf.held <= MOST
    assert shelf.find(49, 0)
    assert shelf.find(0, 0) is None
    assert shelf.find(49, 1) is None
