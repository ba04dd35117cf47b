"""A family asks what is kept: a month runs, safety first, and nobody tells what there is."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.access_requests.rules import due_on
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.signals import service as signals
from tests.features.test_signals import capture
from tests.make import Make
from tests.planted import PLANTED


@pytest.fixture
def here(make: Make) -> Organisation:
    return make.organisation(email="post@example.org")


@pytest.fixture
def child(make: Make, here: Organisation, parent: User) -> Child:
    return make.child(make.family(here, parent), neighbourhood=make.neighbourhood())


@pytest.fixture
def request_(client: FlaskClient, session: Session, worker: User, child: Child) -> AccessRequest:
    client.sign_in(worker)
    asked = {
        "family_id": str(child.family_id), "asked_by": f"The mother, {PLANTED}",
        "received_on": str(clock.today()),
    }  # fmt: skip
    assert client.post("/access-requests/new", data=asked).status_code == 303
    return session.scalars(select(AccessRequest)).one()


HANDLED = {
    "version": "1", "identity": "known", "why_longer": "", "safety": "partly",
    "why_safety": "Father may read along.", "decision": "partly", "given": "What was signed up.",
    "withheld": "Who told us.", "sent_on": "",
}  # fmt: skip


def test_a_worker_writes_it_down_and_the_officer_decides(
    client: FlaskClient, session: Session, make: Make, worker: User, officer: User, child: Child,
    request_: AccessRequest,
) -> None:  # fmt: skip
    url = f"/access-requests/{request_.id}"
    signal = signals.write_down(session, worker.actor(), capture(child))
    for person in (worker, make.user(Role.PROTECTION_OFFICER), make.user(Role.ADMIN)):
        client.sign_in(person)
        assert client.get(url).status_code == 404
    client.sign_in(officer)
    assert url in client.get("/today").text
    page = client.get(url).text
    assert "The mother" in page
    assert f"/signals/{signal.id}/paper" in page
    done = HANDLED | {"sent_on": str(clock.today())}
    assert client.post(url, data=done).status_code == 303
    session.refresh(request_)
    assert (request_.sent_on, request_.decided_by_id) == (clock.today(), officer.id)
    assert url not in client.get("/today").text
    kept = session.execute(text("SELECT asked_by, withheld FROM access_request")).one()
    assert not [one for one in kept if b"mother" in bytes(one) or b"told us" in bytes(one)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"identity": "not_yet"},
        {"safety": "open"},
        {"why_safety": ""},
        {"decision": "given"},
        {"withheld": ""},
        {"extended": "y"},
        {"decision": "open", "sent_on": "2025-01-01"},
        {"sent_on": "2999-01-01"},
    ],
)
def test_a_decision_stands_on_who_it_is_on_safety_and_on_reasons(
    client: FlaskClient, session: Session, officer: User, request_: AccessRequest,
    wrong: dict[str, Any],
) -> None:  # fmt: skip
    client.sign_in(officer)
    answer = client.post(f"/access-requests/{request_.id}", data=HANDLED | wrong)
    assert answer.status_code == 422
    session.refresh(request_)
    assert request_.version == 1


def test_a_month_runs_and_two_more_for_a_reason() -> None:
    assert due_on(date(2026, 1, 31), extended=False) == date(2026, 3, 1)
    assert due_on(date(2026, 2, 10), extended=False) == date(2026, 3, 10)
    assert due_on(date(2026, 2, 10), extended=True) == date(2026, 5, 10)


def test_an_officer_answers_nothing_about_the_own_family(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User
) -> None:
    own = make.user(Role.PROTECTION_OFFICER, organisation=here)
    child = make.child(make.family(here, own))
    client.sign_in(worker)
    asked = {
        "family_id": str(child.family_id), "asked_by": "The mother",
        "received_on": str(clock.today() - timedelta(days=40)),
    }  # fmt: skip
    client.post("/access-requests/new", data=asked)
    request_ = session.scalars(select(AccessRequest)).one()
    client.sign_in(own)
    assert client.get(f"/access-requests/{request_.id}").status_code == 404
    assert str(request_.id) not in client.get("/access-requests/").text


def test_every_family_is_told_the_same_about_asking(
    client: FlaskClient, session: Session, worker: User, parent: User, child: Child
) -> None:
    client.sign_in(parent)
    before = client.get("/family/known").text
    assert "mailto:post@example.org" in before
    client.sign_in(worker)
    signals.write_down(session, worker.actor(), capture(child))
    client.sign_in(parent)
    assert client.get("/family/known").text.count("panel") == before.count("panel")
