"""A monitor reads figures, with the token; they tell of nobody."""

import logging
import re
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.messages import worker
from kinderwerk.operation import figures as told
from tests.club import Club
from tests.planted import PLANTED

TOKEN = "for the monitor, and for tests"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def watched(app: Flask, client: FlaskClient) -> FlaskClient:
    settings = app.extensions["kinderwerk_settings"]
    app.extensions["kinderwerk_settings"] = replace(settings, monitor_token=TOKEN)
    return client


def figures(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics", headers=SHOWN)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    lines = (line for line in answer.text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


@pytest.mark.parametrize("shown", [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer é"}])
def test_without_the_token_there_is_nothing(watched: FlaskClient, shown: dict[str, str]) -> None:
    nowhere = watched.get("/nowhere").text.replace("/nowhere", "")
    refused = watched.get("/metrics", headers=shown)
    assert refused.status_code == 404
    assert refused.text.replace("/metrics", "") == nowhere


def test_where_no_token_is_set_nobody_reads_them(client: FlaskClient) -> None:
    for shown in (SHOWN, {"Authorization": "Bearer None"}, {"Authorization": "Bearer "}):
        assert client.get("/metrics", headers=shown).status_code == 404


def test_answers_are_counted_but_for_those_to_children(watched: FlaskClient) -> None:
    before = figures(watched)
    for path in ("/sign-in", "/sign-in", "/nowhere", "/kids/", "/static/app.css"):
        watched.get(path)
    after = figures(watched)
    for kind, more in (("2xx", 2), ("4xx", 1)):
        name = f'kinderwerk_answers_total{{kind="{kind}"}}'
        assert after[name] - before.get(name, 0) == more, kind
    count = "kinderwerk_answer_seconds_count"
    assert after[count] - before[count] == 3


def test_a_process_without_room_for_its_figures_answers_all_the_same(
    watched: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*kinds: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(told, "_uncounted", Event())
    monkeypatch.setattr(told._answers, "labels", full)
    with caplog.at_level(logging.WARNING):
        told.open_file()
    assert "serves without" in caplog.text
    assert watched.get("/sign-in").status_code == 200


def test_what_waits_and_what_is_ill_is_told(
    app: Flask, session: Session, watched: FlaskClient
) -> None:
    worker.turn(app)
    well = figures(watched)
    assert well['kinderwerk_finding{about="worker"}'] == 0
    assert well["kinderwerk_work_failing"] == 0
    with clock.stopped(clock.now() + timedelta(hours=3)):
        late = figures(watched)
    assert late['kinderwerk_finding{about="worker"}'] == 2
    assert late["kinderwerk_work_late_seconds"] > 2 * 3600


def test_they_name_nobody_and_no_page(
    app: Flask, session: Session, watched: FlaskClient, club: Club
) -> None:
    child = club.child(first_name=PLANTED, surname=PLANTED)
    address = f"/children/{child.id}"
    session.rollback()
    watched.sign_in(club.worker)
    watched.get(address)
    told = watched.get("/metrics", headers=SHOWN).text
    assert PLANTED not in told
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|/children|organisation_id|\.py", told)
