"""Who is there on a date: shifts that people take and give back, and what follows from it."""

from collections.abc import Iterator
from datetime import time, timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import User
from kinderwerk.activities.duties import Duty
from kinderwerk.activities.models import Shift
from kinderwerk.core import clock
from kinderwerk.staffing import queries, rules, service
from kinderwerk.staffing.rules import Person, Post
from tests.club import Club
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED


@pytest.fixture(autouse=True)
def days_ahead() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY - timedelta(days=3)):
        yield


@pytest.fixture
def coordinator(make: Make, club: Club) -> User:
    return make.user(Role.COORDINATOR, organisation=club.here)


@pytest.fixture
def volunteer(make: Make, club: Club) -> User:
    return make.user(Role.VOLUNTEER, organisation=club.here, name="Sanne Visser")


def opened(session: Session, club: Club, by: User, **given: object) -> Shift:
    service.post(session, by.actor(), club.date.id, Post(**{"duty": Duty.HELPS} | given))  # type: ignore[arg-type]
    return session.scalars(select(Shift).where(Shift.user_id.is_(None))).one()


def there(session: Session, club: Club) -> dict[str, Person]:
    session.expire_all()
    return {one.name: one for one in queries.on_duty(session, [club.date.id])[club.date.id]}


def test_who_runs_it_is_there_unless_somebody_says_otherwise(session: Session, club: Club) -> None:
    people = there(session, club)
    assert {name: one.duty for name, one in people.items()} == {
        club.worker.name: Duty.LEADS, club.helper.name: Duty.HELPS,
    }  # fmt: skip
    assert all(one.counts for one in people.values())


def test_a_volunteer_takes_an_open_shift_and_gives_it_back(
    client: FlaskClient, session: Session, club: Club, coordinator: User, volunteer: User
) -> None:
    client.sign_in(coordinator)
    answer = client.post(f"{club.url}/people", data={"user_id": "", "duty": "helps", "places": "1"})
    assert answer.status_code == 303
    shift = session.scalars(select(Shift)).one()
    client.sign_in(volunteer)
    assert club.activity.title in client.get("/shifts/open").text
    assert client.post(f"/shifts/{shift.id}/take").status_code == 303
    assert "Sanne Visser" in there(session, club)
    page = client.get("/shifts/").text
    assert club.activity.title in page
    assert club.helper.name in page
    assert client.post(f"/shifts/dates/{club.date.id}/give-back").status_code == 303
    assert "Sanne Visser" not in there(session, club)
    assert club.activity.title in client.get("/shifts/open").text


def test_after_the_set_time_nobody_gives_a_shift_back_here(
    client: FlaskClient, session: Session, club: Club
) -> None:
    client.sign_in(club.helper)
    with clock.stopped(A_WEDNESDAY - timedelta(hours=3)):
        assert "Ik kan niet komen" not in client.get("/shifts/").text
        answer = client.post(f"/shifts/dates/{club.date.id}/give-back")
        assert answer.status_code == 422
        assert "24 uur" in answer.text
    assert club.helper.name in there(session, club)


def test_whoever_is_always_there_gives_back_one_date_and_it_is_open(
    client: FlaskClient, session: Session, club: Club
) -> None:
    client.sign_in(club.helper)
    client.post(f"/shifts/dates/{club.date.id}/give-back")
    people = queries.on_duty(session, [club.date.id])[club.date.id]
    assert [one.name for one in people] == [club.worker.name, ""]
    assert len(club.activity.staff) == 2
    (shift,) = session.scalars(select(Shift).where(Shift.user_id.is_(None)))
    client.post(f"/shifts/{shift.id}/take")
    assert there(session, club)[club.helper.name].duty is Duty.HELPS


