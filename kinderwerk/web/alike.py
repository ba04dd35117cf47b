"""Pages that look alike to all who are not known here: made once, until anything is written.

What was made is kept in this process together with the state of the database it was made from and
the minute. The next visitor gets it if both are still the same, so nobody ever sees a page that is
older than what is stored.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from threading import Lock
from typing import Any, Final, ParamSpec

from flask import Flask, Response, current_app, make_response, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy import Engine, text

from kinderwerk.core import clock
from kinderwerk.web import headers
from kinderwerk.web.extensions import db, session
from kinderwerk.web.pages import wants_fragment

P = ParamSpec("P")
MOST: Final = 4 * 1024 * 1024  # bytes in each process
SNAPSHOT: Final = text("SELECT pg_current_snapshot()::text")


@dataclass(frozen=True, slots=True)
class Made:
    state: object
    body: bytes
    headers: tuple[tuple[str, str], ...]
    said: Mapping[str, Any] = field(default_factory=dict)

    def answer(self) -> Response:
        headers.say_again(self.said)
        body = self.body
        if nonce := self.said.get("nonce"):
            body = body.replace(nonce.encode(), headers.nonce().encode())
        return Response(body, headers=list(self.headers))


@dataclass(slots=True)
class Shelf:
    """The pages of one application, those first that were asked for longest ago."""

    watcher: sqlite3.Connection | None = None
    made: OrderedDict[object, Made] = field(default_factory=OrderedDict)
    held: int = 0
    lock: Lock = field(default_factory=Lock)

    def find(self, key: object, state: object) -> Made | None:
        with self.lock:
            made = self.made.get(key)
            if made is None or made.state != state:
                return None
            self.made.move_to_end(key)
            return made

    def put(self, key: object, made: Made) -> None:
        with self.lock:
            before = self.made.pop(key, None)
            self.made[key] = made
            self.held += len(made.body) - (len(before.body) if before else 0)
            while self.held > MOST:
                _, oldest = self.made.popitem(last=False)
                self.held -= len(oldest.body)

    def clear(self) -> None:
        """Forget everything, and let go of the file, which two processes must not share."""
        with self.lock:
            if self.watcher is not None:
                self.watcher.close()
            self.watcher, self.held = None, 0
            self.made.clear()

    def version_of(self, file: str) -> int:
        """Return a number that changes whenever anybody else commits to this file of SQLite."""
        with self.lock:
            if self.watcher is None:
                self.watcher = sqlite3.connect(
                    f"file:{file}?mode=ro", uri=True, check_same_thread=False
                )
            return int(self.watcher.execute("PRAGMA data_version").fetchone()[0])


def alike(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Make this page once for everybody without a session, for as long as nothing is written."""

    @wraps(view)
    def once(*args: P.args, **values: P.kwargs) -> ResponseReturnValue:
        if known_here() or wants_fragment():
            return view(*args, **values)
        shelf: Shelf = current_app.extensions["alike"]
        key = request.url, str(get_locale())
        state = written(shelf, db.engine), clock.now().replace(second=0, microsecond=0)
        if made := shelf.find(key, state):
            return made.answer()
        answer = make_response(view(*args, **values))
        if answer.status_code == 200 and not cookie.modified:
            shelf.put(key, Made(state, answer.get_data(), tuple(answer.headers), headers.said()))
        return answer

    return once


def known_here() -> bool:
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def written(shelf: Shelf, engine: Engine) -> object:
    """Return what is another as soon as any transaction that writes begins or ends."""
    if engine.dialect.name == "postgresql":
        return session().scalar(SNAPSHOT)
    return shelf.version_of(str(engine.url.database))


def clear(app: Flask) -> None:
    shelf: Shelf = app.extensions["alike"]
    shelf.clear()


def init_app(app: Flask) -> None:
    app.extensions["alike"] = Shelf()
