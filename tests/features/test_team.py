"""Who works here: certificates that were seen, what it opens, and what is still to do."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts import away as presence
from kinderwerk.accounts.models import Membership, Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.messages.models import Message
from kinderwerk.staffing import queries as staffing
from kinderwerk.storage.work import unit_of_work
from kinderwerk.team import erasure, queries, rules, service
from kinderwerk.team.rules import Kind, Own, Screening, State, Wish, Word
from tests.club import Club
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED

TODAY = A_WEDNESDAY.date()


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY):
        yield


@pytest.fixture
def newcomer(make: Make, here: Organisation) -> Membership:
    return make.user(Role.VOLUNTEER, organisation=here, checked=False).current_memberships[0]


def seen(**given: str) -> dict[str, str]:
    day = TODAY.isoformat()
    return {"kind": "volunteer", "word": "seen", "issued_on": day, "seen_on": day} | given


def test_names_open_as_soon_as_a_coordinator_has_seen_it(
    client: FlaskClient, session: Session, coordinator: User, newcomer: Membership
) -> None:
    client.sign_in(coordinator)
    page = client.get("/team/").text
    assert newcomer.user.name in page
    answer = client.post(f"/team/{newcomer.id}/edit", data=seen(version="1"))
    assert answer.status_code == 303
    session.expire_all()
    assert newcomer.checked
    told = client.get(f"/team/{newcomer.id}").text
    assert coordinator.name in told
    client.post(f"/team/{newcomer.id}/edit", data=seen(word="requested", version="2"))
    session.expire_all()
    assert not newcomer.checked


def test_nobody_sees_their_own_certificate(
    client: FlaskClient, session: Session, coordinator: User, newcomer: Membership
) -> None:
    own = coordinator.current_memberships[0]
    client.sign_in(coordinator)
    assert client.get(f"/team/{own.id}/edit").status_code in (403, 404)
    assert client.post(f"/team/{own.id}/edit", data=seen()).status_code in (403, 404)
    client.sign_in(newcomer.user)
    assert client.get("/team/").status_code == 403
    assert client.get(f"/team/{own.id}").status_code == 404
    assert client.get(f"/team/{newcomer.id}").status_code == 200
    assert client.get("/team/me").status_code == 200


def test_what_was_refused_is_sealed_and_shuts_the_names(
    client: FlaskClient, session: Session, coordinator: User, newcomer: Membership
) -> None:
    client.sign_in(coordinator)
    client.post(f"/team/{newcomer.id}/edit", data=seen(version="1"))
    client.post(f"/team/{newcomer.id}/refused", data={"words": f"Letter {PLANTED}"})
    session.expire_all()
    assert not newcomer.checked
    assert PLANTED in client.get(f"/team/{newcomer.id}").text
    read = select(AuditEntry).where(AuditEntry.deed == "staff.read")
    assert session.scalars(read).all()
    client.sign_in(newcomer.user)
    assert PLANTED not in client.get("/team/me").text
    assert PLANTED not in client.get(f"/team/{newcomer.id}").text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"issued_on": ""}, "issued_on"),
        ({"seen_on": (TODAY + timedelta(days=1)).isoformat()}, "seen_on"),
        ({"word": "not_needed"}, "word"),
    ],
)
def test_what_cannot_be_is_refused_and_says_why(
    client: FlaskClient, coordinator: User, newcomer: Membership, given: dict[str, str], field: str
) -> None:
    client.sign_in(coordinator)
    answer = client.post(f"/team/{newcomer.id}/edit", data=seen(version="1", **given))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_a_german_certificate_is_young_when_it_is_shown() -> None:
    wish = Wish(
        kind=Kind.VOLUNTEER, word=Word.SEEN, issued_on=date(2031, 1, 10), seen_on=date(2031, 4, 11)
    )
    rules.check(wish, Screening.NL_VOG, date(2031, 5, 1))
    with pytest.raises(rules.TooOld):
        rules.check(wish, Screening.DE_EFZ, date(2031, 5, 1))


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 3000))
def test_a_certificate_grows_old_in_one_direction(issued: date, days: int) -> None:
    order = [State.VALID, State.RENEW_SOON, State.OVERDUE]
    states = [
        rules.state(Word.SEEN, issued, Screening.NL_VOG, issued + timedelta(days=n))
        for n in (days, days + 1)
    ]
    assert order.index(states[0]) <= order.index(states[1])


def test_people_and_coordinators_hear_once_before_it_is_due(
    session: Session, coordinator: User, newcomer: Membership
) -> None:
    old = TODAY - timedelta(days=3 * 365 - 30)
    wish = Wish(kind=Kind.VOLUNTEER, word=Word.SEEN, issued_on=old, seen_on=old)
    service.write(session, coordinator.actor(), newcomer.id, wish, 1)
    for _ in range(2):
        service.remind(session)
    told = select(Message.address).where(Message.template == "team.renew")
    assert sorted(session.scalars(told)) == sorted([coordinator.email, newcomer.user.email])


def test_a_training_and_a_contract_are_told_before_they_end(
    client: FlaskClient, session: Session, coordinator: User, newcomer: Membership
) -> None:
    client.sign_in(coordinator)
    wish = Wish(kind=Kind.VOLUNTEER, contract_ends_on=TODAY + timedelta(days=20))
    service.write(session, coordinator.actor(), newcomer.id, wish, 1)
    for days in (-400, -2):
        until = TODAY + timedelta(days=days + 365)
        done = {"kind": "Reporting code", "on": TODAY.isoformat(), "until": until.isoformat()}
        client.post(f"/team/{newcomer.id}/training", data=done)
    ending = queries.colleague(session, newcomer.id).ending
    assert [each.what for each in ending] == ["Contract"], "the training was done again"
    soon = {"kind": "First aid for children", "on": "2029-06-01", "until": "2031-06-01"}
    client.post(f"/team/{newcomer.id}/training", data=soon)
    for _ in range(2):
        service.remind(session)
    told = select(Message.address).where(Message.template == "team.ends")
    assert sorted(session.scalars(told)) == sorted([coordinator.email, newcomer.user.email])
    for page in ("/today", f"/team/{newcomer.id}"):
        assert "EHBO" in client.get(page).text
    client.sign_in(newcomer.user)
    assert "Contract" in client.get("/team/me").text


def test_an_organisation_names_its_own_trainings(
    client: FlaskClient, session: Session, make: Make, here: Organisation, newcomer: Membership
) -> None:
    admin = make.user(Role.ADMIN, organisation=here)
    client.sign_in(admin)
    page, asked = f"/team/rules/{here.id}", {"screening": "nl_vog", "hours": "24"}
    assert "EHBO" in client.get(page).text
    own = asked | {"trainings": " Meldcode \n\nBoats\nBoats"}
    assert client.post(page, data=own).status_code == 303
    session.expire_all()
    assert here.training_kinds == ["Reporting code", "Boats"]
    too_many = asked | {"trainings": "\n".join(map(str, range(99)))}
    assert client.post(page, data=too_many).status_code == 422
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    form = client.get(f"/team/{newcomer.id}").text
    assert "Boats" in form
    assert 'value="Dealing with a group"' not in form
    done = {"kind": "Boats", "on": TODAY.isoformat()}
    assert client.post(f"/team/{newcomer.id}/training", data=done).status_code == 303
    wrong = {"kind": "Dealing with a group", "on": TODAY.isoformat()}
    assert client.post(f"/team/{newcomer.id}/training", data=wrong).status_code in (200, 422)
    session.expire_all()
    assert len(queries.colleague(session, newcomer.id).trainings) == 1


def test_the_first_page_names_whose_certificate_is_missing(
    client: FlaskClient, coordinator: User, newcomer: Membership
) -> None:
    client.sign_in(coordinator)
    assert newcomer.user.name in client.get("/today").text


def test_somebody_tells_when_they_can_and_when_they_are_away(
    client: FlaskClient, session: Session, here: Organisation, newcomer: Membership
) -> None:
    client.sign_in(newcomer.user)
    first, last = TODAY + timedelta(days=3), TODAY + timedelta(days=9)
    data = {"first": first.isoformat(), "last": last.isoformat()}
    assert client.post("/team/me", data={"halves": ["2-afternoon"]}).status_code == 303
    assert client.post("/away/", data=data).status_code == 303
    away = presence.days(session, here.id, last, last)
    assert away == {newcomer.user_id: [(first, last)]}
    assert presence.days(session, here.id, TODAY, TODAY) == {}


def test_who_is_not_of_age_does_not_count(session: Session, make: Make) -> None:
    club = Club(session, make)
    by = make.user(Role.COORDINATOR, organisation=club.here).actor()
    held = club.helper.current_memberships[0]
    wish = Wish(
        kind=Kind.VOLUNTEER, of_age_on=TODAY + timedelta(days=400), word=Word.SEEN,
        issued_on=TODAY, seen_on=TODAY,
    )  # fmt: skip
    service.write(session, by, held.id, wish, 1)
    people = {one.user_id: one for one in staffing.on_duty(session, [club.date.id])[club.date.id]}
    assert not people[club.helper.id].counts
    assert people[club.worker.id].counts


def test_what_was_seen_goes_three_months_after_somebody_left(
    session: Session, make: Make, here: Organisation, coordinator: User, newcomer: Membership
) -> None:
    service.tell_own(session, newcomer.user.actor(), newcomer.id, Own(phone="06 12345678"))
    assert erasure.left(session, here.id) == {}
    with unit_of_work(session):
        newcomer.ended_at = clock.now() - timedelta(days=100)
        audit.record(session, SYSTEM, "test.made", newcomer.id)
    assert list(erasure.left(session, here.id).values()) == [TODAY - timedelta(days=100)]
