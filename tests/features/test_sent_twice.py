"""Whoever presses twice sends one thing, also when all of it arrives at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.core import clock, ids
from kinderwerk.families.models import Child
from kinderwerk.ideas.models import Idea
from kinderwerk.safety.models import Incident
from kinderwerk.stories.models import Story
from kinderwerk.support import service as support
from kinderwerk.support.concern.models import Checked
from kinderwerk.support.models import Trajectory
from kinderwerk.support.plan.models import Agreed
from kinderwerk.support.rules import AimWish, Start, Topic
from tests.club import Club
from tests.pages import hidden

PRESSES = 4
#: An address, what is filled in there, and what comes of it.
Filled = tuple[str, dict[str, Any], type[Any]]


def trajectory(club: Club) -> Trajectory:
    begun = Start(
        family_id=club.child().family_id, topic=Topic.STRESS, question="How?",
        began_on=clock.today(), aim=AimWish(text="Breakfast", scale_start=2),
        follow_up_on=clock.today(), once=ids.confidential(),
    )  # fmt: skip
    return support.begin(club.session, club.worker.actor(), begun)


def idea(club: Club) -> Filled:
    return "/ideas/new", {"words": "A slide", "band": ""}, Idea


def story(club: Club) -> Filled:
    told = {"child_id": club.child().id, "words": "Went in alone for the first time."}
    return "/stories/new", told, Story


def incident(club: Club) -> Filled:
    happened = {
        "kind": "injury", "severity": "1", "what": "Fell.", "help": "none", "child_id": "",
        "happened_at": f"{clock.to_wall(clock.now() - timedelta(hours=1)):%Y-%m-%dT%H:%M}",
        "staff_id": "", "venue_id": "",
    }  # fmt: skip
    return "/incidents/new", happened, Incident


def check(club: Club) -> Filled:
    held = {
        "held_on": clock.today(), "children_count": 2, "ages": "4, 7", "care_shared": "no",
        "said": "Sleeps badly.", "finding": "no_concern",
    }  # fmt: skip
    return f"/support/{trajectory(club).id}/check", held, Checked


def agreement(club: Club) -> Filled:
    due = clock.today() + timedelta(days=7)
    said = {"text": "Read aloud", "doing": "family", "due_on": due, "activity_id": ""}
    return f"/support/{trajectory(club).id}/agreements/new", said, Agreed


def paper(club: Club) -> Filled:
    form = {
        "carer_name": "Hatice Yilmaz", "relation": "mother", "carer_phone": "06 11223344",
        "carer_email": "hatice@example.org", "neighbourhood_id": "", "emergency_name": "Oma",
        "emergency_phone": "06 12345678", "picked_up_by": "Oma", "language": "tr", "signed": "y",
        "photo_album-answer": "yes", "photo_press-answer": "no",
        "child-0-first_name": "Elif", "child-0-surname": "Yilmaz",
        "child-0-born_on": clock.today() - timedelta(days=8 * 365 + 30),
        "child-0-goes_home_alone": "picked_up", "child-0-comes_to": str(club.activity.id),
    }  # fmt: skip
    return f"/children/from-paper?activity={club.activity.id}", form, Child


@pytest.mark.parametrize("filled", [idea, story, incident, check, agreement, paper])
def test_pressing_several_times_at_once_sends_one_thing(
    app: Flask, session: Session, club: Club, filled: Callable[[Club], Filled]
) -> None:
    there, data, kind = filled(club)
    clients = [app.test_client() for _ in range(PRESSES)]
    for one in clients:
        one.sign_in(club.worker)
    sent = hidden(clients[0].get(there).text) | data
    app.extensions.pop("onlooker", None)
    session.rollback()
    gate = Barrier(PRESSES)

    def press(one: FlaskClient) -> int:
        gate.wait()
        return one.post(there, data=sent).status_code

    with ThreadPoolExecutor(PRESSES) as together:
        answers = list(together.map(press, clients))
    assert answers == [303] * PRESSES
    assert session.scalar(select(func.count()).select_from(kind)) == 1
