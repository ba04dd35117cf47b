"""A full disk, a database that goes away: nothing half, nothing twice, and back by itself."""

import socket
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from kinderwerk.storage import queue
from tests.faults import (
    PLAIN_WORDS,
    Site,
    cut,
    goes_on,
    no_room,
    no_room_in_the_database,
    stopped_in_its_turn,
)
from tests.postgres import Cluster
from tests.programs import PATIENCE, ask

#: More than there are threads to serve them.
SLOW: Final = 40


@pytest.mark.sqlite
def test_a_full_disk_is_told_and_what_was_sent_can_be_sent_again(site: Site) -> None:
    before = site.written()
    with no_room(site):
        assert site.sign_up() == 503
        assert ask(site.port, "/sign-in")[0] == 200  # who only reads goes on reading
    goes_on(site, before)


@pytest.mark.sqlite
def test_a_writer_that_was_stopped_in_its_turn_holds_up_nobody_for_ever(
    client: FlaskClient, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(queue, "PATIENCE", 0.3)
    said = {"email": "nobody@example.org", "password": "wrong"}
    with stopped_in_its_turn(Path(str(make_url(database).database))):
        page = client.post("/sign-in", data=said)
        assert page.status_code == 503
        assert PLAIN_WORDS in page.text.lower()
    monkeypatch.setattr(queue, "PATIENCE", 30)
    assert client.post("/sign-in", data=said).status_code == 422


@pytest.mark.postgres
def test_a_full_disk_of_the_database_is_told_too(site: Site, mighty: Engine) -> None:
    before = site.written()
    with no_room_in_the_database(mighty):
        assert site.sign_up() == 503
        assert ask(site.port, "/sign-in")[0] == 200
    goes_on(site, before)


@pytest.mark.postgres
def test_a_database_that_goes_away_and_comes_back_needs_no_hands(
    site: Site, database: str, session: Session, cluster: Cluster
) -> None:
    before, name = site.written(), str(make_url(database).database)
    cluster.do(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false', cut(name))
    try:
        status, words = ask(site.port, "/")
        assert status == 503
        assert PLAIN_WORDS in words.lower()
        assert ask(site.port, "/healthz")[0] == 503
    finally:
        cluster.do(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    session.invalidate()
    goes_on(site, before)


@pytest.mark.postgres
def test_a_database_that_was_started_anew_is_noticed_by_nobody(
    site: Site, database: str, session: Session, cluster: Cluster
) -> None:
    before = site.written()
    assert ask(site.port, "/")[0] == 200
    cluster.do(cut(str(make_url(database).database)))
    assert [ask(site.port, "/")[0] for _ in range(4)] == [200] * 4
    session.invalidate()
    goes_on(site, before)


def half_sent(port: int) -> socket.socket:
    """Begin a form, and do not go on with it."""
    line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    line.sendall(
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nemail"
    )
    return line


def test_slow_senders_hold_up_nobody(site: Site) -> None:
    """There are more of them than threads that serve."""
    with ExitStack() as lines:
        for _ in range(SLOW):
            lines.enter_context(half_sent(site.port))
        assert ask(site.port, "/sign-in")[0] == 200
        assert site.sign_up() == 303


def test_what_is_far_too_large_is_refused_before_it_is_sent(site: Site) -> None:
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)) as connection:
        connection.putrequest("POST", "/sign-in")
        connection.putheader("Content-Length", str(10**12))
        connection.endheaders()
        assert connection.getresponse().status == 413
    assert ask(site.port, "/sign-in")[0] == 200
