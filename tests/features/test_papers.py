"""What is printed: asked for on a page, made by the worker, fetched by whoever asked, then gone."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.activities.models import ActivityWords
from kinderwerk.activities.rules import Format, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.messages import worker
from kinderwerk.papers import making, printing
from kinderwerk.papers.models import Paper
from kinderwerk.papers.rules import KEPT, Why
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.make import Make
from tests.papers import fonts, is_tagged, made, scanned, words


@pytest.fixture
def club(session: Session, make: Make) -> Club:
    return Club(session, make, title="Koken in de buurt", state=State.PUBLISHED)


def test_a_poster_is_made_by_the_worker_and_leads_a_telephone_to_the_activity(
    app: Flask, client: FlaskClient, club: Club, tmp_path: Path
) -> None:
    client.sign_in(club.worker)
    assert (
        f"/papers/poster/{club.activity.id}" in client.get(f"/activities/{club.activity.id}").text
    )
    pdf = made(app, client, f"/papers/poster/{club.activity.id}", size="a3")
    assert is_tagged(pdf, "nl")
    assert "Koken in de buurt" in words(pdf)
    assert scanned(pdf, tmp_path).endswith(f"/programme/{club.activity.id}")


def test_a_poster_is_written_from_the_right_in_arabic(
    app: Flask, session: Session, client: FlaskClient, club: Club
) -> None:
    with unit_of_work(session):
        club.activity.words.append(ActivityWords(language="ar", title="الطبخ في الحي"))
        session.flush()
        audit.record(session, club.worker.actor(), "test.made", club.activity.id)
    client.sign_in(club.worker)
    pdf = made(app, client, f"/papers/poster/{club.activity.id}", size="a4", language="ar")
    assert is_tagged(pdf, "ar")
    assert "Noto-Sans-Arabic" in fonts(pdf)


def test_only_whoever_asked_for_a_paper_finds_it(
    app: Flask, client: FlaskClient, make: Make, club: Club
) -> None:
    client.sign_in(club.worker)
    url = f"/papers/poster/{club.activity.id}"
    place = client.post(url, data={"language": "nl", "size": "a4"}).location
    assert client.post(url, data={"language": "nl", "size": "a4"}).location == place
    assert client.post(url, data={"language": "de", "size": "a4"}).location != place
    for other in (make.worker(organisation=club.here), make.worker(), make.parent(), None):
        stranger = app.test_client()
        if other:
            stranger.sign_in(other)
        assert stranger.get(place).status_code == 404
        assert stranger.get(f"{place}/poster.pdf").status_code == 404


def test_a_paper_is_sealed_and_gone_after_a_while(
    app: Flask, session: Session, client: FlaskClient, club: Club
) -> None:
    client.sign_in(club.worker)
    made(app, client, f"/papers/poster/{club.activity.id}", size="a4")
    (paper,) = session.scalars(select(Paper))
    place, until = f"/papers/{paper.id}", paper.until
    assert paper.content is None
    assert until <= clock.now() + KEPT
    session.rollback()
    with clock.stopped(until + timedelta(seconds=1)):
        assert client.get(place).status_code == 404
        making.tidy(session, "papers.tidy")
    assert session.scalars(select(Paper)).all() == []


def test_nothing_is_made_for_whom_it_is_not_open_any_more(
    app: Flask, session: Session, client: FlaskClient, club: Club
) -> None:
    client.sign_in(club.worker)
    url = f"/papers/poster/{club.activity.id}"
    place = client.post(url, data={"language": "nl", "size": "a4"}).location
    with unit_of_work(session):
        held = session.merge(club.worker).current_memberships[0]
        held.ended_at = clock.now()
        audit.record(session, club.worker.actor(), "test.made", held.id)
    while worker.do_one(app):
        pass
    session.expire_all()
    assert session.get_one(Paper, UUID(place.split("/")[-1])).why is Why.GONE


def test_a_visit_to_a_family_hangs_on_no_door(client: FlaskClient, make: Make) -> None:
    here = make.organisation()
    visit = make.activity(
        make.worker(organisation=here), format=Format.HOME_VISIT, state=State.DRAFT
    )
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    assert client.get(f"/activities/{visit.id}").status_code == 200
    assert client.get(f"/papers/poster/{visit.id}").status_code == 404


def test_paper_reads_no_file_but_our_own() -> None:
    fetcher = printing.fetcher()
    for address in (
        "file:///etc/passwd", "http://127.0.0.1/", "data:text/plain,x",
        f"{printing.ORIGIN}/static/../config.py", f"{printing.ORIGIN}/static/%2e%2e/config.py",
    ):  # fmt: skip
        with pytest.raises((ValueError, OSError)):
            fetcher.fetch(address)  # type: ignore[attr-defined]
