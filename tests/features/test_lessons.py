"""A guest lesson: the class counted without names, and asked, by people with training."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.models import ActivityStaff
from kinderwerk.activities.rules import AgeBand, Format, RegisterMode, SignupKind
from kinderwerk.core import clock
from kinderwerk.measuring import service as measuring
from kinderwerk.measuring.rules import Instrument, QuestionWish
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Box, Gender, Known, Number
from kinderwerk.team import service as team
from kinderwerk.team.rules import GUEST_LESSON, Training
from tests.make import Make

KIT = "Zo doe je een gastles"


@pytest.fixture
def lesson(make: Make, here: Organisation, worker: User, coordinator: User) -> UUID:
    goal = make.goal(here)
    today = max(clock.now() - timedelta(minutes=30), clock.midnight(clock.today()))
    activity = make.activity(
        worker, format=Format.SCHOOL_LESSON, register=RegisterMode.HEADCOUNT, goal=goal,
        signup=SignupKind.CLASS, starts_at=today,
        staff=[ActivityStaff(user_id=worker.id)], age_from=8,
    )  # fmt: skip
    wish = QuestionWish(text="Wat vond je ervan?", instrument=Instrument.AGAIN)
    measuring.add_question(make.session, coordinator.actor(), goal.id, wish)
    found: UUID = activity.occurrences[0].id
    return found


def test_a_lesson_is_counted_asked_and_written_down_beside_its_list(
    client: FlaskClient, session: Session, worker: User, lesson: UUID
) -> None:
    client.sign_in(worker)
    page = client.get(f"/sessions/{lesson}").text
    assert KIT in page
    assert f"/sessions/{lesson}/kiosk" in page
    assert f"/sessions/{lesson}/measuring/paper" in page
    box = Box(AgeBand.UP_TO_9, Known.KNOWN, Gender.UNASKED)
    registers.set_numbers(session, worker.actor(), lesson, {box: Number(0, 23)})
    question = client.get(f"/sessions/{lesson}/measuring").text.split("/measuring/")
    asked = next(one[:36] for one in question if one[8:9] == "-")
    for _ in range(6):
        url = f"/sessions/{lesson}/measuring/{asked}"
        assert client.post(url, data={"step": "0"}).status_code == 303
    page = client.get(f"/sessions/{lesson}").text
    assert "23 kinderen" in page
    assert "6 antwoorden" in page


def test_who_oversees_people_sees_whose_training_is_not_on_record(
    client: FlaskClient, session: Session, make: Make, worker: User, coordinator: User, lesson: UUID
) -> None:
    client.sign_in(worker)
    assert "Training staat er niet bij" not in client.get(f"/sessions/{lesson}").text
    client.sign_in(coordinator)
    assert "Training staat er niet bij" in client.get(f"/sessions/{lesson}").text
    held = worker.current_memberships[0].id
    team.train(
        session, coordinator.actor(), held, Training(kind=GUEST_LESSON, on=clock.today())
    )  # fmt: skip
    page = client.get(f"/sessions/{lesson}").text
    assert "Training staat er niet bij" not in page
    assert "Getraind voor gastlessen" in page


def test_other_sessions_have_no_kit(client: FlaskClient, make: Make, worker: User) -> None:
    other = make.activity(worker, starts_at=clock.now()).occurrences[0].id
    client.sign_in(worker)
    assert KIT not in client.get(f"/sessions/{other}").text
