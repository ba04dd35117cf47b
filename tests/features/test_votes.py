"""A vote between ideas of the board: stickers, one turn for a child, and nobody's name."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import SignIn
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock, ids
from kinderwerk.ideas import erasure, moderating, service
from kinderwerk.ideas.models import ChildBoard, Idea
from kinderwerk.ideas.rules import Decision, Reading, Saying
from kinderwerk.ideas.votes.models import Choice, Vote
from kinderwerk.places.opening import Opening
from kinderwerk.storage.erasing import ERASED
from kinderwerk.storage.work import unit_of_work
from tests.club import THERE, Club
from tests.make import A_WEDNESDAY, Make

AGAIN = "/kids/again/"
WORDS = ("Een moestuin", "Een disco", "Een net in het doel")


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY + timedelta(hours=1)):
        yield


@pytest.fixture
def board(session: Session, open_club: Club, make: Make) -> ChildBoard:
    boss = make.user(Role.COORDINATOR, organisation=open_club.here)
    return moderating.open_board(session, boss.actor(), open_club.area.id, Opening())


@pytest.fixture
def ideas(session: Session, open_club: Club, board: ChildBoard) -> list[UUID]:
    """Three ideas that hang on the board."""
    return [hung(session, open_club, words) for words in WORDS]


def hung(session: Session, club: Club, words: str) -> UUID:
    actor = club.worker.actor()
    saying = Saying(words=words, band=None, once=ids.confidential(), occurrence_id=club.date.id)
    idea = service.write_down(session, actor, saying)
    reading = Reading(words=words, band=None)
    moderating.approve(session, actor, idea.id, None, reading)
    return idea.id


def begun(client: FlaskClient, club: Club, ideas: list[UUID], stickers: int = 2) -> Any:
    client.sign_in(club.worker)
    sent = {"ideas": [str(one) for one in ideas], "stickers": stickers, "where": "here"}
    return client.post(f"{club.url}/vote", data=sent)


def tell(client: FlaskClient, *turns: list[int]) -> list[str]:
    answers = [{"once": str(uuid4()), "steps": steps} for steps in turns]
    told = client.post(f"{AGAIN}told", json={"answers": answers})
    return [told.json["answers"][one["once"]] for one in answers]


def stuck(session: Session) -> list[int]:
    session.expire_all()
    return list(session.scalars(select(Choice.n).order_by(Choice.place)))


def closed(app: Flask, session: Session, club: Club) -> None:
    worker, vote = app.test_client(), session.scalars(select(Vote.id)).one()
    worker.sign_in(club.worker)
    answer = worker.post(f"{club.url}/vote/{vote}/close")
    assert (answer.status_code, answer.location) == (303, f"{club.url}/vote")


def test_opening_one_signs_the_worker_out_and_children_see_the_ideas(
    client: FlaskClient, session: Session, open_club: Club, ideas: list[UUID]
) -> None:
    answer = begun(client, open_club, ideas)
    assert (answer.status_code, answer.location) == (303, AGAIN)
    assert session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all() == []
    shown = client.get(AGAIN).text
    assert all(words in shown for words in WORDS)
    assert "Je hebt 2 stickers" in shown
    assert client.get(f"{open_club.url}/vote").status_code in (302, 303)
    client.sign_in(open_club.worker)
    assert f'href="{open_club.url}/vote"' in client.get(open_club.url).text


def test_a_child_has_one_turn_and_no_more_stickers_than_it_has(
    client: FlaskClient, session: Session, open_club: Club, ideas: list[UUID]
) -> None:
    begun(client, open_club, ideas)
    assert tell(client, [0, 1], [2]) == ["counted", "counted"]
    wrong: list[list[int]] = [[0, 1, 2], [1, 1], [9], [-1], []]
    assert tell(client, *wrong) == ["refused"] * len(wrong)
    assert stuck(session) == [1, 1, 1]
    outcomes = tell(client, *[[0, 2]] * 5)
    assert sorted(outcomes) == ["counted"] * 4 + ["waits"]
    assert stuck(session) == [5, 1, 5]
    assert sum(stuck(session)) <= THERE * 2
    once = str(uuid4())
    for _ in range(3):
        client.post(f"{AGAIN}told", json={"answers": [{"once": once, "steps": [0]}]})
    assert session.scalars(select(Vote.turns)).one() == THERE


def test_it_works_without_scripts(
    client: FlaskClient, session: Session, open_club: Club, ideas: list[UUID]
) -> None:
    begun(client, open_club, ideas)
    once = str(uuid4())
    too_many = client.post(AGAIN, data={"step": ["0", "1", "2"], "once": once})
    assert too_many.location == f"{AGAIN}?over=1"
    assert "Dat waren te veel stickers" in client.get(f"{AGAIN}?over=1").text
    assert client.post(AGAIN, data={"once": once}).location == AGAIN
    for _ in range(2):
        sent = client.post(AGAIN, data={"step": ["0", "2"], "once": once})
        assert sent.location == f"{AGAIN}?thanks=1"
    assert stuck(session) == [1, 0, 1]
    assert client.post(AGAIN, data={"step": "x", "once": once}).status_code == 400
    assert client.post(f"{AGAIN}told", json={"answers": [{"steps": {}}]}).status_code == 400


def test_what_came_out_is_shown_at_once_and_stands_with_the_idea(
    app: Flask, client: FlaskClient, session: Session, open_club: Club, board: ChildBoard,
    ideas: list[UUID],
) -> None:  # fmt: skip
    begun(client, open_club, ideas)
    tell(client, [0], [0, 1], [0], [1], [0])
    worker = app.test_client()
    worker.sign_in(open_club.worker)
    going_on = worker.get(f"{open_club.url}/vote").text
    assert "5 kinderen zijn geweest" in going_on
    assert "kiosk-tally" not in going_on, "two looks with a child between them would tell"
    closed(app, session, open_club)
    for text in (worker.get(f"{open_club.url}/vote").text, client.get(AGAIN).text):
        assert "4 stickers" in text
        assert "2 stickers" in text
    assert "4 stickers van 5 kinderen" in worker.get(f"/ideas/{ideas[0]}").text
    corner = f"/kids/{open_club.here.id}/{open_club.area.id}/board/"
    assert "4 stickers van kinderen" in client.get(corner).text
    assert "4 stickers van kinderen" in client.get(f"{corner}{ideas[0]}").text


def test_after_it_was_closed_nothing_changes_any_more(
    app: Flask, client: FlaskClient, session: Session, open_club: Club, ideas: list[UUID]
) -> None:
    begun(client, open_club, ideas)
    tell(client, [0], [1])
    closed(app, session, open_club)
    late = {"answers": [{"once": str(uuid4()), "steps": [0]}]}
    assert client.post(f"{AGAIN}told", json=late).status_code == 410
    assert stuck(session) == [1, 1, 0]


def test_of_fewer_than_five_children_nobody_sees_anything(
    app: Flask, client: FlaskClient, session: Session, open_club: Club, ideas: list[UUID]
) -> None:
    begun(client, open_club, ideas)
    tell(client, [0], [0], [0], [0])
    closed(app, session, open_club)
    worker = app.test_client()
    worker.sign_in(open_club.worker)
    corner = f"/kids/{open_club.here.id}/{open_club.area.id}/board/"
    texts = [
        worker.get(f"{open_club.url}/vote").text, worker.get(f"/ideas/{ideas[0]}").text,
        client.get(AGAIN).text, client.get(corner).text,
    ]  # fmt: skip
    assert not any("4 stickers" in text or "kiosk-tally" in text for text in texts)


def test_the_trail_tells_of_turns_and_never_what_was_chosen(
    client: FlaskClient, session: Session, open_club: Club, ideas: list[UUID]
) -> None:
    begun(client, open_club, ideas)
    tell(client, [0], [1])
    vote = session.scalars(select(Vote.id)).one()
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == vote)).all()
    assert sorted(one.deed for one in entries) == ["vote.opened", "vote.taken", "vote.taken"]
    assert not any(str(idea) in str(one.details) for one in entries for idea in ideas)


def test_only_ideas_that_hang_there_and_wait_can_be_chosen(
    client: FlaskClient, session: Session, open_club: Club, ideas: list[UUID]
) -> None:
    actor = open_club.worker.actor()
    unread = service.write_down(
        session, actor, Saying(words="Nog niet gelezen", band=None, once=ids.confidential())
    )
    service.decide(session, actor, ideas[2], None, Decision(decision="Ja", because="Goed"))
    client.sign_in(open_club.worker)
    shown = client.get(f"{open_club.url}/vote").text
    assert "Nog niet gelezen" not in shown
    assert WORDS[2] not in shown
    for chosen, stickers in (
        ([ideas[0], unread.id], 1), ([ideas[0], ideas[2]], 1), (ideas[:1], 1), (ideas[:2], 2),
        (ideas[:2], 0), (ideas[:2], 9),
    ):  # fmt: skip
        assert begun(client, open_club, chosen, stickers).status_code == 422
    assert session.scalars(select(Vote)).all() == []


def test_an_idea_that_was_taken_off_the_board_is_not_shown_any_more(
    client: FlaskClient, session: Session, open_club: Club, ideas: list[UUID]
) -> None:
    begun(client, open_club, ideas)
    with unit_of_work(session):
        audit.record(session, SYSTEM, ERASED, open_club.here.id)
        erasure.forget(session, Idea.id == ideas[0])
    session.expire_all()
    shown = client.get(AGAIN).text
    assert WORDS[0] not in shown
    assert WORDS[1] in shown
    assert tell(client, [1]) == ["counted"]


def test_a_second_tablet_joins_the_vote_that_goes_on(
    app: Flask, client: FlaskClient, session: Session, open_club: Club, ideas: list[UUID]
) -> None:
    begun(client, open_club, ideas)
    tell(client, [0])
    worker, tablet = app.test_client(), app.test_client()
    worker.sign_in(open_club.worker)
    shown = worker.post(f"{open_club.url}/vote/tablet", data={"where": "elsewhere"}).text
    code = shown.split('class="kiosk-signs" dir="ltr">')[1][:6]
    assert tablet.post(f"{AGAIN}open", data={"code": code}).status_code == 303
    assert tell(tablet, [0]) == ["counted"]
    assert session.scalars(select(Vote.turns)).all() == [2]
    closed(app, session, open_club)
    again = worker.post(f"{open_club.url}/vote/tablet", data={"where": "here"})
    assert (again.status_code, again.location) == (303, f"{open_club.url}/vote")


def test_only_who_holds_the_list_opens_one_and_only_on_the_day(
    client: FlaskClient, session: Session, open_club: Club, ideas: list[UUID], make: Make
) -> None:
    page = f"{open_club.url}/vote"
    sent = {"ideas": [str(one) for one in ideas], "stickers": 2, "where": "here"}
    for stranger in (make.worker(), make.user(Role.MUNICIPALITY), make.parent()):
        client.sign_in(stranger)
        assert client.get(page).status_code in (403, 404)
        assert client.post(page, data=sent).status_code in (403, 404)
        assert client.post(f"{page}/tablet", data=sent).status_code in (403, 404)
    client.sign_in(open_club.worker)
    for moment in (A_WEDNESDAY - timedelta(hours=1), A_WEDNESDAY + timedelta(days=1)):
        with clock.stopped(moment):
            assert client.post(page, data=sent).status_code == 422
    assert session.scalars(select(Vote)).all() == []
    assert client.post(f"{page}/{uuid4()}/close").status_code == 404


def test_it_goes_when_what_children_said_goes(
    app: Flask, client: FlaskClient, session: Session, open_club: Club, ideas: list[UUID]
) -> None:
    begun(client, open_club, ideas)
    closed(app, session, open_club)
    with unit_of_work(session):
        audit.record(session, SYSTEM, ERASED, open_club.here.id)
        erasure.forget_ideas(session, open_club.here.id, clock.now() + timedelta(days=1))
    assert session.scalars(select(Choice)).all() == []
    assert len(session.scalars(select(Vote)).all()) == 1, "its tablet still knows it"
