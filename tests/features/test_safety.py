"""Incidents: written down at once, looked into later, and past the line where it has to be."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import User
from kinderwerk.core import clock
from kinderwerk.core.retention import Line
from kinderwerk.messages.models import Message
from kinderwerk.privacy import due, erasing
from kinderwerk.safety import erasure, service
from kinderwerk.safety.models import DataBreach, Incident, IncidentChild
from kinderwerk.safety.rules import Decision, Status
from kinderwerk.storage.erasing import Kind
from tests.club import Club
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED

WHAT = f"Viel van de glijbaan {PLANTED}"
NOW = "2031-05-14T16:00"


@pytest.fixture(autouse=True)
def afterwards(request: pytest.FixtureRequest) -> Any:
    with clock.stopped(A_WEDNESDAY + timedelta(hours=2)):
        yield


@pytest.fixture
def people(make: Make, club: Club) -> dict[Role, User]:
    roles = (Role.COORDINATOR, Role.CONFIDANT, Role.PRIVACY_OFFICER, Role.PROTECTION_OFFICER)
    return {role: make.user(role, organisation=club.here) for role in roles}


def happened(**given: Any) -> dict[str, Any]:
    return {
        "kind": "injury", "severity": "1", "what": WHAT, "happened_at": NOW, "help": "none",
        "child_id": "", "staff_id": "", "venue_id": "",
    } | given  # fmt: skip


def written(session: Session) -> Incident:
    return session.scalars(select(Incident)).one()


def mails(session: Session) -> set[tuple[str, str]]:
    rows = session.execute(select(Message.template, Message.address)).all()
    return {(template, address) for template, address in rows}


def test_a_helper_writes_down_in_one_screen_what_happened_to_a_child_of_the_list(
    client: FlaskClient, session: Session, club: Club, people: dict[Role, User]
) -> None:
    child = club.child()
    client.sign_in(club.helper)
    address = f"/incidents/new?session={club.date.id}"
    assert "Het logboek" in client.get(address).text
    sent = happened(children=str(child.id), severity="3", parents_told="y")
    for _ in range(2):
        assert client.post(address, data=sent | {"once": str(child.id)}).status_code == 303
    incident = written(session)
    assert [one.child_id for one in incident.children] == [child.id]
    assert incident.owner_id == people[Role.COORDINATOR].id
    assert incident.parents_at
    assert mails(session) == {("incident_waits", people[Role.COORDINATOR].email)}
    assert client.get(f"/incidents/{incident.id}").status_code == 404
    client.sign_in(people[Role.COORDINATOR])
    assert WHAT in client.get(f"/incidents/{incident.id}").text
    assert "Er is iemand gewond" in client.get("/today").text


def test_what_is_about_somebody_who_works_here_reaches_only_the_confidential_adviser(
    client: FlaskClient, session: Session, club: Club, people: dict[Role, User], make: Make
) -> None:
    client.sign_in(club.worker)
    sent = happened(kind="boundary_violation", severity="4", by_staff="y",
                    staff_id=str(people[Role.COORDINATOR].id))  # fmt: skip
    assert client.post("/incidents/new", data=sent).status_code == 303
    incident = written(session)
    assert incident.owner_id is None
    assert mails(session) == {("boundary_waits", people[Role.CONFIDANT].email)}
    for person in (club.worker, *people.values()):
        client.sign_in(person)
        mine = person is people[Role.CONFIDANT]
        for address in (f"/incidents/{incident.id}", f"/boundaries/{incident.id}"):
            opened = client.get(address).status_code == 200
            assert opened == (mine and "boundaries" in address), (person.name, address)
        for address in ("/incidents/", "/incidents/year", "/today"):
            assert mine or "overschreden" not in client.get(address).text
    assert WHAT in client_of(client, people[Role.CONFIDANT], f"/boundaries/{incident.id}")
    accused = make.membership(people[Role.COORDINATOR], Role.CONFIDANT, club.here)
    with client.session_transaction() as cookie:
        cookie.clear()
    client.sign_in(people[Role.COORDINATOR], accused.id)
    assert client.get(f"/boundaries/{incident.id}").status_code == 404
    assert "overschreden" not in client.get("/boundaries/").text


def client_of(client: FlaskClient, person: User, address: str) -> str:
    client.sign_in(person)
    return client.get(address).text


def test_without_somebody_who_may_answer_nothing_past_the_line_is_kept(
    client: FlaskClient, session: Session, club: Club, make: Make
) -> None:
    only = make.user(Role.CONFIDANT, organisation=club.here)
    client.sign_in(club.worker)
    sent = happened(kind="boundary_violation", by_staff="y", staff_id=str(only.id))
    refused = client.post("/incidents/new", data=sent)
    assert refused.status_code == 422
    assert "0800 2000" in refused.text
    assert session.scalar(select(func.count()).select_from(Incident)) == 0


def test_the_rest_is_filled_in_later_and_the_year_counts_it_by_place_and_cause(
    client: FlaskClient, session: Session, club: Club, people: dict[Role, User]
) -> None:
    venue = club.activity.venue
    assert venue
    client.sign_in(people[Role.COORDINATOR])
    for _ in range(2):
        client.post("/incidents/new", data=happened(venue_id=str(venue.id)))
    first = session.scalars(select(Incident.id).limit(1)).one()
    rest = {
        "what": WHAT, "severity": "2", "help": "doctor", "cause": "thing", "injury": "Pols",
        "measure": "Zachte ondergrond", "version": "1", "owner_id": str(club.worker.id),
        "check_on": "2031-06-14", "child_id": "",
    }  # fmt: skip
    assert client.post(f"/incidents/{first}/complete", data=rest).status_code == 303
    assert client.post(f"/incidents/{first}/complete", data=rest).status_code == 409
    copy = client.get(f"/incidents/{first}/copy").text
    assert "Zachte ondergrond" in copy
    year = client.get("/incidents/year").text
    assert venue.name in year
    assert "Speeltoestel" in year
    assert "Kijk naar de risico" in client.get(f"/venues/{venue.id}").text
    client.sign_in(club.worker)
    assert client.get(f"/incidents/{first}").status_code == 200
    assert client.post(f"/incidents/{first}/close").status_code == 303
    assert session.get_one(Incident, first).status is Status.CLOSED
    assert "Kijk naar de risico" not in client.get(f"/venues/{venue.id}").text


def test_a_data_breach_starts_a_clock_and_its_decision_has_a_reason(
    client: FlaskClient, session: Session, club: Club, people: dict[Role, User]
) -> None:
    client.sign_in(club.worker)
    client.post("/incidents/new", data=happened(kind="data_breach"))
    breach = session.scalars(select(DataBreach)).one()
    officer = people[Role.PRIVACY_OFFICER]
    assert breach.deadline == A_WEDNESDAY + timedelta(hours=74)
    assert mails(session) == {("breach_waits", officer.email)}
    for hours in (23, 25, 26, 49, 67, 80):
        with clock.stopped(breach.known_at + timedelta(hours=hours)):
            session.rollback()
            service.remind(session)
    told = select(func.count()).select_from(Message)
    assert session.scalar(told) == 4, "at once, and after 24, 48 and 66 hours"
    client.sign_in(people[Role.COORDINATOR])
    assert client.get(f"/data-breaches/{breach.id}").status_code == 404
    client.sign_in(officer)
    assert "Datalek" in client.get("/today").text
    address = f"/data-breaches/{breach.id}"
    assert WHAT in client.get(address).text
    sent = {"risk": "none", "people": "not_needed", "decision": "not_reported", "version": "1"}
    assert client.post(address, data=sent).status_code == 422
    assert client.post(address, data=sent | {"why": "Telefoon was versleuteld"}).status_code == 303
    session.expire_all()
    assert session.get_one(DataBreach, breach.id).decision is Decision.NOT_REPORTED


def test_a_small_one_goes_with_the_child_and_a_serious_one_keeps_it(
    session: Session, club: Club, client: FlaskClient, people: dict[Role, User]
) -> None:
    small, serious = club.child(), club.child(born_on=date(2023, 1, 1))
    client.sign_in(people[Role.COORDINATOR])
    for child, severity in ((small, "1"), (serious, "4")):
        client.post("/incidents/new", data=happened(child_id=str(child.id), severity=severity))
    session.rollback()
    here = club.here.id
    assert erasure.families_in(session, here) == {serious.family_id} & due.in_trouble(session, here)
    (id,) = erasure.minor(session, here)
    assert set(erasure.serious(session, here).values()) == {date(2041, 1, 1)}
    session.rollback()
    erasing.erase(session, SYSTEM, here, Kind.CHILD, [small.id], Line.CHILD)
    assert session.get(Incident, id) is None
    session.rollback()
    rest: list[UUID] = list(session.scalars(select(IncidentChild.child_id)))
    assert rest == [serious.id]