def test_two_volunteers_at_once_get_one_shift_between_them(
    app: Flask, session: Session, make: Make, club: Club, coordinator: User, volunteer: User
) -> None:
    shift = opened(session, club, coordinator)
    other = make.user(Role.VOLUNTEER, organisation=club.here)
    clients = [app.test_client() for _ in (volunteer, other)]
    for one, who in zip(clients, (volunteer, other), strict=True):
        one.sign_in(who)
    path, gate, answers = f"/shifts/{shift.id}/take", Barrier(2), []
    app.extensions.pop("onlooker")
    session.rollback()

    def press(one: FlaskClient) -> None:
        gate.wait()
        answers.append(one.post(path))

    threads = [Thread(target=press, args=(one,)) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    late = next(answer for answer in answers if answer.status_code == 422)
    assert "net voor" in late.text
    assert session.scalars(select(Shift.user_id)).one() in (volunteer.id, other.id)


def test_whoever_is_not_there_on_a_date_does_not_see_its_list(
    client: FlaskClient, session: Session, club: Club, coordinator: User, volunteer: User
) -> None:
    club.child()
    service.leave_out(session, coordinator.actor(), club.date.id, club.helper.id)
    shift = opened(session, club, coordinator)
    service.take(session, volunteer.actor(), shift.id)
    with clock.stopped(A_WEDNESDAY):
        client.sign_in(club.helper)
        assert client.get(club.url).status_code == 404
        client.sign_in(volunteer)
        assert client.get(club.url).status_code == 200
        assert [one.id for one in queries.mine(session, volunteer.actor())] == [club.date.id]
        assert queries.mine(session, club.helper.actor()) == []


def test_notes_open_for_who_is_there_and_not_for_who_planned_it(
    client: FlaskClient, session: Session, club: Club, coordinator: User
) -> None:
    service.leave_out(session, coordinator.actor(), club.date.id, club.worker.id)
    with clock.stopped(A_WEDNESDAY):
        client.sign_in(club.worker)
        assert client.get(f"{club.url}/notes").status_code == 404
        service.back_again(session, coordinator.actor(), club.date.id, club.worker.id)
        assert client.get(f"{club.url}/notes").status_code == 200


def test_a_volunteer_does_not_change_who_is_there(client: FlaskClient, club: Club) -> None:
    client.sign_in(club.helper)
    data = {"user_id": str(club.worker.id)}
    assert client.get(f"{club.url}/people").status_code == 403
    assert client.post(f"{club.url}/people/off", data=data).status_code == 403


def test_whoever_was_not_checked_comes_along_and_never_alone(
    client: FlaskClient, session: Session, make: Make, club: Club, coordinator: User
) -> None:
    newcomer = make.user(Role.VOLUNTEER, organisation=club.here, checked=False, name="Nieuw")
    shift = opened(session, club, coordinator, duty=Duty.LEADS)
    for one in (club.worker, club.helper):
        service.leave_out(session, coordinator.actor(), club.date.id, one.id)
    client.sign_in(newcomer)
    assert client.post(f"/shifts/{shift.id}/take").status_code == 422
    service.back_again(session, coordinator.actor(), club.date.id, club.worker.id)
    assert client.post(f"/shifts/{shift.id}/take").status_code == 303
    along = there(session, club)["Nieuw"]
    assert (along.duty, along.counts) == (Duty.EXTRA, False)


def test_whoever_was_not_checked_counts_children_and_reads_no_names(
    client: FlaskClient, session: Session, make: Make, club: Club, coordinator: User
) -> None:
    child = club.child(first_name="Lieke")
    newcomer = make.user(Role.VOLUNTEER, organisation=club.here, checked=False)
    wish = Post(duty=Duty.HELPS, user_id=newcomer.id)
    service.post(session, coordinator.actor(), club.date.id, wish)
    client.sign_in(newcomer)
    with clock.stopped(A_WEDNESDAY):
        page = client.get(club.url).text
        assert "Lieke" not in page
        assert PLANTED not in page
        counted = client.post(f"{club.url}/counts", data={"count": "from_6_to_9:new:1"})
        marked = client.post(f"{club.url}/marks", data={"mark": f"{child.id}:present"})
    assert counted.status_code in (303, 422)
    assert marked.status_code == 403
    assert coordinator.name in marked.text
    assert club.marks() == {}


def test_a_worker_without_a_certificate_is_told_whom_to_ask(
    client: FlaskClient, make: Make, club: Club, coordinator: User
) -> None:
    child = club.child()
    client.sign_in(make.worker(organisation=club.here, checked=False))
    for path in ("/children", f"/children/{child.id}"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert coordinator.name in answer.text
    assert client.get("/signals/new").status_code == 200


def test_hours_of_ones_own_are_both_said_and_in_order() -> None:
    with pytest.raises(rules.HalfTheHours):
        rules.check(Post(duty=Duty.HELPS, starts=time(14)))
    with pytest.raises(rules.HoursTheWrongWay):
        rules.check(Post(duty=Duty.HELPS, starts=time(14), ends=time(13)))


@given(st.booleans(), st.booleans(), st.sampled_from(Duty))
def test_nobody_counts_without_a_certificate_or_under_age(
    checked: bool, grown_up: bool, duty: Duty
) -> None:
    one = Person(
        user_id=uuid4(), shift_id=None, name="x", planned=duty, checked=checked, grown_up=grown_up
    )
    assert one.counts == (checked and grown_up and duty is not Duty.EXTRA)
