"""Ideas of children: in their words, without their name, and answered only once they heard it."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.core.retention import TERMS, Line
from kinderwerk.ideas import erasure, queries, service
from kinderwerk.ideas.models import Idea
from kinderwerk.ideas.rules import Saying, Standing
from kinderwerk.storage.erasing import ERASED
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED

WORDS = f"Een doel met een net {PLANTED}"
DECISION = {"decision": "We kopen een net.", "because": "Twintig kinderen vroegen erom."}


@pytest.fixture(autouse=True)
def afterwards(request: pytest.FixtureRequest) -> Any:
    with clock.stopped(A_WEDNESDAY + timedelta(hours=2)):
        yield


def told(session: Session, person: User) -> Idea:
    return service.write_down(
        session, person.actor(), Saying(words=WORDS, band=None, once=ids.confidential())
    )


def only(session: Session) -> Idea:
    session.expire_all()
    return session.scalars(select(Idea)).one()


def test_a_helper_writes_down_from_the_log_what_a_child_said(
    client: FlaskClient, session: Session, club: Club
) -> None:
    client.sign_in(club.helper)
    address = f"/ideas/new?session={club.date.id}"
    assert address in client.get(f"{club.url}/log").text
    sent = {"words": WORDS, "band": "7-9", "once": str(ids.confidential())}
    for _ in range(2):
        answer = client.post(address, data=sent)
        assert (answer.status_code, answer.location) == (303, f"{club.url}/log")
    idea = only(session)
    assert (idea.occurrence_id, idea.said_on) == (club.date.id, clock.today())
    assert idea.neighbourhood_id == club.area.id
    assert client.get("/ideas/").status_code == 403
    assert client.post("/ideas/new", data={"words": "BSN 111222333"}).status_code == 422
    client.sign_in(club.worker)
    assert "1 idee van een kind wacht op antwoord" in client.get("/today").text
    assert WORDS in client.get("/ideas/").text


def test_it_is_answered_only_once_it_was_decided_why_and_told_back(
    client: FlaskClient, session: Session, club: Club
) -> None:
    idea = told(session, club.worker)
    page = f"/ideas/{idea.id}"
    client.sign_in(club.worker)
    back = {"told_back_how": "session", "told_back_on": clock.today().isoformat()}
    early = client.post(f"{page}/told-back", data=back | {"version": "1"})
    assert early.status_code == 422
    for field in DECISION:
        half = DECISION | {field: "", "version": "1"}
        assert client.post(f"{page}/decision", data=half).status_code == 422
    assert only(session).standing is Standing.OPEN
    decided = client.post(f"{page}/decision", data=DECISION | {"version": "1"})
    assert decided.status_code == 303
    assert "Gevraagd 1, antwoord gegeven 0." in client.get("/ideas/").text
    for days in (-1, 1):
        wrong = {"told_back_on": (clock.today() + timedelta(days=days)).isoformat()}
        answer = client.post(f"{page}/told-back", data=back | wrong | {"version": "2"})
        assert answer.status_code == 422
    assert client.post(f"{page}/told-back", data=back | {"version": "2"}).status_code == 303
    assert only(session).standing is Standing.ANSWERED
    assert "Gevraagd 1, antwoord gegeven 1." in client.get("/ideas/?show=answered").text
    assert "wacht op antwoord" not in client.get("/today").text
    client.post(f"{page}/decision", data=DECISION | {"version": "3"})
    assert only(session).standing is Standing.DECIDED, "another answer is told back anew"


def test_what_says_who_it_was_is_put_right_or_taken_away(
    client: FlaskClient, session: Session, club: Club
) -> None:
    page = f"/ideas/{told(session, club.worker).id}"
    client.sign_in(club.worker)
    put = client.post(f"{page}/words", data={"words": "Een net", "band": "", "version": "1"})
    assert put.status_code == 303
    assert only(session).words == "Een net"
    assert client.post(f"{page}/remove").status_code == 303
    assert session.scalars(select(Idea)).all() == []


def test_others_hear_nothing_of_it(
    client: FlaskClient, session: Session, club: Club, make: Make
) -> None:
    page = f"/ideas/{told(session, club.worker).id}"
    for stranger in (make.worker(), make.user(Role.MUNICIPALITY), club.helper):
        client.sign_in(stranger)
        assert client.get(page).status_code in (403, 404)
        assert PLANTED not in client.get("/ideas/").text


def test_what_became_of_ideas_is_counted_by_period_and_place(
    session: Session, club: Club, make: Make
) -> None:
    idea, today = told(session, club.worker), clock.today()
    here = [club.here.id]
    assert queries.participation(session, here, today, today) == queries.Answered(1, 0, 0)
    assert queries.participation(session, here, today, today, club.area.id).asked == (
        1 if idea.neighbourhood_id else 0
    )
    assert queries.participation(session, [make.organisation().id], today, today).asked == 0


def test_ideas_go_when_their_term_is_over(session: Session, club: Club) -> None:
    told(session, club.worker)
    assert TERMS[Line.CHILD_VOICE].span.amount == 24
    for before, left in ((clock.now(), 1), (clock.now() + timedelta(seconds=1), 0)):
        with unit_of_work(session):
            audit.record(session, SYSTEM, ERASED, club.here.id)
            erasure.forget_ideas(session, club.here.id, before)
        assert len(session.scalars(select(Idea)).all()) == left
