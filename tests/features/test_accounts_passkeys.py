"""Passkeys: a device in place of a code or of everything; and which answers are refused."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Challenge, Passkey, RecoveryCode, User
from kinderwerk.accounts.rules import CHALLENGE_LASTS, Site
from kinderwerk.accounts.service import add_user
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from tests.authenticator import Authenticator
from tests.features.test_accounts_factor import PASSWORD, set_up, sign_in
from tests.make import A_WEDNESDAY, Make

ORIGIN = "http://localhost"


class Phone:
    """A client with a passkey in it."""

    def __init__(self, client: FlaskClient, origin: str = ORIGIN, host: str = "localhost") -> None:
        self.client, self.device = client, Authenticator(origin, host)

    def asked(self, path: str = "/sign-in/passkey/question") -> dict[str, Any]:
        return json.loads(self.client.post(path).text)

    def add(self, name: str = "My phone") -> int:
        options = self.asked("/account/passkeys/question")
        data = {"name": name, "answer": self.device.create(options)}
        return self.client.post("/account/passkeys/new", data=data).status_code

    def come_in(self, client: FlaskClient | None = None, path: str = "/sign-in/passkey") -> str:
        other = Phone(client or self.client)
        answer = self.device.get(other.asked())
        return other.send(answer, path)

    def send(self, answer: str, path: str = "/sign-in/passkey") -> str:
        return str(self.client.post(path, data={"answer": answer}).location)


@pytest.fixture(autouse=True)
def by_name(app: Flask) -> None:
    known = app.extensions["kinderwerk_settings"]
    app.extensions["kinderwerk_settings"] = replace(known, public_url=ORIGIN)


def person(session: Session, make: Make, role: Role = Role.WORKER) -> User:
    return add_user(
        session, SYSTEM, email="w@example.org", name="W", role=role, password=PASSWORD,
        organisation=make.organisation(),
    )  # fmt: skip


@pytest.fixture
def phone(client: FlaskClient, session: Session, make: Make) -> Phone:
    """The telephone of a worker whose only second factor is a passkey."""
    person(session, make)
    sign_in(client)
    phone = Phone(client)
    assert phone.add() == 303
    assert client.get("/account/recovery-codes").status_code == 200
    return phone


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_a_passkey_is_second_factor_enough(app: Flask, session: Session, phone: Phone) -> None:
    assert is_in(phone.client)
    assert len(session.scalars(select(RecoveryCode)).all()) == 10, "for when the device is lost"
    other = app.test_client()
    sign_in(other)
    assert not is_in(other)
    assert "data-passkey" in other.get("/sign-in/second-factor").text
    phone.come_in(other, "/sign-in/passkey/proof")
    assert is_in(other)
    deeds = set(session.scalars(select(AuditEntry.deed)))
    assert {"user.passkey_added", "user.factor_passed"} <= deeds


def test_one_comes_in_with_nothing_but_a_passkey(app: Flask, phone: Phone) -> None:
    other = app.test_client()
    assert "data-passkey" in other.get("/sign-in").text
    phone.come_in(other)
    assert is_in(other)
    assert other.get("/signals/").status_code == 200


def test_an_answer_works_once(app: Flask, phone: Phone) -> None:
    other = app.test_client()
    asking = Phone(other)
    answer = phone.device.get(asking.asked())
    kept = other.get_cookie("kinderwerk")
    assert kept
    asking.send(answer)
    assert is_in(other)
    thief = app.test_client()
    thief.set_cookie("kinderwerk", kept.value)
    Phone(thief).send(answer)
    assert not is_in(thief)


def test_a_question_waits_a_short_while(app: Flask, session: Session, phone: Phone) -> None:
    other = Phone(app.test_client())
    with clock.stopped(A_WEDNESDAY):
        answer = phone.device.get(other.asked())
    with clock.stopped(A_WEDNESDAY + CHALLENGE_LASTS):
        other.send(answer)
        assert not is_in(other.client)
    assert session.scalars(select(Challenge)).all()


def test_an_answer_to_another_browser_is_refused(app: Flask, phone: Phone) -> None:
    one, other = Phone(app.test_client()), Phone(app.test_client())
    answer = phone.device.get(one.asked())
    other.asked()
    other.send(answer)
    assert not is_in(other.client)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "localhost"),
        (ORIGIN, "evil.example"),
        ("https://localhost", "localhost"),
    ],
)
def test_an_answer_for_another_site_is_refused(
    app: Flask, phone: Phone, origin: str, host: str
) -> None:
    phone.device.origin, phone.device.host = origin, host
    other = app.test_client()
    phone.come_in(other)
    assert not is_in(other)


def test_a_device_that_nobody_unlocked_is_refused(app: Flask, phone: Phone) -> None:
    other = Phone(app.test_client())
    other.send(phone.device.get(other.asked(), flags=0x01))
    assert not is_in(other.client)


def test_a_count_that_goes_back_is_refused(app: Flask, session: Session, phone: Phone) -> None:
    for _ in range(3):
        phone.come_in(app.test_client())
    phone.device.count = 1
    copied = app.test_client()
    phone.come_in(copied)
    assert not is_in(copied)
    session.rollback()
    assert session.scalars(select(Passkey.sign_count)).one() == 3


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "x", '{"id": 5}', '{"id": "é"}', '{"id": "AAAA"}', "9" * 400]
)
def test_nonsense_is_refused(app: Flask, phone: Phone, answer: str) -> None:
    other = Phone(app.test_client())
    other.asked()
    other.send(answer)
    assert not is_in(other.client)
    for path in ("/sign-in/passkey/proof", "/account/passkeys/new"):
        phone.asked("/account/passkeys/question")
        data = {"answer": answer, "name": "x"}
        assert phone.client.post(path, data=data).status_code in (303, 422)


def test_an_answer_without_a_question_is_refused(app: Flask, phone: Phone) -> None:
    other = Phone(app.test_client())
    other.send(phone.device.get({"challenge": "AAAA"}))
    assert not is_in(other.client)


def test_somebody_elses_passkey_is_no_second_factor(
    app: Flask, phone: Phone, make: Make, session: Session
) -> None:
    add_user(
        session, SYSTEM, email="v@example.org", name="V", role=Role.WORKER, password=PASSWORD,
        organisation=make.organisation(),
    )  # fmt: skip
    other = app.test_client()
    sign_in(other, "v@example.org")
    phone.come_in(other, "/sign-in/passkey/proof")
    assert not is_in(other)


def test_one_device_is_added_once(phone: Phone, session: Session) -> None:
    assert phone.add() == 422
    assert len(session.scalars(select(Passkey)).all()) == 1


def test_passkeys_are_renamed_and_removed_by_whose_they_are(
    app: Flask, phone: Phone, make: Make, session: Session
) -> None:
    second = Phone(phone.client)
    assert second.add("<b>Work</b>") == 303
    page = phone.client.get("/account").text
    assert "My phone" in page
    assert "<b>Work" not in page
    ids = list(session.scalars(select(Passkey.id).order_by(Passkey.created_at)))
    path = f"/account/passkeys/{ids[1]}"
    stranger = app.test_client()
    stranger.sign_in(make.worker())
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/remove").status_code == 404
    assert phone.client.post(path, data={"name": "Laptop"}).status_code == 303
    assert "Laptop" in phone.client.get(path).text
    phone.client.post(f"{path}/remove")
    session.rollback()
    assert list(session.scalars(select(Passkey.id))) == ids[:1]
    other = app.test_client()
    second.come_in(other)
    assert not is_in(other)


def test_the_last_factor_stays_where_the_role_needs_one(phone: Phone, session: Session) -> None:
    (id,) = session.scalars(select(Passkey.id))
    phone.client.post(f"/account/passkeys/{id}/remove")
    session.rollback()
    assert session.get(Passkey, id)
    set_up(phone.client)
    phone.client.post(f"/account/passkeys/{id}/remove")
    session.rollback()
    assert session.get(Passkey, id) is None
    phone.client.post("/account/second-factor/remove")
    session.rollback()
    assert session.scalars(select(User.factor_confirmed_at)).one()


def test_who_needs_none_may_take_the_last_away(
    client: FlaskClient, session: Session, make: Make
) -> None:
    user = person(session, make, Role.VOLUNTEER)
    sign_in(client)
    phone = Phone(client)
    phone.add()
    (id,) = session.scalars(select(Passkey.id))
    client.post(f"/account/passkeys/{id}/remove")
    session.expire_all()
    assert user.factor_confirmed_at is None
    assert not session.scalars(select(RecoveryCode)).all()


def test_a_passkey_is_a_fresh_proof(client: FlaskClient, session: Session, make: Make) -> None:
    person(session, make, Role.VOLUNTEER)
    with clock.stopped(A_WEDNESDAY):
        sign_in(client)
        phone = Phone(client)
        phone.add()
    with clock.stopped(A_WEDNESDAY + timedelta(minutes=90)):
        asked = client.get("/account/password").location
        assert asked == "/sign-in/proof?next=/account/password"
        assert "data-passkey" in client.get(asked).text
        phone.come_in(path="/sign-in/passkey/proof")
        assert client.get("/account/password").status_code == 200


def test_trying_stops(app: Flask, phone: Phone) -> None:
    other = app.test_client()
    answers = {other.post("/sign-in/passkey/question").status_code for _ in range(25)}
    assert answers == {200, 429}


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://kinderwerk.example", "kinderwerk.example"),
        ("http://localhost:5000", "localhost"),
        ("http://kinderwerk.example", None),
        ("http://127.0.0.1:5000", None),
        ("https://[::1]", None),
    ],
)
def test_a_site_needs_a_name_and_a_lock(url: str, host: str | None) -> None:
    site = Site.at(url)
    assert (site and site.host) == host


def test_without_a_name_none_are_offered(
    app: Flask, client: FlaskClient, make: Make, session: Session
) -> None:
    known = app.extensions["kinderwerk_settings"]
    app.extensions["kinderwerk_settings"] = replace(known, public_url="http://127.0.0.1:5000")
    assert "passkey" not in client.get("/sign-in").text
    assert client.post("/sign-in/passkey/question").status_code == 404
    client.sign_in(make.worker())
    assert client.get("/account/passkeys/new").status_code == 404
