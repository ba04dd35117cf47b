"""The least that a rush can cost: a query and a small page, then a locked row and an insert."""

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

from flask import Flask, redirect, render_template_string
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, create_engine, text

from kinderwerk.storage import queue, work

URL: Final = "BARE_DATABASE_URL"
TABLES: Final = (
    "CREATE TABLE bare_club (id INTEGER PRIMARY KEY, title VARCHAR(80), capacity INTEGER,"
    " taken INTEGER)",
    "CREATE TABLE bare_signup (id INTEGER PRIMARY KEY, club_id INTEGER, placed BOOLEAN)",
    "INSERT INTO bare_club VALUES (1, 'Bare', 20, 0)",
)
SEEN: Final = "SELECT taken, capacity FROM bare_club WHERE id = :id"
LOCKS: Final = {"sqlite": SEEN, "postgresql": f"{SEEN} FOR UPDATE"}
PAGE: Final = """<!doctype html><title>{{ club.title }}</title><h1>{{ club.title }}</h1>
<form method="post"><input type="hidden" name="club" value="1"><button>Sign up</button></form>"""


def prepare(url: str) -> None:
    with engine(url).begin() as connection:
        for statement in TABLES:
            connection.execute(text(statement))


def make() -> Flask:
    url = os.environ[URL]
    opened, app = engine(url), Flask(__name__)

    @app.get("/club/<int:id>")
    def show(id: int) -> str:
        with opened.connect() as connection:
            found = connection.execute(text("SELECT * FROM bare_club WHERE id = :id"), {"id": id})
            return render_template_string(PAGE, club=found.one())

    @app.post("/club/<int:id>")
    def sign_up(id: int) -> ResponseReturnValue:
        place(opened, id)
        return redirect("/", 303)

    return app


def place(engine: Engine, id: int) -> None:
    """Lock a row, look whether there is room, and write who came."""
    at = {"id": id}
    with _in_turn(engine), engine.connect() as opened:
        connection = opened.execution_options(**{work.WRITES: True})
        club = connection.execute(text(LOCKS[engine.dialect.name]), at).one()
        placed = club.taken < club.capacity
        if placed:
            connection.execute(text("UPDATE bare_club SET taken = taken + 1 WHERE id = :id"), at)
        connection.execute(
            text(
                "INSERT INTO bare_signup SELECT coalesce(max(id), 0) + 1, :id, :placed"
                " FROM bare_signup"
            ),
            at | {"placed": placed},
        )
        connection.commit()


def engine(url: str) -> Engine:
    return create_engine(url, pool_size=8)


def _in_turn(engine: Engine) -> AbstractContextManager[None]:
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return queue.turn(Path(str(engine.url.database)))
