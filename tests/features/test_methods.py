"""For whom an activity is meant, by which method, with which partners: what funders ask of it."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.method import Method, Prevention, Recognised
from kinderwerk.activities.models import Activity
from tests.make import Make


@pytest.fixture
def organisation(client: FlaskClient, make: Make) -> Organisation:
    here = make.organisation()
    client.sign_in(make.worker(organisation=here))
    return here


@pytest.fixture
def filled_in(make: Make, organisation: Organisation) -> dict[str, Any]:
    return {
        "format": "club", "title": "Homework club", "drawing": "book", "why": "A quiet table.",
        "goal_id": str(make.goal(organisation).id), "age_from": "8", "age_to": "12",
        "signup": "none", "register": "tally", "repeats": "once", "begins_on": "2099-05-01",
        "starts": "15:00", "ends": "17:00", "prevention": "selective",
        "intervention": "Read Together", "recognised": "yes",
        "partner_ids": [
            str(make.partner(organisation, name=name).id) for name in ("Library", "School")
        ],
    }  # fmt: skip


def only(session: Session) -> Activity:
    return session.scalars(select(Activity)).one()


def test_method_and_partners_are_kept_shown_and_copied(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = client.post("/activities/new", data=filled_in).location
    method = Method(
        prevention=Prevention.SELECTIVE, intervention="Read Together", recognised=Recognised.YES
    )
    assert only(session).method == method
    shown = client.get(there).text
    for words in ("Samen met Library, School", "Read Together", "Een erkende methode"):
        assert words in shown
    copy = client.get(f"{there}/copy").text
    assert 'value="Read Together"' in copy
    assert all(f'checked class="form-check-input" id="partner_ids-{n}"' in copy for n in (0, 1))


def test_a_change_of_them_is_on_record_and_a_partner_can_go(
    client: FlaskClient, session: Session, filled_in: dict[str, Any]
) -> None:
    there = client.post("/activities/new", data=filled_in).location
    left = filled_in | {"partner_ids": filled_in["partner_ids"][1:], "prevention": "universal"}
    assert client.post(f"{there}/edit", data=left | {"version": "1"}).status_code == 303
    shown = client.get(there).text
    assert "Samen met School" in shown
    assert "de methode, partners die meedoen" in shown
    session.expire_all()
    stale = client.post(f"{there}/edit", data=filled_in | {"version": "1"})
    assert stale.status_code == 409
    assert "Universeel: voor alle kinderen" in stale.text


def test_a_recognised_method_has_a_name(client: FlaskClient, filled_in: dict[str, Any]) -> None:
    answer = client.post("/activities/new", data=filled_in | {"intervention": ""})
    assert answer.status_code == 422
    assert 'id="intervention-error"' in answer.text


def test_partners_of_others_and_those_that_stopped_cannot_be_chosen(
    client: FlaskClient, make: Make, organisation: Organisation, filled_in: dict[str, Any]
) -> None:
    strangers = make.partner(make.organisation()), make.partner(organisation, retired=True)
    for stranger in strangers:
        wrong = filled_in | {"partner_ids": [str(stranger.id)]}
        assert client.post("/activities/new", data=wrong).status_code == 422
