"""Reports are counted at a copy of the database where there is one, and never fail without it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.app import create_app
from kinderwerk.config import REPORTS, Settings
from kinderwerk.core import clock
from kinderwerk.core.ids import sortable
from kinderwerk.core.periods import Period
from kinderwerk.facts import rules as facts
from kinderwerk.facts import service as cells
from kinderwerk.facts.rules import Place
from kinderwerk.operation import doctor
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import db
from tests.make import Make
from tests.pages import InspectingClient

pytestmark = pytest.mark.postgres


@contextmanager
def copied(app: Flask, url: str) -> Iterator[Flask]:
    """Serve the same installation with reports counted there."""
    here: Settings = app.extensions["kinderwerk_settings"]
    served = create_app(replace(here, report_database_url=url))
    served.testing = True
    served.config["WTF_CSRF_ENABLED"] = False
    try:
        yield served
    finally:
        with served.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def came(session: Session, make: Make, here: Organisation, children: int) -> None:
    area = make.neighbourhood()
    place = Place(area.id, area.district_id)
    added = [facts.child(here.id, sortable(), clock.today(), place) for _ in range(children)]
    with unit_of_work(session):
        cells.replace(session, facts.nothing(), facts.total(added))


def looked(app: Flask, who: User) -> str:
    client = InspectingClient(app)
    client.sign_in(who)
    page = client.get(f"/reports/live?period={Period.holding(clock.today())[0]}")
    assert page.status_code == 200
    return page.text


def reached(page: str) -> str:
    """Return how many different children the page tells of."""
    found = re.search(r'<dt>Verschillende kinderen</dt>.*?"figure">([^<]*)', page, re.DOTALL)
    assert found, page
    return found[1].strip()


def test_figures_are_counted_at_the_copy_for_who_asks_and_only_read(
    app: Flask, database: str, session: Session, make: Make, here: Organisation, coordinator: User
) -> None:
    came(session, make, here, 12)
    stranger = make.user(Role.COORDINATOR)
    asked: list[str] = []
    with copied(app, database) as served:
        with served.app_context():
            copy = db.engines[REPORTS]
        event.listen(copy, "before_cursor_execute", lambda *told: asked.append(told[2]))
        assert reached(looked(served, coordinator)) == "12"
        assert any("FROM cell" in statement for statement in asked)
        assert "niets geteld" in looked(served, stranger), "row-level security holds there too"
        with copy.connect() as connection, pytest.raises(InternalError, match="read-only"):
            connection.execute(text("DELETE FROM due_work"))


def test_without_an_answer_of_the_copy_the_database_itself_counts(
    app: Flask, database: str, session: Session, make: Make, here: Organisation, coordinator: User
) -> None:
    came(session, make, here, 12)
    gone = make_url(database).update_query_dict({"host": "/nonexistent"})
    with copied(app, gone.render_as_string(hide_password=False)) as served:
        assert reached(looked(served, coordinator)) == "12"


def test_the_doctor_looks_at_it(app: Flask, database: str, session: Session) -> None:
    here: Settings = app.extensions["kinderwerk_settings"]
    gone = make_url(database).update_query_dict({"host": "/nonexistent"})
    for url, state in (
        (None, []), (database, ["look"]),
        (gone.render_as_string(hide_password=False), ["ill"]),
    ):  # fmt: skip
        settings = replace(here, report_database_url=url)
        found = list(doctor.examine(session, settings, [doctor.copy]))
        assert [one.state for one in found] == state, found
        assert "kinderwerk_test_app" not in str(found)
