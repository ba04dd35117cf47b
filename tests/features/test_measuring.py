"""Measuring with groups: three questions at most, counts and nobody, and nothing below five."""

import re
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.activities.models import ActivityGoal
from kinderwerk.activities.rules import AgeBand, Format, RegisterMode
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.periods import Period
from kinderwerk.facts import service as facts
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.facts.sources import everything
from kinderwerk.goals.models import Goal, Indicator
from kinderwerk.measuring import queries, rules, service
from kinderwerk.measuring.models import Answers, Measurement, Question, Reading
from kinderwerk.measuring.rules import Audience, Instrument, Numbers, QuestionWish
from kinderwerk.registers import service as registering
from kinderwerk.registers.rules import Box, Gender, Known, Number
from tests.club import Club
from tests.make import A_WEDNESDAY, Make
from tests.papers import is_tagged, made, words

ASKED = "Ik heb vandaag iets nieuws geleerd"


@pytest.fixture
def club(session: Session, make: Make) -> Club:
    """A drop-in for 6 to 12 with eight children who were counted."""
    made = Club(session, make, format=Format.DROPIN, register=RegisterMode.TALLY, age_from=6)
    box = Box(AgeBand.UP_TO_9, Known.KNOWN, Gender.UNASKED)
    registering.set_numbers(session, made.worker.actor(), made.date.id, {box: Number(0, 8)})
    return made


@pytest.fixture(autouse=True)
def after_it() -> Any:
    with clock.stopped(A_WEDNESDAY + timedelta(hours=2)):
        yield


def question(session: Session, club: Club, **changed: Any) -> Question:
    goal_id = session.scalars(
        select(ActivityGoal.goal_id).where(ActivityGoal.activity_id == club.activity.id)
    ).first()
    session.rollback()
    wish = {"text": ASKED, "instrument": Instrument.AGAIN} | changed
    lead = club.make.user(Role.COORDINATOR, organisation=club.here)
    assert goal_id
    return service.add_question(session, lead.actor(), goal_id, QuestionWish(**wish))


def tap(client: FlaskClient, club: Club, one: Question, *steps: int) -> None:
    for step in steps:
        client.post(f"{club.url}/measuring/{one.id}", data={"step": str(step)})


def later(days: int) -> AbstractContextManager[None]:
    return clock.stopped(A_WEDNESDAY + timedelta(days=days, hours=2))


def again(session: Session, club: Club, one: Question, day: int, step: int) -> None:
    """Let the one child who came on another day answer; each day to a group of its own."""
    goal = session.get_one(Goal, one.goal_id)
    activity = club.make.activity(club.worker, format=Format.DROPIN, age_from=6, goal=goal)
    met = club.make.occurrence(activity, starts_at=A_WEDNESDAY + timedelta(days=day))
    box = Box(AgeBand.UP_TO_9, Known.KNOWN, Gender.UNASKED)
    session.rollback()
    registering.set_numbers(session, club.worker.actor(), met.id, {box: Number(0, 1)})
    service.answer(session, club.worker.actor(), met.id, one.id, step)


def steps(page: str) -> list[str]:
    """Return the numbers in the table of what was answered."""
    return re.findall(r'<td[^>]*data-label="Aantal"[^>]*>\s*(\d+)', page)


def write(session: Session, club: Club, one: Question, *counts: int) -> None:
    session.rollback()
    wish = Numbers(counts=counts)
    service.set_numbers(session, club.worker.actor(), club.date.id, one.id, wish)


def answers(session: Session) -> list[tuple[int, int]]:
    found = session.execute(select(Answers.step, Answers.n).order_by(Answers.step)).all()
    session.rollback()
    return [(step, n) for step, n in found]


def test_each_tap_counts_one_and_the_last_can_be_taken_back(
    client: FlaskClient, session: Session, club: Club
) -> None:
    one = question(session, club)
    client.sign_in(club.helper)
    assert ASKED in client.get(f"{club.url}/measuring").text
    tap(client, club, one, 0, 0, 2)
    assert answers(session) == [(0, 2), (2, 1)]
    page = client.get(f"{club.url}/measuring/{one.id}").text
    assert "3 van 8 antwoordden" in page
    assert "Terug: Nee" in page
    back = f"{club.url}/measuring/{one.id}/back"
    assert client.post(back, data={"step": "0"}).status_code == 422, "that was not the last"
    assert client.post(back, data={"step": "2"}).status_code == 303
    assert client.post(back, data={"step": "2"}).status_code == 422, "nothing is known of more"
    assert answers(session) == [(0, 2)]


