"""The product in a process of its own, what can happen to it, and a form that is sent again."""

import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Event
from typing import Final
from uuid import UUID

from flask import Flask
from PIL import Image
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from kinderwerk.messages.models import Message
from kinderwerk.signups.models import Signup
from tests.make import Make
from tests.pages import hidden
from tests.postgres import APP
from tests.programs import PATIENCE, ask, awake, free_port, program
from tests.rush import ROOT, cookie_of, environment, gather, press

#: What somebody reads while the house cannot write, or not even look.
PLAIN_WORDS: Final = "probeer het"
#: What tells them that what they typed is not gone.
BACK: Final = "knop van je browser terug"

#: Takes the turn to write to that database, and keeps it.
HOLDS: Final = """
import sys, time
from pathlib import Path
from kinderwerk.storage import queue
with queue.turn(Path(sys.argv[1])):
    print("mine", flush=True)
    time.sleep(600)
"""


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


@contextmanager
def started(app: Flask, session: Session, make: Make, command: str = "run") -> Iterator[Site]:
    """The product in a process of its own, with a parent who wants a place."""
    here = make.organisation()
    planner = make.worker(organisation=here)
    club = make.activity(planner, capacity=5)
    (cookie,) = gather(app, make, here, 1).values()
    worker = cookie_of(app, planner)
    told = environment(app.extensions["kinderwerk_settings"])
    port = free_port()
    with program(
        {**os.environ, **told, "KINDERWERK_EMBEDDED_WORKER": "0"}, command, "--port", str(port)
    ) as running:
        awake(port, running)
        yield Site(session, f"/sign-up/{club.id}", cookie, port, club.id, worker, running)


@contextmanager
def no_room(site: Site) -> Iterator[None]:
    """Let no file of those processes grow, as on a disk that is full."""
    usual = resource.prlimit(site.running.pid, resource.RLIMIT_FSIZE)
    limit(site.running.pid, (0, usual[1]))
    try:
        yield
    finally:
        limit(site.running.pid, usual)


def limit(first: int, room: tuple[int, int]) -> None:
    """Say how large a file may become, to that process and to those that it forked."""
    forked = Path(f"/proc/{first}/task/{first}/children").read_text("ascii").split()
    for each in (first, *map(int, forked)):
        resource.prlimit(each, resource.RLIMIT_FSIZE, room)


@contextmanager
def stopped_in_its_turn(database: Path) -> Iterator[None]:
    """Let another process have the turn to write, and stand still in it."""
    command = [sys.executable, "-c", HOLDS, str(database)]
    with Popen(command, cwd=ROOT, stdout=PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "mine\n"
        other.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            other.kill()


def cut(name: str) -> str:
    """Return what ends every connection by which that database is served."""
    wanted = f"datname = '{name}' AND usename = '{APP}'"
    return f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {wanted}"  # noqa: S608


@contextmanager
def does_at_commit(mighty: Engine, body: str) -> Iterator[None]:
    """Let the database do that when all is written, and only the commit is left."""
    with mighty.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
                f" AS $$ BEGIN {body}; RETURN NULL; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON audit_entry"
                " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_commit()"
            )
        )
    try:
        yield
    finally:
        with mighty.begin() as connection:
            connection.execute(text("DROP FUNCTION at_commit() CASCADE"))


def no_room_in_the_database(mighty: Engine) -> AbstractContextManager[None]:
    """Let the database refuse to commit as it does when its disk is full."""
    return does_at_commit(mighty, "RAISE EXCEPTION 'no space' USING ERRCODE = '53100'")


def gone_at_commit(mighty: Engine) -> AbstractContextManager[None]:
    return does_at_commit(mighty, "PERFORM pg_terminate_backend(pg_backend_pid())")


@contextmanager
def gone_in_the_middle(mighty: Engine) -> Iterator[None]:
    """End whoever is about to write a message, until then their other rows are written."""
    waits = "datname = current_database() AND wait_event_type = 'Lock'"
    end = text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {waits}")  # noqa: S608
    done = Event()

    def look() -> None:
        with mighty.begin() as connection:
            connection.execute(text("LOCK TABLE message, audit_entry IN EXCLUSIVE MODE"))
            ready.set()
            until = time.monotonic() + PATIENCE
            while not done.wait(0.05) and time.monotonic() < until:
                connection.execute(text("SELECT pg_stat_clear_snapshot()"))
                connection.execute(end)

    ready = Event()
    with ThreadPoolExecutor(1) as onlooker:
        looking = onlooker.submit(look)
        assert ready.wait(PATIENCE)
        try:
            yield
        finally:
            done.set()
        looking.result()


def goes_on(site: Site, before: tuple[int, int]) -> None:
    """Nothing was written half, and now the same family gets its place once."""
    assert site.written() == before
    assert ask(site.port, "/healthz")[0] == 200
    assert site.sign_up() == 303
    places, messages = site.written()
    assert places == before[0] + 1
    assert messages > before[1]


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


def photo(side: int = 300) -> FileStorage:
    """Return a picture of noise, which no format makes much smaller."""
    file = BytesIO()
    Image.effect_noise((side, side), 90).save(file, "JPEG", quality=95)
    file.seek(0)
    return FileStorage(file, "tafel.jpg")


def told_in_words(answer: tuple[int, str]) -> None:
    status, page = answer
    assert status == 503
    assert PLAIN_WORDS in page
    assert BACK in page
