"""More families than places, all at once, over HTTP and against several web processes."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kinderwerk.web.extensions import db
from tests.conftest import settings
from tests.make import Make, all_seeing
from tests.rush import Outcome, environment, gather, outcome, press, web
from tests.storm import Storm, faults, servers

FAMILIES, PLACES = 30, 4
AT_ONCE, UNTIL_KILLED = 8, 0.6


@pytest.mark.timeout(120)
def test_a_rush_gives_every_place_once(
    app: Flask, session: Session, make: Make, database: str, tmp_path: Path
) -> None:
    here = make.organisation()
    club = make.activity(make.worker(organisation=here), capacity=PLACES)
    cookies = gather(app, make, here, FAMILIES)
    told = environment(settings(tmp_path, database))
    with web("tests.rush:product", told, processes=2) as port:
        _, turns = press(port, f"/sign-up/{club.id}", list(cookies.values()))
    assert [turn.status for turn in turns] == [303] * FAMILIES
    assert outcome(session, club) == Outcome(
        placed=PLACES, waiting=FAMILIES - PLACES, in_order=True, taken=PLACES, told=FAMILIES,
        once=True,
    )  # fmt: skip


@pytest.mark.timeout(180)
def test_a_storm_of_refusals_and_a_killed_server_lose_and_double_nothing(
    app: Flask, session: Session, make: Make, database: str, tmp_path: Path
) -> None:
    here = make.organisation()
    club = make.activity(make.worker(organisation=here), capacity=PLACES)
    cookies = gather(app, make, here, FAMILIES)
    told = environment(settings(tmp_path, database))
    with app.app_context():
        engine = db.engine
    storm = Storm(lambda: all_seeing(engine, expire_on_commit=False), club.id, cookies)
    session.rollback()
    with servers(told, processes=1) as web:
        report = storm.rage(web, AT_ONCE, UNTIL_KILLED)
    assert report.wrong == []
    assert report.looks > 1
    assert report.deeds
    assert faults(session, club.id, FAMILIES) == []