def test_there_are_no_more_answers_than_children(
    client: FlaskClient, session: Session, club: Club
) -> None:
    one = question(session, club)
    client.sign_in(club.worker)
    tap(client, club, one, *[0] * 8)
    answer = client.post(f"{club.url}/measuring/{one.id}", data={"step": "1"})
    assert "8 waren er" in answer.text
    typed = client.post(f"{club.url}/measuring/{one.id}/numbers", data={"n_0": "5", "n_1": "4"})
    assert typed.status_code == 422
    assert answers(session) == [(0, 8)]
    assert client.post(
        f"{club.url}/measuring/{one.id}/numbers", data={"n_0": "5", "n_2": "1"}
    ).status_code == 303  # fmt: skip
    assert answers(session) == [(0, 5), (2, 1)]


def test_what_was_measured_counts_and_goes_with_what_is_taken_back(
    client: FlaskClient, session: Session, club: Club
) -> None:
    one = question(session, club)
    client.sign_in(club.worker)
    tap(client, club, one, 0, 1)
    shown = (Measure.MEASURED, Measure.ASKED, Measure.ANSWERS)
    assert [club.cells(measure, Level.NEIGHBOURHOOD) for measure in shown] == [1, 8, 2]
    assert facts.deviations(session, everything(session)) == []
    session.rollback()
    client.post(f"{club.url}/measuring/{one.id}/numbers", data={})
    assert [club.cells(measure) for measure in shown] == [0, 0, 0]
    assert session.scalar(select(func.count()).select_from(Measurement)) == 0


def test_a_session_and_a_month_have_room_for_three_questions(
    client: FlaskClient, session: Session, club: Club
) -> None:
    four = [question(session, club, text=f"Vraag {n}") for n in range(4)]
    client.sign_in(club.worker)
    for one in four:
        tap(client, club, one, 0)
    assert session.scalar(select(func.count()).select_from(Measurement)) == 3
    page = client.get(f"{club.url}/measuring").text
    assert "Vraag 2" in page
    assert "Vraag 3" not in page
    later = club.make.occurrence(club.activity, starts_at=A_WEDNESDAY + timedelta(days=1))
    with clock.stopped(A_WEDNESDAY + timedelta(days=1, hours=2)), pytest.raises(Refusal) as no:
        service.answer(session, club.worker.actor(), later.id, four[0].id, 0)
    assert isinstance(no.value, rules.EnoughThisMonth)


def test_below_five_answers_the_team_reads_how_many_and_not_which(
    client: FlaskClient, session: Session, club: Club
) -> None:
    one = question(session, club)
    client.sign_in(club.worker)
    page = f"/measuring/goals/{one.goal_id}?period=2031"
    write(session, club, one, 3, 0, 1)
    with later(1):
        told = client.get(page).text
        assert "4 van 8 antwoordden (50 %)" in told
        assert "Te weinig antwoorden" in told
        assert "Misschien</text>" not in told


def test_numbers_from_paper_stand_from_the_day_after_they_were_typed_in(
    client: FlaskClient, session: Session, club: Club
) -> None:
    one = question(session, club)
    client.sign_in(club.worker)
    page = f"/measuring/goals/{one.goal_id}?period=2031"
    with later(1):
        write(session, club, one, 3, 0, 1)
        write(session, club, one, 4, 0, 1)
        assert "Misschien</text>" not in client.get(page).text
    with later(2):
        told = client.get(page).text
        assert "4 (80 %)" in told
        assert "Misschien</text>" in told
        assert "62 %" in client.get("/measuring/?period=2031").text
        typed = {"n_0": "4", "n_2": "2"}
        answer = client.post(f"{club.url}/measuring/{one.id}/numbers", data=typed)
        assert "sinds een eerdere dag" in answer.text, "one more would be somebody's"
        with pytest.raises(rules.TooFewChanged):
            write(session, club, one, 0, 4, 1)
    assert answers(session) == [(0, 4), (2, 1)]


