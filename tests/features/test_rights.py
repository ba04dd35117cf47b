"""Whoever wants to know, correct, erase, pause, take along or object asks once, and is answered."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import NOBODY, SYSTEM, Role
from kinderwerk.access_requests import rules, service
from kinderwerk.access_requests.asking.rules import Asker, Question, Right
from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.access_requests.rules import Identity
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.core.ids import ALL
from kinderwerk.facts import packing
from kinderwerk.facts.models import Presence as Visits
from kinderwerk.facts.service import verify
from kinderwerk.families.limiting import Limit
from kinderwerk.families.models import Child, ChildLimit
from kinderwerk.messages.models import Message
from kinderwerk.privacy import erasing
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Presence
from kinderwerk.storage.erasing import Kind
from tests.make import Make
from tests.planted import PLANTED


@pytest.fixture
def keeper(make: Make, here: Organisation) -> User:
    return make.user(Role.PRIVACY_OFFICER, organisation=here)


@pytest.fixture
def child(make: Make, here: Organisation, parent: User) -> Child:
    return make.child(
        make.family(here, parent), neighbourhood=make.neighbourhood(), first_name="Quintijn"
    )


def ask(client: FlaskClient, here: Organisation, **given: str) -> Any:
    told = {
        "organisation_id": str(here.id), "right": "restriction", "asker": "parent",
        "asked_by": f"A mother {PLANTED}", "words": f"Our quarrel {PLANTED}",
    }  # fmt: skip
    return client.post("/your-data/ask", data=told | given)


def asked(session: Session) -> AccessRequest:
    session.expire_all()
    return session.scalars(select(AccessRequest)).one()


def handled(**given: str) -> dict[str, str]:
    return {
        "version": "1", "identity": "signed_in", "why_longer": "", "decision": "open",
        "given": "", "withheld": "", "sent_on": "",
    } | given  # fmt: skip


def test_a_parent_who_is_signed_in_asks_and_sees_how_far_it_is(
    client: FlaskClient, session: Session, here: Organisation, parent: User, keeper: User,
    child: Child,
) -> None:  # fmt: skip
    client.sign_in(parent)
    assert ask(client, here).status_code == 303
    request = asked(session)
    assert (request.asks, request.identity) == (Right.RESTRICTION, Identity.SIGNED_IN)
    assert request.family_id == child.family_id
    assert "gevraagd op" in client.get("/family/known").text
    told = session.scalars(select(Message.address).where(Message.template == service.WAITS)).all()
    assert keeper.email in told
    client.sign_in(keeper)
    assert f"/access-requests/{request.id}" in client.get("/today").text
    page = client.get(f"/access-requests/{request.id}").text
    assert "Our quarrel" in page
    assert "why_safety" not in page
    done = handled(decision="given", given="Paused.", sent_on=str(clock.today()))
    assert client.post(f"/access-requests/{request.id}", data=done).status_code == 303
    assert f"/access-requests/{request.id}" not in client.get("/today").text


@pytest.mark.parametrize("signed", [False, True])
def test_a_stranger_learns_nothing_and_is_taken_for_nobody(
    client: FlaskClient, session: Session, make: Make, here: Organisation, child: Child,
    signed: bool,
) -> None:  # fmt: skip
    if signed:  # a parent of another family, at another organisation
        client.sign_in(make.parent())
    first = ask(client, here, asked_by=f"{child.full_name}, her father")
    assert (first.status_code, first.location) == (303, "/your-data/asked")
    assert child.first_name not in client.get("/your-data/asked").text
    request = asked(session)
    assert (request.family_id, request.author_id) == (None, None)
    assert request.identity is Identity.NOT_YET


def test_nothing_is_decided_before_it_is_known_who_asks(
    client: FlaskClient, session: Session, here: Organisation, keeper: User, child: Child
) -> None:
    ask(client, here, right="portability")
    client.sign_in(keeper)
    url = f"/access-requests/{asked(session).id}"
    family = str(child.family_id)
    for wrong in (
        handled(identity="not_yet", decision="given", given="All"),
        handled(identity="not_yet", family_id=family),
        handled(identity="signed_in", family_id=family),
        handled(identity="not_them", family_id=family),
        handled(identity="not_them", decision="given", given="All"),
        handled(identity="not_them", decision="refused", withheld="Not her.", given="A bit"),
        handled(identity="called", decision="given", given="All"),
    ):
        assert client.post(url, data=wrong).status_code == 422
    refused = handled(identity="not_them", decision="refused", withheld="It was not her.")
    assert client.post(url, data=refused).status_code == 303
    assert asked(session).family_id is None
    known = handled(version="2", identity="called", family_id=family)
    assert client.post(url, data=known).status_code == 303
    assert asked(session).family_id == child.family_id


def test_longer_than_a_month_only_for_who_was_told_why_within_it(
    client: FlaskClient, session: Session, here: Organisation, parent: User, keeper: User,
    child: Child,
) -> None:  # fmt: skip
    client.sign_in(parent)
    ask(client, here)
    request, today = asked(session), clock.today()
    client.sign_in(keeper)
    url = f"/access-requests/{request.id}"
    longer = {"extended": "y", "why_longer": "Much."}
    late = str(rules.due_on(today, extended=False) + timedelta(days=1))
    for wrong in ({}, {"told_longer_on": late}, {"told_longer_on": str(today), "why_longer": ""}):
        assert client.post(url, data=handled(**longer | wrong)).status_code == 422
    assert client.post(url, data=handled(**longer, told_longer_on=str(today))).status_code == 303
    assert asked(session).due_on == rules.due_on(today, extended=True)


def test_safety_of_an_access_is_weighed_by_the_protection_officer_alone(
    client: FlaskClient, session: Session, here: Organisation, parent: User, keeper: User,
    officer: User, child: Child,
) -> None:  # fmt: skip
    client.sign_in(parent)
    ask(client, here, right="access")
    url = f"/access-requests/{asked(session).id}"
    client.sign_in(keeper)
    given = {"decision": "given", "given": "A copy."}
    forged = handled(**given, safety="safe", why_safety="I say so")
    assert client.post(url, data=forged).status_code == 422
    client.sign_in(officer)
    weighed = handled(safety="safe", why_safety=f"Nobody else reads it {PLANTED}")
    assert client.post(url, data=weighed).status_code == 303
    client.sign_in(keeper)
    assert "Nobody else reads it" not in client.get(url).text
    assert client.post(url, data=handled(version="2", **given)).status_code == 303
    client.sign_in(officer)
    assert "Nobody else reads it" in client.get(url).text


def test_what_is_restricted_is_in_no_list_and_no_report_until_it_is_lifted(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    parent: User, keeper: User, child: Child,
) -> None:  # fmt: skip
    now = clock.now()
    occurrence = make.activity(worker, starts_at=now).occurrences[0]
    registers.mark(session, worker.actor(), occurrence.id, {child.id: Presence.PRESENT})
    counted = _presences(session)
    client.sign_in(parent)
    ask(client, here)
    url = f"/access-requests/{asked(session).id}"
    client.sign_in(keeper)
    chosen = {"children": str(child.id), "limit": "kept_only"}
    assert client.post(f"{url}/limit", data={"limit": "kept_only"}).status_code == 422
    assert client.post(f"{url}/limit", data=chosen).status_code == 303
    assert counted
    assert _presences(session) == 0
    assert not verify(session)
    client.sign_in(worker)
    assert "Quintijn" not in client.get("/children").text
    page = client.get(f"/children/{child.id}").text
    assert "kw-notice-warn" in page
    registers.mark(session, worker.actor(), occurrence.id, {child.id: Presence.ABSENT})
    registers.mark(session, worker.actor(), occurrence.id, {child.id: Presence.PRESENT})
    assert _presences(session) == 0
    client.sign_in(keeper)
    assert client.post(f"{url}/lift", data={"children": str(child.id)}).status_code == 422
    lifted = {"children": str(child.id), "told": "y"}
    assert client.post(f"{url}/lift", data=lifted).status_code == 303
    assert _presences(session) == counted
    assert not verify(session)
    client.sign_in(worker)
    assert "Quintijn" in client.get("/children").text
    deeds = session.scalars(select(AuditEntry.deed)).all()
    assert deeds.count("child.limited") == 2


def test_a_restriction_goes_with_the_child(
    client: FlaskClient, session: Session, here: Organisation, parent: User, keeper: User,
    child: Child,
) -> None:  # fmt: skip
    client.sign_in(parent)
    ask(client, here, right="objection")
    client.sign_in(keeper)
    url = f"/access-requests/{asked(session).id}/limit"
    client.post(url, data={"children": str(child.id), "limit": "uncounted"})
    assert session.scalars(select(ChildLimit.how)).all() == [Limit.UNCOUNTED]
    erasing.erase(session, SYSTEM, here.id, Kind.FAMILY, [child.family_id])
    session.expire_all()
    assert not session.scalars(select(ChildLimit.how)).all()
    assert not session.scalars(select(AccessRequest.id)).all()


def test_who_cares_for_a_child_of_another_household_asks_about_it_too(
    client: FlaskClient, session: Session, make: Make, here: Organisation, father: User,
    keeper: User, child: Child,
) -> None:  # fmt: skip
    make.cared_for_by(child, father)
    client.sign_in(father)
    ask(client, here)
    assert asked(session).family_id is not None
    assert asked(session).family_id != child.family_id
    client.sign_in(keeper)
    url = f"/access-requests/{asked(session).id}/limit"
    assert "Quintijn" in client.get(url).text
    chosen = {"children": str(child.id), "limit": "uncounted"}
    assert client.post(url, data=chosen).status_code == 303
    other = make.child(make.family(here))
    assert client.post(url, data=chosen | {"children": str(other.id)}).status_code == 422


def test_an_answer_that_is_due_is_reminded_of_once(
    client: FlaskClient, session: Session, here: Organisation, keeper: User
) -> None:
    ask(client, here)
    due = asked(session).due_on
    reminders = select(Message.address).where(Message.template == service.DUE)
    service.remind(session)
    assert session.scalars(reminders).all() == []
    with clock.stopped(clock.midnight(due - timedelta(days=7)) + timedelta(hours=9)):
        service.remind(session)
        service.remind(session)
    assert session.scalars(reminders).all() == [keeper.email]


def test_what_a_stranger_asked_goes_a_while_after_the_answer(
    client: FlaskClient, session: Session, here: Organisation, keeper: User
) -> None:
    ask(client, here)
    client.sign_in(keeper)
    done = handled(
        identity="not_them", decision="refused", withheld="Unknown.", sent_on=str(clock.today())
    )
    assert client.post(f"/access-requests/{asked(session).id}", data=done).status_code == 303
    service.tidy(session)
    assert session.scalars(select(AccessRequest)).all()
    with clock.stopped(clock.now() + timedelta(days=100)):
        service.tidy(session)
    session.expire_all()
    assert not session.scalars(select(AccessRequest)).all()


def test_asking_over_and_over_is_slowed_down(client: FlaskClient, here: Organisation) -> None:
    answers = [ask(client, here).status_code for _ in range(7)]
    assert answers[0] == 303
    assert answers[-1] == 429


@pytest.mark.parametrize("asker", list(Asker))
def test_everybody_may_ask(session: Session, here: Organisation, asker: Asker) -> None:
    wish = Question(
        organisation_id=here.id, right=Right.OBJECTION, asker=asker, asked_by=PLANTED, words=""
    )
    assert service.ask(session, NOBODY, wish, "here").asker is asker


def test_the_page_of_rights_is_for_everybody_and_in_the_foot(client: FlaskClient) -> None:
    assert "/your-data/" in client.get("/").text
    assert client.get("/your-data/").status_code == 200
    assert client.get("/your-data/ask").status_code == 200


def test_a_month_ends_on_a_day_that_there_is() -> None:
    assert rules.due_on(date(2027, 1, 31), extended=False) == date(2027, 3, 1)


def _presences(session: Session) -> int:
    session.expire_all()
    found = session.execute(select(Visits.visits)).scalars().all()
    return sum(dict(packing.read(visits))[ALL] for visits in found)
