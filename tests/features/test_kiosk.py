"""A tablet by the exit: children answer alone, nobody is known, and nothing else opens there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Membership, SignIn
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.kiosk import jobs
from kinderwerk.kiosk.models import Heard, Kiosk
from kinderwerk.kiosk.rules import KEPT, plain
from kinderwerk.measuring import queries as measuring
from kinderwerk.measuring import service as questions
from kinderwerk.measuring.models import Question
from kinderwerk.measuring.rules import Instrument, QuestionWish
from kinderwerk.storage.work import unit_of_work
from tests.club import THERE, Club
from tests.make import A_WEDNESDAY, Make

AGAIN = "/kids/again/"


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY + timedelta(hours=1)):
        yield


@pytest.fixture
def question(session: Session, open_club: Club, make: Make) -> Question:
    boss = make.user(Role.COORDINATOR, organisation=open_club.here)
    goal = open_club.activity.goals[0].goal_id
    wish = QuestionWish(text="Wil je nog een keer?", instrument=Instrument.AGAIN)
    return questions.add_question(session, boss.actor(), goal, wish)


def begun(client: FlaskClient, club: Club, question: Question) -> None:
    client.sign_in(club.worker)
    sent = {"question": str(question.id), "where": "here"}
    answer = client.post(f"{club.url}/kiosk", data=sent)
    assert (answer.status_code, answer.location) == (303, AGAIN)


def tell(client: FlaskClient, *steps: int) -> Any:
    answers = [{"once": str(uuid4()), "step": step} for step in steps]
    return client.post(f"{AGAIN}told", json={"answers": answers})


def counted(session: Session, club: Club) -> dict[int, int]:
    session.expire_all()
    kept = measuring.measurements(session, club.date.id)
    return {one.step: one.n for found in kept.values() for one in found.answers}


def test_opening_it_signs_the_worker_out_and_opens_one_page(
    client: FlaskClient, session: Session, open_club: Club, question: Question
) -> None:
    begun(client, open_club, question)
    assert session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all() == []
    for path in ("/today", open_club.url, f"{open_club.url}/kiosk"):
        assert client.get(path).status_code in (302, 303), path
    shown = client.get(AGAIN)
    assert shown.status_code == 200
    assert "Wil je nog een keer?" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    kept = client.get_cookie("kinderwerk_kiosk", path="/kids/again")
    assert kept
    assert (kept.http_only, kept.same_site, kept.path) == (True, "Strict", "/kids/again")
    hashed = session.scalars(select(Kiosk.key_hash)).one()
    assert hashed != kept.value


def test_each_answer_counts_once_and_never_more_than_there_were(
    client: FlaskClient, session: Session, open_club: Club, question: Question
) -> None:
    begun(client, open_club, question)
    once = str(uuid4())
    for _ in range(3):
        sent = {"answers": [{"once": once, "step": 0}]}
        assert client.post(f"{AGAIN}told", json=sent).json["answers"] == {once: "counted"}
    assert counted(session, open_club) == {0: 1}
    outcomes = sorted(tell(client, 0, 1, 1, 2, 0, 0).json["answers"].values())
    assert outcomes == ["counted"] * 5 + ["waits"]
    assert sum(counted(session, open_club).values()) == THERE
    assert set(tell(client, 9).json["answers"].values()) == {"refused"}
    kept = measuring.measurements(session, open_club.date.id)[question.id]
    assert kept.last_step is None, "nobody sees what the child before said"
    assert {column.name for column in Heard.__table__.columns} == {
        "kiosk_id", "once", "organisation_id",
    }  # fmt: skip


def test_it_works_without_scripts(
    client: FlaskClient, session: Session, open_club: Club, question: Question
) -> None:
    begun(client, open_club, question)
    once = str(uuid4())
    for _ in range(2):
        answer = client.post(AGAIN, data={"step": "2", "once": once})
        assert (answer.status_code, answer.location) == (303, f"{AGAIN}?thanks=1")
    assert "Dank je wel!" in client.get(f"{AGAIN}?thanks=1").text
    assert counted(session, open_club) == {2: 1}
    assert client.post(AGAIN, data={"step": "x", "once": once}).status_code == 400
    assert client.post(f"{AGAIN}told", data="nonsense").status_code == 400


def test_a_code_opens_another_tablet_once_and_nobody_signs_in_there(
    app: Flask, client: FlaskClient, open_club: Club, question: Question
) -> None:
    client.sign_in(open_club.worker)
    sent = {"question": str(question.id), "where": "elsewhere"}
    shown = client.post(f"{open_club.url}/kiosk", data=sent)
    code = shown.text.split('class="kiosk-signs" dir="ltr">')[1][:6]
    assert client.get("/today").status_code == 200
    tablet, other = app.test_client(), app.test_client()
    assert "Welke code" in tablet.get(AGAIN).text
    assert tablet.post(f"{AGAIN}open", data={"code": "ZZZZZZ"}).status_code == 422
    typed = f"{code[:3].lower()} {code[3:]}"
    assert tablet.post(f"{AGAIN}open", data={"code": typed}).status_code == 303
    assert "Wil je nog een keer?" in tablet.get(AGAIN).text
    assert other.post(f"{AGAIN}open", data={"code": code}).status_code == 422
    assert tablet.get(open_club.url).status_code in (302, 303)
    assert plain(typed) == code


def test_a_code_is_old_after_ten_minutes(
    app: Flask, client: FlaskClient, open_club: Club, question: Question
) -> None:
    client.sign_in(open_club.worker)
    sent = {"question": str(question.id), "where": "elsewhere"}
    code = client.post(f"{open_club.url}/kiosk", data=sent).text
    code = code.split('class="kiosk-signs" dir="ltr">')[1][:6]
    with clock.stopped(clock.now() + timedelta(minutes=16)):
        assert app.test_client().post(f"{AGAIN}open", data={"code": code}).status_code == 422


def test_it_stops_from_elsewhere_and_by_itself_at_midnight(
    app: Flask, client: FlaskClient, session: Session, open_club: Club, question: Question
) -> None:
    begun(client, open_club, question)
    elsewhere = app.test_client()
    elsewhere.sign_in(open_club.worker)
    kiosk = session.scalars(select(Kiosk.id)).one()
    elsewhere.post(f"{open_club.url}/kiosk/{kiosk}/close")
    assert "Wil je nog een keer?" not in client.get(AGAIN).text
    late = tell(client, 0).json
    assert late["asks"] is False
    assert list(late["answers"].values()) == ["counted"], "what waited on the tablet still counts"
    with clock.stopped(clock.midnight(clock.today() + timedelta(days=1))):
        assert tell(client, 0).status_code == 410
    with clock.stopped(clock.now() + KEPT + timedelta(days=2)):
        jobs.tidy(session, "")
    assert session.scalars(select(Kiosk)).all() == []
    assert counted(session, open_club) == {0: 1}


def test_results_stand_there_the_day_after_and_from_five_answers_on(
    app: Flask, client: FlaskClient, session: Session, open_club: Club, question: Question
) -> None:
    begun(client, open_club, question)
    tell(client, 0, 0, 1, 2)
    page = f"{open_club.url}/kiosk"
    with clock.stopped(clock.midnight(clock.today() + timedelta(days=1))):
        client.sign_in(open_club.worker)
        assert "kiosk-results" not in client.get(page).text
    tell(client, 0)
    with clock.stopped(clock.midnight(clock.today() + timedelta(days=1))):
        client.sign_in(open_club.worker)
        assert "5 antwoorden van 6 kinderen" in client.get(page).text
        log = client.get(f"{open_club.url}/log").text
    assert "Wat kinderen op de tablet zeiden" in log
    assert f'href="{page}"' in log


def test_a_tablet_opened_again_for_one_child_gives_its_answer_to_nobody(
    app: Flask, client: FlaskClient, session: Session, open_club: Club, question: Question
) -> None:
    """Two looks with one child between them would tell what that child said."""
    worker = app.test_client()
    looks = []
    for steps in ((0, 0, 1, 2, 2), (1,)):
        begun(client, open_club, question)
        tell(client, *steps)
        worker.sign_in(open_club.worker)
        for kiosk in session.scalars(select(Kiosk.id).where(Kiosk.ended_at.is_(None))).all():
            worker.post(f"{open_club.url}/kiosk/{kiosk}/close")
        looks.append(worker.get(f"{open_club.url}/kiosk").text)
    assert counted(session, open_club) == {0: 2, 1: 2, 2: 2}
    assert not any("kiosk-results" in look for look in looks)


def test_only_who_holds_the_list_opens_one_and_only_on_the_day(
    client: FlaskClient, session: Session, open_club: Club, question: Question, make: Make
) -> None:
    page, sent = f"{open_club.url}/kiosk", {"question": str(question.id), "where": "here"}
    for stranger in (make.worker(), make.user(Role.MUNICIPALITY), make.parent()):
        client.sign_in(stranger)
        assert client.post(page, data=sent).status_code in (403, 404)
    client.sign_in(open_club.worker)
    assert client.post(page, data=sent | {"question": str(uuid4())}).status_code == 422
    for moment in (A_WEDNESDAY - timedelta(hours=1), A_WEDNESDAY + timedelta(days=1)):
        with clock.stopped(moment):
            assert client.post(page, data=sent).status_code == 422
    assert session.scalars(select(Kiosk)).all() == []


def test_a_tablet_is_only_as_good_as_who_opened_it(
    client: FlaskClient, session: Session, open_club: Club, question: Question
) -> None:
    begun(client, open_club, question)
    with unit_of_work(session):
        kiosk = session.scalars(select(Kiosk)).one()
        held = session.get_one(Membership, kiosk.membership_id)
        held.ended_at = clock.now()
        audit.record(session, SYSTEM, "membership.ended", held.id)
    assert "Wil je nog een keer?" not in client.get(AGAIN).text
    assert tell(client, 0).status_code == 410


def test_a_key_that_nobody_gave_opens_nothing(client: FlaskClient) -> None:
    client.set_cookie("kinderwerk_kiosk", "made up", path="/kids/again")
    assert client.get(AGAIN).status_code == 200
    assert tell(client, 0).status_code == 410
    assert client.post(AGAIN, data={"step": "0", "once": str(uuid4())}).status_code == 303


def test_the_first_page_of_a_worker_leads_to_it_while_the_session_is_of_today(
    client: FlaskClient, open_club: Club, question: Question
) -> None:
    link = f'href="{open_club.url}/kiosk"'
    client.sign_in(open_club.worker)
    assert link in client.get("/today").text
    assert link in client.get("/sessions/").text
    client.sign_in(open_club.helper)
    assert link not in client.get("/today").text
    with clock.stopped(A_WEDNESDAY - timedelta(hours=1)):
        client.sign_in(open_club.worker)
        assert link not in client.get("/today").text