def test_two_looks_with_one_child_between_them_do_not_tell_what_it_said(
    client: FlaskClient, session: Session, club: Club
) -> None:
    one = question(session, club)
    client.sign_in(club.worker)
    page = f"/measuring/goals/{one.goal_id}?period=2031"
    tap(client, club, one, 0, 0, 0, 1, 1)
    looks = []
    for day, step in ((1, 2), (2, 1), (3, 1), (4, 2), (5, 2)):
        with later(day):
            looks.append(steps(client.get(page).text))
            again(session, club, one, day, step)
    with later(6):
        looks.append(steps(client.get(page).text))
        assert "10 van 13" in client.get(page).text
    assert looks == [["3", "2", "0"]] * 5 + [["3", "4", "3"]]


def test_nobody_watches_answers_come_in(client: FlaskClient, session: Session, club: Club) -> None:
    one = question(session, club)
    client.sign_in(club.worker)
    page = f"/measuring/goals/{one.goal_id}?period=2031"
    untouched = client.get(page).text.count("measured-n")
    for _ in range(8):
        tap(client, club, one, 0)
        assert client.get(page).text.count("measured-n") == untouched
    assert "Terug: Ja" in client.get(f"{club.url}/measuring/{one.id}").text
    with later(1):
        assert "8 (100 %)" in client.get(page).text
        assert "Terug: Ja" not in client.get(f"{club.url}/measuring/{one.id}").text
        with pytest.raises(rules.DayIsOver):
            service.take_back(session, club.worker.actor(), club.date.id, one.id, 0)
        with pytest.raises(rules.DayIsOver):
            service.answer(session, club.worker.actor(), club.date.id, one.id, 1)


def test_an_answered_question_keeps_its_words_and_can_be_put_away(
    client: FlaskClient, session: Session, club: Club
) -> None:
    one = question(session, club)
    client.sign_in(club.worker)
    assert client.get(f"/measuring/questions/{one.id}").status_code == 403
    tap(client, club, one, 0)
    client.sign_in(club.make.user(Role.COORDINATOR, organisation=club.here))
    sent = {"text": "Iets anders", "instrument": "again", "audience": "children", "version": "1"}
    assert "al beantwoord" in client.post(f"/measuring/questions/{one.id}", data=sent).text
    kept = sent | {"text": ASKED, "put_away": "y"}
    assert client.post(f"/measuring/questions/{one.id}", data=kept).status_code == 303
    assert session.scalars(select(Question.put_away)).one()


def test_a_question_outlives_the_indicator_it_belonged_to(
    client: FlaskClient, session: Session, club: Club
) -> None:
    goal_id = question(session, club).goal_id
    client.sign_in(club.make.user(Role.COORDINATOR, organisation=club.here))
    goal = session.get_one(Goal, goal_id)
    edit = {
        "theme": goal.theme.code.value, "title": goal.title, "begins_on": "2031-01-01",
        "ends_on": "2031-12-31", "version": "1",
    }  # fmt: skip
    sign = {"indicator_1": "Kinderen koken thuis", "kind_1": "observation"}
    assert client.post(f"/goals/{goal_id}/edit", data=edit | sign).status_code == 303
    indicator_id = session.scalars(select(Indicator.id)).one()
    session.rollback()
    one = question(session, club, text="Kook je thuis?", indicator_id=indicator_id)
    without = edit | {"indicator_1": "", "version": "2"}
    assert client.post(f"/goals/{goal_id}/edit", data=without).status_code == 303
    session.expire_all()
    assert session.get_one(Question, one.id).indicator_id is None


def test_dots_have_two_to_four_things_to_choose_between(
    client: FlaskClient, session: Session, club: Club
) -> None:
    goal_id = question(session, club).goal_id
    client.sign_in(club.make.user(Role.COORDINATOR, organisation=club.here))
    sent = {"text": "Wat was het leukst?", "instrument": "dots", "audience": "children"}
    new = f"/measuring/goals/{goal_id}/questions/new"
    assert "twee tot vier" in client.post(new, data=sent | {"options": "Koken"}).text
    assert client.post(new, data=sent | {"options": "Koken\nBuiten\n"}).status_code == 303
    found = session.scalars(select(Question).where(Question.text == sent["text"])).one()
    assert found.steps == ("Koken", "Buiten")


