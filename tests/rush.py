"""A rush for few places: web processes behind one port, and families who all press at once."""

import base64
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from threading import Barrier
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import waitress
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.models import Activity
from kinderwerk.app import create_app
from kinderwerk.config import Settings
from kinderwerk.messages.models import Message
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.web import compiled, pages
from tests.make import Make
from tests.pages import InspectingClient, hidden

ROOT: Final = Path(__file__).resolve().parent.parent
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Turn:
    """What one family met: the answer to its form, and how long each request took in seconds."""

    status: int
    took: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    placed: int
    waiting: int
    in_order: bool
    taken: int
    told: int
    once: bool


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables from which a process of its own reads these settings."""
    keys = (f"{n}:{base64.b64encode(key).decode()}" for n, key in settings.sealing_keys.items())
    return {
        "KINDERWERK_SECRET_KEY": settings.secret_key,
        "KINDERWERK_SEALING_KEYS": ",".join(keys),
        "KINDERWERK_DATABASE_URL": settings.database_url,
        "KINDERWERK_INSTANCE": str(settings.instance),
        "KINDERWERK_INSECURE_COOKIES": "1",
    }


@contextmanager
def web(factory: str, told: Mapping[str, str], processes: int) -> Iterator[int]:
    """Serve what `module:function` makes with that many processes, and yield their port."""
    with ExitStack() as open_doors:
        door = open_doors.enter_context(socket.create_server(("127.0.0.1", 0), backlog=1024))
        command = [sys.executable, "-m", "tests.rush", factory, str(door.fileno())]
        servers = [
            open_doors.enter_context(
                subprocess.Popen(
                    command, cwd=ROOT, env={**os.environ, **told}, pass_fds=[door.fileno()],
                    stdout=subprocess.PIPE,
                )
            )
            for _ in range(processes)
        ]  # fmt: skip
        try:
            for server in servers:
                assert server.stdout
                assert server.stdout.readline() == b"ready\n"
            yield door.getsockname()[1]
        finally:
            for server in servers:
                server.terminate()


def product() -> Flask:
    app = create_app()
    pages.prepare(app)
    compiled.keep(app)
    compiled.everything(app)
    return app


def serve(factory: str, descriptor: int) -> None:
    for name in ("waitress", "waitress.queue"):
        logging.getLogger(name).setLevel(logging.ERROR)  # a long queue is the point
    module, _, name = factory.partition(":")
    app = getattr(import_module(module), name)()
    server = waitress.create_server(
        app, sockets=[socket.socket(fileno=descriptor)], threads=8,
        clear_untrusted_proxy_headers=True,
    )  # fmt: skip
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.run()


def gather(app: Flask, make: Make, organisation: Organisation, many: int) -> dict[UUID, str]:
    """Make families of one parent and one child, and return the cookie of each parent."""
    cookies = {}
    for _ in range(many):
        parent: User = make.parent()
        make.child(make.family(organisation, parent))
        make.session.rollback()
        cookies[parent.id] = cookie_of(app, parent)
    return cookies


def cookie_of(app: Flask, user: User) -> str:
    """Return what the browser of somebody who is signed in sends along."""
    client, name = InspectingClient(app), str(app.config["SESSION_COOKIE_NAME"])
    client.sign_in(user)
    cookie = client.get_cookie(name)
    assert cookie
    return f"{name}={cookie.value}"


def press(
    port: int, path: str, cookies: Sequence[str], at_once: int | None = None
) -> tuple[float, list[Turn]]:
    """Let families open the page and send its form, so many at a time; or all of them at once.

    Return the seconds and the turns.
    """
    together = Barrier((at_once or len(cookies)) + 1)
    with ThreadPoolExecutor(at_once or len(cookies)) as families:
        first, rest = cookies[:at_once], cookies[at_once:] if at_once else ()
        running = [families.submit(_press, port, path, each, together) for each in first]
        running += [families.submit(_press, port, path, each) for each in rest]
        together.wait()
        begun = time.perf_counter()
        turns = [one.result() for one in running]
        return time.perf_counter() - begun, turns


def _press(port: int, path: str, cookie: str, together: Barrier | None = None) -> Turn:
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    if together:
        together.wait()
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    text = answer.read().decode()
    seen = time.perf_counter()
    cookie = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
    form = urlencode(hidden(text), doseq=True)
    connection.request("POST", path, form, {"Cookie": cookie, **FORM})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return Turn(answer.status, (seen - begun, time.perf_counter() - seen))


def outcome(session: Session, club: Activity) -> Outcome:
    """Say who got a place, and whether everybody was told exactly once."""
    session.rollback()
    line = session.execute(
        select(Signup.id, Signup.standing, Signup.queue)
        .where(Signup.activity_id == club.id)
        .order_by(Signup.queue)
    ).all()
    standings = [one.standing for one in line]
    placed, waiting = standings.count(Standing.PLACED), standings.count(Standing.WAITING)
    in_turn = [Standing.PLACED] * placed + [Standing.WAITING] * waiting
    numbered = len({one.queue for one in line}) == len(line)
    ids = {str(one.id) for one in line}
    outbox = (about.get("signup") for about in session.scalars(select(Message.subject_ids)))
    told = [id for id in outbox if id in ids]
    taken = session.scalars(select(Activity.taken).where(Activity.id == club.id)).one()
    return Outcome(
        placed=placed, waiting=waiting, in_order=standings == in_turn and numbered,
        taken=taken, told=len(told),
        once=sorted(told) == sorted(ids),
    )  # fmt: skip


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
