"""More families than places, all at once, over HTTP and against several web processes."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import settings
from tests.make import Make
from tests.rush import Outcome, environment, gather, outcome, press, web

FAMILIES, PLACES = 30, 4


@pytest.mark.timeout(120)
def test_a_rush_gives_every_place_once(
    app: Flask, session: Session, make: Make, database: str, tmp_path: Path
) -> None:
    here = make.organisation()
    club = make.activity(make.worker(organisation=here), capacity=PLACES)
    cookies = gather(app, make, here, FAMILIES)
    told = environment(settings(tmp_path, database))
    with web("kinderwerk.app:create_app", told, processes=2) as port:
        _, turns = press(port, f"/sign-up/{club.id}", cookies)
    assert [turn.status for turn in turns] == [303] * FAMILIES
    assert outcome(session, club) == Outcome(
        placed=PLACES, waiting=FAMILIES - PLACES, in_order=True, taken=PLACES, told=FAMILIES,
        once=True,
    )  # fmt: skip
