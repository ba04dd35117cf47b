"""A full disk, a database that goes away: nothing half, nothing twice, and back by itself."""

import os
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from io import BytesIO
from subprocess import Popen
from typing import Final
from uuid import UUID

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import Engine, func, make_url, select, text
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from kinderwerk.audit.models import AuditEntry
from kinderwerk.files.models import StoredFile
from kinderwerk.messages.models import Message
from kinderwerk.signups.models import Signup
from tests.make import Make
from tests.pages import hidden
from tests.postgres import APP, Cluster
from tests.programs import PATIENCE, ask, awake, free_port, program
from tests.rush import cookie_of, environment, gather, press

#: What somebody reads while the house cannot write, or not even look.
PLAIN_WORDS: Final = "probeer het"
#: What tells them that what they typed is not gone.
BACK: Final = "knop van je browser terug"
#: More than there are threads to serve them.
SLOW: Final = 40


@dataclass
class Site:
    session: Session
    path: str
    cookie: str
    port: int
    club: UUID
    worker: str  # the cookie of who planned it
    running: Popen[str]

    def sign_up(self) -> int:
        _, (turn,) = press(self.port, self.path, [self.cookie])
        return turn.status

    def written(self) -> tuple[int, int]:
        """Count the places and the messages that there are."""
        self.session.rollback()
        counts = (select(func.count()).select_from(one) for one in (Signup, Message))
        first, second = (self.session.scalars(one).one() for one in counts)
        return first, second


@pytest.fixture
def site(app: Flask, session: Session, make: Make) -> Iterator[Site]:
    """The product in a process of its own, with a parent who wants a place."""
    here = make.organisation()
    planner = make.worker(organisation=here)
    club = make.activity(planner, capacity=5)
    (cookie,) = gather(app, make, here, 1).values()
    worker = cookie_of(app, planner)
    told = environment(app.extensions["kinderwerk_settings"])
    port = free_port()
    with program(
        {**os.environ, **told, "KINDERWERK_EMBEDDED_WORKER": "0"}, "run", "--port", str(port)
    ) as running:
        awake(port, running)
        yield Site(session, f"/sign-up/{club.id}", cookie, port, club.id, worker, running)


@contextmanager
def no_room(site: Site) -> Iterator[None]:
    """Let no file of that process grow, as on a disk that is full."""
    usual = resource.prlimit(site.running.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(site.running.pid, resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        yield
    finally:
        resource.prlimit(site.running.pid, resource.RLIMIT_FSIZE, usual)


@contextmanager
def no_room_in_the_database(mighty: Engine) -> Iterator[None]:
    """Let the database refuse to write as it does when its disk is full."""
    full = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
    with mighty.begin() as connection:
        connection.execute(text(full + "EXCEPTION 'no space' USING ERRCODE = '53100'; END $$"))
        connection.execute(
            text(
                "CREATE TRIGGER full_disk BEFORE INSERT ON audit_entry FOR EACH ROW"
                " EXECUTE FUNCTION full_disk()"
            )
        )
    try:
        yield
    finally:
        with mighty.begin() as connection:
            connection.execute(text("DROP FUNCTION full_disk() CASCADE"))


def goes_on(site: Site, before: tuple[int, int]) -> None:
    """Nothing was written half, and now the same family gets its place once."""
    assert site.written() == before
    assert ask(site.port, "/healthz")[0] == 200
    assert site.sign_up() == 303
    places, messages = site.written()
    assert places == before[0] + 1
    assert messages > before[1]


@pytest.mark.sqlite
def test_a_full_disk_is_told_and_what_was_sent_can_be_sent_again(site: Site) -> None:
    before = site.written()
    with no_room(site):
        assert site.sign_up() == 503
        assert ask(site.port, "/sign-in")[0] == 200  # who only reads goes on reading
    goes_on(site, before)


@pytest.mark.postgres
def test_a_full_disk_of_the_database_is_told_too(site: Site, mighty: Engine) -> None:
    before = site.written()
    with no_room_in_the_database(mighty):
        assert site.sign_up() == 503
        assert ask(site.port, "/sign-in")[0] == 200
    goes_on(site, before)


def cut(name: str) -> str:
    """Return what ends every connection by which that database is served."""
    wanted = f"datname = '{name}' AND usename = '{APP}'"
    return f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {wanted}"  # noqa: S608


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


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as a browser has it in front of somebody: sent as often as they press."""

    port: int
    path: str
    cookie: str
    media_type: str
    body: bytes

    def send(self) -> tuple[int, str]:
        headers = {"Cookie": self.cookie, "Content-Type": self.media_type}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("POST", self.path, self.body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode().lower()


def filled(site: Site, path: str, cookie: str, **typed: object) -> Filled:
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)) as connection:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        page = answer.read().decode()
    cookie = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
    boundary, body = encode_multipart({**hidden(page), **typed})
    return Filled(site.port, path, cookie, f"multipart/form-data; boundary={boundary}", body)


def photo() -> FileStorage:
    """Return a picture of noise, which no format makes much smaller."""
    file = BytesIO()
    Image.effect_noise((300, 300), 90).save(file, "JPEG", quality=95)
    file.seek(0)
    return FileStorage(file, "tafel.jpg")


def photo_form(site: Site) -> Filled:
    path = f"/activities/{site.club}/photo"
    return filled(site, path, site.worker, picture=photo(), alt="Noise", seen="nobody")


def photos(site: Site) -> tuple[int, int]:
    """Count the pictures that are kept, and what the trail tells of anything."""
    site.session.rollback()
    counts = (select(func.count()).select_from(one) for one in (StoredFile, AuditEntry))
    first, second = (site.session.scalars(one).one() for one in counts)
    return first, second


def told_in_words(answer: tuple[int, str]) -> None:
    status, page = answer
    assert status == 503
    assert PLAIN_WORDS in page
    assert BACK in page


def kept_the_second_time(site: Site, form: Filled, before: tuple[int, int]) -> None:
    """Nothing was written half; the same form, sent once more, keeps the picture once."""
    assert photos(site) == before
    assert form.send()[0] == 303
    pictures, told = photos(site)
    assert pictures == before[0] + 1
    assert told > before[1]


@pytest.mark.sqlite
def test_a_photo_for_which_there_is_no_room_is_kept_when_it_is_sent_again(site: Site) -> None:
    form, before = photo_form(site), photos(site)
    with no_room(site):
        told_in_words(form.send())
    kept_the_second_time(site, form, before)
