"""What helpers must know of a child: told by its family, read around a session, gone in time."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import User
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.families.models import Child, Consent
from kinderwerk.families.rules import Answer, ConsentPurpose
from kinderwerk.notes import queries
from kinderwerk.notes.models import CareNote
from kinderwerk.notes.rules import Season
from kinderwerk.privacy import service as privacy
from tests.club import Club
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED

TOLD = {
    "version": "1", "medical": f"Allergic to {PLANTED}", "food": ["nuts", "pork"],
    "support": ["buddy", "extra_adult"], "agreed": "y",
}  # fmt: skip


@pytest.fixture(autouse=True)
def around_the_session() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY):
        yield


@pytest.fixture
def child(make: Make, club: Club, parent: User) -> Child:
    made = make.child(make.family(club.here, parent), born_on=born(8), first_name="Sam")
    club.place(made)
    return made


def born(years: int) -> date:
    return clock.today().replace(year=clock.today().year - years, day=1)


def page_of(child: Child) -> str:
    return f"/family/children/{child.id}/notes"


def tell(client: FlaskClient, child: Child, parent: User, **more: Any) -> int:
    client.sign_in(parent)
    return client.post(page_of(child), data=TOLD | more).status_code


def kept(session: Session) -> list[CareNote]:
    session.expire_all()
    return list(session.scalars(select(CareNote)))


def test_who_runs_a_session_reads_around_it_what_a_family_told(
    client: FlaskClient, session: Session, club: Club, child: Child, parent: User
) -> None:
    assert tell(client, child, parent) == 303
    assert PLANTED in client.get(page_of(child)).text
    (note,) = kept(session)
    assert PLANTED.encode() not in (
        session.execute(select(CareNote.__table__.c.medical)).scalar_one() or b""
    )
    consent = session.scalars(select(Consent)).one()
    assert (consent.purpose, consent.answer) == (ConsentPurpose.HEALTH, Answer.GIVEN)
    here = f"{club.url}/notes"
    client.sign_in(club.worker)
    assert f"{here}#child-{child.id}" in client.get(club.url).text
    page = client.get(here).text
    assert f"Allergic to {PLANTED}" in page
    assert "Varkensvlees, Noten" in page
    assert "2 volwassenen extra" in page
    read = session.scalars(select(AuditEntry).where(AuditEntry.deed == "medical.read")).all()
    assert read[-1].details == {"rows": [str(note.id)]}
    assert (read[-1].actor_id, read[-1].sensitive) == (club.worker.id, True)
    assert queries.extra_adults(session, club.date) == 2
    for late, status in ((23, 200), (25, 404)):
        for moment in (club.date.ends_at, club.date.starts_at - timedelta(hours=2 * late)):
            with clock.stopped(moment + timedelta(hours=late)):
                assert client.get(here).status_code == status
                assert (here in client.get(club.url).text) is (status == 200)


def test_nobody_else_learns_that_there_is_something(
    client: FlaskClient, session: Session, make: Make, club: Club, child: Child, parent: User
) -> None:
    tell(client, child, parent)
    for person in (
        club.helper, make.worker(organisation=club.here),
        *(make.user(role, organisation=club.here) for role in (
            Role.COORDINATOR, Role.PROTECTION_OFFICER, Role.PRIVACY_OFFICER, Role.ADMIN,
        )),
        parent,
    ):  # fmt: skip
        client.sign_in(person)
        assert client.get(f"{club.url}/notes").status_code == 404
        assert "Wat je moet weten" not in client.get(club.url).text
    client.sign_in(make.parent())
    assert client.get(page_of(child)).status_code == 404
    assert client.post(page_of(child), data=TOLD).status_code == 404


def test_who_only_waits_for_a_place_is_not_read(
    client: FlaskClient, make: Make, club: Club, parent: User
) -> None:
    elsewhere = make.child(make.family(club.here, parent), born_on=born(8))
    assert tell(client, elsewhere, parent) == 303
    client.sign_in(club.worker)
    assert PLANTED not in client.get(f"{club.url}/notes").text


def test_without_a_yes_nothing_is_kept_and_taking_it_back_takes_all_away(
    client: FlaskClient, session: Session, club: Club, child: Child, parent: User
) -> None:
    assert tell(client, child, parent, agreed="") == 422
    assert kept(session) == []
    assert tell(client, child, parent) == 303
    assert client.post(f"{page_of(child)}/withdraw").status_code == 303
    assert kept(session) == []
    answers = session.scalars(select(Consent.answer).order_by(Consent.id)).all()
    assert answers == [Answer.GIVEN, Answer.WITHDRAWN]
    assert tell(client, child, parent) == 303
    assert tell(client, child, parent, medical="", food=[], support=[], version="2") == 303
    assert kept(session) == []


def test_from_twelve_on_the_child_is_asked_too_and_sixteen_decides_alone(
    client: FlaskClient, make: Make, club: Club, parent: User
) -> None:
    today = A_WEDNESDAY.date()
    birthday = make.child(
        make.family(club.here, parent), born_on=today.replace(year=today.year - 12)
    )
    club.place(birthday)
    with clock.stopped(A_WEDNESDAY - timedelta(hours=20)):
        assert tell(client, birthday, parent) == 303
        client.sign_in(club.worker)
        assert PLANTED in client.get(f"{club.url}/notes").text
    client.sign_in(club.worker)
    assert PLANTED not in client.get(f"{club.url}/notes").text
    assert tell(client, birthday, parent, version="2") == 422
    assert tell(client, birthday, parent, version="2", child_agreed="y") == 303
    client.sign_in(club.worker)
    assert PLANTED in client.get(f"{club.url}/notes").text
    youth = make.child(make.family(club.here, parent), born_on=born(16))
    assert tell(client, youth, parent) == 404


def test_what_is_kept_goes_a_month_after_the_season_unless_it_is_kept_on(
    client: FlaskClient, session: Session, make: Make, club: Club, child: Child, parent: User
) -> None:
    officer = make.user(Role.PRIVACY_OFFICER, organisation=club.here)
    privacy.confirm_rest(session, officer.actor())
    tell(client, child, parent)
    assert kept(session)[0].until == date(2031, 8, 31)
    assert "Bewaar het tot" not in client.get("/family").text
    with clock.stopped(A_WEDNESDAY + timedelta(days=80)):
        assert "Bewaar het tot dinsdag 31 augustus 2032" in client.get("/family").text
        for _twice in range(2):
            assert client.post(f"{page_of(child)}/keep").status_code == 303
        assert kept(session)[0].until == date(2032, 8, 31)
    for moment, left in ((date(2032, 9, 30), 1), (date(2032, 10, 1), 0)):
        with clock.stopped(clock.midnight(moment) + timedelta(hours=3)):
            privacy.purge(session)
            session.rollback()
            assert len(kept(session)) == left


def test_an_organisation_says_when_its_season_ends(
    client: FlaskClient, session: Session, make: Make, club: Club, child: Child, parent: User
) -> None:
    client.sign_in(make.user(Role.ADMIN, organisation=club.here))
    assert client.post("/season", data={"day": "31", "month": "6"}).status_code == 422
    assert client.post("/season", data={"day": "30", "month": "6"}).status_code == 303
    tell(client, child, parent)
    assert kept(session)[0].until == date(2031, 6, 30)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 12), st.integers(1, 28))
def test_a_season_ends_within_a_year(day: date, month: int, last: int) -> None:
    season = Season(month=month, day=last)
    end = season.end(day)
    assert (end.month, end.day) == (month, last)
    assert 0 <= (end - day).days <= 365
    assert 365 <= (season.next_end(end) - end).days <= 366