def test_a_team_writes_what_a_period_means(
    client: FlaskClient, session: Session, club: Club
) -> None:
    one = question(session, club)
    client.sign_in(club.worker)
    sent = {"means": "De kinderen willen vaker koken.", "agreed": "Elke week de keuken open."}
    url = f"/measuring/goals/{one.goal_id}/reading/2031-H1"
    assert client.post(url, data=sent).status_code == 303
    assert sent["means"] in client.get(f"/measuring/goals/{one.goal_id}?period=2031-H1").text
    assert session.scalars(select(Reading.period)).one() == "2031-H1"
    other = club.make.worker()
    client.sign_in(other)
    assert client.get(url).status_code in (403, 404)


def test_adults_are_as_many_as_were_asked(
    client: FlaskClient, session: Session, club: Club
) -> None:
    one = question(session, club, audience=Audience.ADULTS, instrument=Instrument.SCALE)
    wish = Numbers(counts=(0, 0, 6, 3, 1, *[0] * 6), asked=14)
    service.set_numbers(session, club.worker.actor(), club.date.id, one.id, wish)
    assert not queries.results(session, [one.goal_id], Period(2031))
    with later(1):
        (result,) = queries.results(session, [one.goal_id], Period(2031))[one.goal_id]
    assert (result.asked, result.answered, result.response) == (14, 10, 71)


def test_the_questions_go_onto_paper_with_boxes_and_without_names(
    app: Flask, client: FlaskClient, session: Session, club: Club
) -> None:
    question(session, club)
    client.sign_in(club.worker)
    pdf = made(app, client, f"{club.url}/measuring/paper")
    assert is_tagged(pdf, "nl")
    assert ASKED in words(pdf)


def test_a_week_is_drawn_once_and_waits_for_who_was_there(
    client: FlaskClient, session: Session, club: Club
) -> None:
    one = question(session, club)
    client.sign_in(club.make.user(Role.COORDINATOR, organisation=club.here))
    sent = {"monday": str(A_WEDNESDAY.date() - timedelta(days=2)), "size": "3"}
    over = client.post("/measuring/weeks/new", data=sent)
    assert "Geen bijeenkomst" in over.text, "what is over cannot be asked any more"
    with clock.stopped(A_WEDNESDAY - timedelta(hours=1)):
        answer = client.post("/measuring/weeks/new", data=sent)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location).text
    assert "1 van de 1 bijeenkomsten" in page
    assert f"Geloot voor: {one.goal.title}" in page
    assert "Nog te vragen" in page
    assert "al geloot" in client.post("/measuring/weeks/new", data=sent).text
    client.sign_in(club.worker)
    told = "geloot voor de week van het meten"
    assert told in client.get("/today").text
    tap(client, club, one, 0)
    assert told not in client.get("/today").text
    assert client.get("/measuring/weeks/new").status_code == 403


def test_no_week_is_drawn_that_is_over_or_has_nothing_to_ask(
    client: FlaskClient, club: Club
) -> None:
    client.sign_in(club.make.user(Role.COORDINATOR, organisation=club.here))
    monday = A_WEDNESDAY.date() - timedelta(days=2)
    sent = {"monday": str(monday), "size": "3"}
    assert "Geen bijeenkomst" in client.post("/measuring/weeks/new", data=sent).text
    sent |= {"monday": str(monday - timedelta(weeks=1))}
    assert client.post("/measuring/weeks/new", data=sent).status_code == 422


def test_a_story_is_told_where_a_group_is_asked_and_stands_beside_the_figures(
    client: FlaskClient, session: Session, club: Club
) -> None:
    goal_id = question(session, club).goal_id
    client.sign_in(club.worker)
    assert f"/stories/new?session={club.date.id}" in client.get(f"{club.url}/measuring").text
    page = client.get(f"/measuring/goals/{goal_id}").text
    assert "0 verhalen over dit doel" in page
    assert f"/stories/new?goal={goal_id}" in page
