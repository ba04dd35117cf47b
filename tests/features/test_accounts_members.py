"""Who belongs to an organisation: invited by mail, appointed, ended."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import HELD, SYSTEM, Role
from kinderwerk.accounts.models import Invitation, Membership, User
from kinderwerk.accounts.service import add_user
from kinderwerk.core import clock
from kinderwerk.messages import rendering
from kinderwerk.messages.models import Message
from tests.make import A_WEDNESDAY, Make

PASSWORD = "three words together"
NEWCOMER = {"name": "Noor", "email": "noor@example.org", "role": "volunteer", "neighbourhood": ""}
ANSWER = {"name": "Noor Bos", "password": PASSWORD, "repeated": PASSWORD}


@pytest.fixture
def admin(make: Make, client: FlaskClient) -> User:
    admin = make.user(Role.ADMIN)
    client.sign_in(admin)
    return admin


def here(user: User) -> object:
    return user.current_memberships[0].organisation


def link(app: Flask, session: Session) -> str:
    session.rollback()
    messages = select(Message).where(Message.template == "accounts.invitation")
    message = session.scalars(messages.order_by(Message.id.desc())).first()
    assert message
    with app.test_request_context("/"):
        mail = rendering.render(session, message)
    session.rollback()
    assert mail
    found = re.search(r"http://127\.0\.0\.1:5000(/\S+)", mail.text)
    assert found
    return found[1]


def test_a_newcomer_is_invited_and_chooses_a_password(
    app: Flask, client: FlaskClient, session: Session, admin: User
) -> None:
    assert client.post("/people/invite", data=NEWCOMER).status_code == 303
    assert "noor@example.org" in client.get("/people").text
    there, newcomer = link(app, session), app.test_client()
    assert "Noor" in newcomer.get(there).text
    here = admin.current_memberships[0].organisation.name
    for guess in ("noor@example.org", f"{here}{here}"):
        weak = ANSWER | {"password": guess, "repeated": guess}
        assert newcomer.post(there, data=weak).status_code == 422
    assert newcomer.post(there, data=ANSWER).status_code == 303
    assert newcomer.post(there, data=ANSWER).status_code == 410
    signed = newcomer.post("/sign-in", data={"email": "noor@example.org", "password": PASSWORD})
    assert signed.status_code == 303
    user = session.scalars(select(User).where(User.email == "noor@example.org")).one()
    (held,) = user.current_memberships
    assert (held.role, held.organisation_id) == (
        Role.VOLUNTEER, admin.current_memberships[0].organisation_id,
    )  # fmt: skip
    assert "Noor Bos" in client.get("/people").text


def test_whoever_has_an_account_joins_with_one_button(
    app: Flask, client: FlaskClient, session: Session, make: Make, admin: User
) -> None:
    add_user(
        session, SYSTEM, email="noor@example.org", name="Noor", role=Role.WORKER,
        password=PASSWORD, organisation=make.organisation(),
    )  # fmt: skip
    client.post("/people/invite", data=NEWCOMER)
    there = link(app, session)
    other = app.test_client()
    assert 'name="password"' not in other.get(there).text
    assert other.post(there).status_code == 303
    user = session.scalars(select(User).where(User.email == "noor@example.org")).one()
    assert {held.role for held in user.current_memberships} == {Role.WORKER, Role.VOLUNTEER}


def test_a_parent_who_is_invited_gets_a_password_too(
    app: Flask, client: FlaskClient, session: Session, make: Make, admin: User
) -> None:
    parent = make.parent(email="noor@example.org")
    client.post("/people/invite", data=NEWCOMER)
    assert app.test_client().post(link(app, session), data=ANSWER).status_code == 303
    session.expire_all()
    assert parent.password_hash
    assert parent.current_memberships


def test_an_invitation_is_sent_again_withdrawn_and_expires(
    app: Flask, client: FlaskClient, session: Session, admin: User
) -> None:
    with clock.stopped(A_WEDNESDAY):
        client.post("/people/invite", data=NEWCOMER)
        first = link(app, session)
        again = client.post("/people/invite", data=NEWCOMER)
        assert again.status_code == 422
    invitation = session.scalars(select(Invitation)).one()
    with clock.stopped(A_WEDNESDAY + timedelta(days=15)):
        assert client.get(first).status_code == 410
        client.post(f"/people/invitations/{invitation.id}/again")
        second = link(app, session)
        assert client.get(first).status_code == 410
        assert client.get(second).status_code == 200
        client.post(f"/people/invitations/{invitation.id}/withdraw")
        assert client.get(second).status_code == 410
        assert "noor@example.org" not in client.get("/people").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "not an address"},
        {"email": ""},
        {"name": ""},
        {"name": "x" * 121},
        {"role": "visitor"},
        {"role": "guardian"},
        {"role": "system"},
        {"role": "municipality"},
        {"role": "king"},
        {"neighbourhood": "00000000-0000-0000-0000-000000000000"},
        {"neighbourhood": "x"},
    ],
)
def test_a_senseless_invitation_is_refused(
    client: FlaskClient, session: Session, admin: User, wrong: dict[str, str]
) -> None:
    assert client.post("/people/invite", data=NEWCOMER | wrong).status_code == 422
    assert session.scalars(select(Invitation)).all() == []


def test_an_administrator_sees_the_own_organisation_only(
    client: FlaskClient, session: Session, make: Make, admin: User
) -> None:
    other = make.user(Role.ADMIN)
    worker = make.worker(organisation=here(other), name="Somebody Elsewhere")
    stranger = client.application.test_client()
    stranger.sign_in(other)
    stranger.post("/people/invite", data=NEWCOMER)
    invitation = session.scalars(select(Invitation)).one()
    page = client.get("/people").text
    assert "Somebody Elsewhere" not in page
    assert "noor@example.org" not in page
    held = worker.current_memberships[0].id
    for path in (f"/people/{held}", f"/people/{held}/end", f"/people/{held}/second-factor"):
        assert client.post(path, data={"role": "admin"}).status_code == 404
    for deed in ("again", "withdraw"):
        assert client.post(f"/people/invitations/{invitation.id}/{deed}").status_code == 404
    missing = client.get("/people/00000000-0000-0000-0000-000000000000")
    assert client.get(f"/people/{held}").data == missing.data


@pytest.mark.parametrize("role", [role for role in HELD if role is not Role.ADMIN])
def test_only_administrators_invite(client: FlaskClient, make: Make, role: Role) -> None:
    client.sign_in(make.user(role))
    assert client.get("/people").status_code == 403
    assert client.post("/people/invite", data=NEWCOMER).status_code in (403, 404)


def test_an_appointment_ends_what_was_and_acts_at_once(
    client: FlaskClient, session: Session, make: Make, admin: User
) -> None:
    park = make.neighbourhood()
    volunteer = make.user(Role.VOLUNTEER, organisation=here(admin))
    was = volunteer.current_memberships[0]
    data = {"role": "coordinator", "neighbourhood": str(park.id)}
    answer = client.post(f"/people/{was.id}", data=data)
    assert answer.status_code == 303
    session.expire_all()
    (now,) = volunteer.current_memberships
    assert (now.role, now.neighbourhood_id) == (Role.COORDINATOR, park.id)
    assert was.ended_at
    assert client.post(f"/people/{was.id}", data=data).status_code == 422
    assert park.name in client.get("/people").text


def test_nobody_changes_their_own_role(client: FlaskClient, session: Session, admin: User) -> None:
    held = admin.current_memberships[0]
    data = {"role": "protection_officer", "neighbourhood": ""}
    assert client.post(f"/people/{held.id}", data=data).status_code == 422
    session.expire_all()
    assert admin.current_memberships == [held]


def test_the_last_administrator_stays(
    client: FlaskClient, session: Session, make: Make, admin: User
) -> None:
    own = admin.current_memberships[0]
    client.post(f"/people/{own.id}/end")
    session.expire_all()
    assert own.ended_at is None
    other = make.user(Role.ADMIN, organisation=here(admin))
    client.post(f"/people/{other.current_memberships[0].id}/end")
    session.expire_all()
    assert other.current_memberships == []
    client.post(f"/people/{own.id}/end")
    session.expire_all()
    assert own.ended_at is None


def test_two_administrators_cannot_end_each_other_at_once(
    app: Flask, client: FlaskClient, session: Session, make: Make, admin: User
) -> None:
    other = make.user(Role.ADMIN, organisation=here(admin))
    pairs = [(admin, other), (other, admin)]
    wishes = [(by, f"/people/{about.current_memberships[0].id}/end") for by, about in pairs]
    clients = [(app.test_client(), by, path) for by, path in wishes]
    for one, by, _ in clients:
        one.sign_in(by)
    app.extensions.pop("onlooker")
    session.rollback()
    gate = Barrier(2)

    def press(one: FlaskClient, path: str) -> None:
        gate.wait()
        one.post(path)

    threads = [Thread(target=press, args=(one, path)) for one, _, path in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = select(Membership).where(Membership.role == Role.ADMIN, Membership.ended_at.is_(None))
    assert len(session.scalars(left).all()) >= 1


def test_whoever_was_ended_no_longer_comes_in_as_that(
    app: Flask, client: FlaskClient, make: Make, admin: User
) -> None:
    worker = make.worker(organisation=here(admin))
    theirs = app.test_client()
    theirs.sign_in(worker)
    assert theirs.get("/neighbourhoods/").status_code == 200
    client.post(f"/people/{worker.current_memberships[0].id}/end")
    assert theirs.get("/neighbourhoods/").status_code in (403, 404)
