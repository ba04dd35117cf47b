"""The public programme: what everybody finds, and what nobody may."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import Format, SignupKind, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.storage.work import unit_of_work
from tests.make import Make

EVIL = "<script>alert(1)</script>{{ 7*7 }}"


def soon(days: int = 2) -> object:
    return clock.now() + timedelta(days=days)


def test_everybody_finds_what_is_published(client: FlaskClient, make: Make) -> None:
    worker = make.worker()
    organisation = worker.current_memberships[0].organisation
    assert organisation is not None
    goal = make.goal(organisation)
    venue = make.venue(organisation, name="The Anchor", neighbourhood=make.neighbourhood())
    make.activity(worker, title="Football", starts_at=soon(), goal=goal, venue=venue)
    make.activity(worker, title="Not yet", starts_at=soon(), goal=goal, state=State.DRAFT)
    make.activity(worker, title="Too far", starts_at=soon(90), goal=goal)
    page = client.get("/").text
    assert "Football" in page
    assert "The Anchor" in page
    assert "Not yet" not in page
    assert "Too far" not in page


@pytest.mark.parametrize("kind", [Format.HOME_VISIT, Format.ONE_TO_ONE, Format.NETWORK])
def test_what_is_private_is_nowhere(client: FlaskClient, make: Make, kind: Format) -> None:
    hidden = make.activity(title="Visit", format=kind, state=State.DRAFT, starts_at=soon())
    assert "Visit" not in client.get("/").text
    for path in (f"/programme/{hidden.id}", f"/programme/{hidden.id}.ics"):
        assert client.get(path).status_code in (303, 404)


def test_the_page_of_an_activity_says_what_parents_ask(client: FlaskClient, make: Make) -> None:
    worker = make.worker(name="Noor de Wit")
    organisation = worker.current_memberships[0].organisation
    assert organisation is not None
    venue = make.venue(organisation, name="The Anchor", address="Quay 1", wheelchair=True)
    activity = make.activity(
        worker, venue=venue, bring="An old T-shirt", starts_at=soon(), capacity=2, title=EVIL,
        names_shown=True,
    )  # fmt: skip
    page = client.get(f"/programme/{activity.id}").text
    for words in ("The Anchor", "Quay 1", "An old T-shirt", "Noor", "/sign-up/"):
        assert words in page
    assert "de Wit" not in page, "first names only"
    assert EVIL not in page


def test_places_left_are_told_and_can_be_asked_for(
    client: FlaskClient, session: Session, make: Make
) -> None:
    activity = make.activity(title="Full house", capacity=1, starts_at=soon())
    assert activity.signup is SignupKind.SERIES
    assert "Full house" in client.get("/?places=y").text
    with unit_of_work(session):
        session.get_one(Activity, activity.id).taken = 1
        audit.record(session, SYSTEM, "test.taken", activity.id)
    assert "Full house" not in client.get("/?places=y").text
    assert "Full house" in client.get("/").text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=foot", True), ("q=chess", False), ("age=8", True), ("age=17", False),
        ("theme=talent", True), ("theme=play", False), ("free=y", True), ("wheelchair=y", False),
        ("language=tr", True), ("language=pl", False), ("language=xx", True),
        ("age=nonsense", True), ("theme=nonsense", True), ("neighbourhood=nonsense", True),
    ],
)  # fmt: skip
def test_choices_narrow_what_is_found(
    client: FlaskClient, make: Make, asked: str, found: bool
) -> None:
    make.activity(title="Football", starts_at=soon(), age_from=6, age_to=12, languages=["nl", "tr"])
    assert ("Football" in client.get(f"/?{asked}").text) is found


@pytest.mark.parametrize("language", ["nl", "en", "de", "tr", "ar", "uk", "pl"])
def test_parents_read_it_in_their_language(client: FlaskClient, make: Make, language: str) -> None:
    activity = make.activity(starts_at=soon())
    for path in ("/", f"/programme/{activity.id}"):
        page = client.get(path, headers={"Accept-Language": language}).text
        assert f'lang="{language}"' in page
        assert ('dir="rtl"' in page) is (language == "ar")


def test_the_programme_takes_few_statements_however_long(
    client: FlaskClient, make: Make, statements: list[str]
) -> None:
    def sent() -> int:
        statements.clear()
        client.get("/")
        return len([s for s in statements if s.lstrip().startswith("SELECT")])

    worker = make.worker()
    organisation = worker.current_memberships[0].organisation
    assert organisation is not None
    goal = make.goal(organisation)
    make.activity(worker, goal=goal, starts_at=soon())
    few = sent()
    for _ in range(6):
        make.activity(worker, goal=goal, starts_at=soon())
    assert sent() == few <= 6


def test_who_only_reads_gets_no_cookie(app: Flask, make: Make) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    club = make.activity()
    reader = app.test_client()
    for path in ("/", f"/programme/{club.id}"):
        assert "Set-Cookie" not in reader.get(path).headers
    german = reader.post("/language", data={"language": "de", "onward": "/"})
    assert german.status_code == 303
    assert 'lang="de"' in reader.get("/").text
