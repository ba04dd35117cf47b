"""Links by mail: asked by anybody, read by one, used once, by a button."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Link, User
from kinderwerk.accounts.rules import LINK_LASTS
from kinderwerk.accounts.service import add_user
from kinderwerk.core import clock
from kinderwerk.messages import rendering
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail
from tests.make import A_WEDNESDAY, Make

ADDRESS = {"email": "mother@example.org"}
PASSWORD = "three words together"
Read = Callable[..., Mail | None]


@pytest.fixture
def read(app: Flask, session: Session) -> Read:
    """Read the last mail that went to an address, as a worker writes it."""

    def last(address: str = ADDRESS["email"]) -> Mail | None:
        session.rollback()
        mine = select(Message).where(Message.address == address).order_by(Message.id.desc())
        message = session.scalars(mine).first()
        assert message
        with app.test_request_context("/"):
            mail = rendering.render(session, message)
        session.rollback()
        return mail

    return last


def path(mail: Mail | None) -> str:
    assert mail
    found = re.search(r"http://127\.0\.0\.1:5000(/\S+)", mail.text)
    assert found
    return found[1]


def test_a_parent_comes_in_by_a_link_and_goes_on_where_they_were(
    client: FlaskClient, session: Session, read: Read
) -> None:
    asked = client.post("/sign-in/link?next=/account", data=ADDRESS)
    assert asked.location == "/sign-in/link/sent"
    there = path(read())
    assert client.get("/account").status_code == 303
    looked = client.get(there)
    assert looked.status_code == 200
    assert looked.headers["Cache-Control"] == "no-store"
    assert session.scalars(select(User)).all() == []
    assert client.post(there).location == "/account"
    assert client.get("/account").status_code == 200
    assert session.scalars(select(User)).one().email == "mother@example.org"


def test_looking_at_a_link_does_not_use_it_up(client: FlaskClient, read: Read) -> None:
    client.post("/sign-in/link", data=ADDRESS)
    there = path(read())
    for _ in range(3):
        assert client.get(there).status_code == 200
        assert client.head(there).status_code == 200
    assert client.post(there).status_code == 303


def test_a_link_works_once(app: Flask, client: FlaskClient, read: Read) -> None:
    client.post("/sign-in/link", data=ADDRESS)
    there = path(read())
    client.post(there)
    other = app.test_client()
    assert other.get(there).status_code == 410
    assert other.post(there).status_code == 410
    assert other.get("/account").status_code == 303
    assert read() is None, "what was used is not sent again"


def test_a_link_pressed_twice_at_once_works_once(
    app: Flask, client: FlaskClient, session: Session, read: Read
) -> None:
    client.post("/sign-in/link", data=ADDRESS)
    there, gate, answers = path(read()), Barrier(2), []
    app.extensions.pop("onlooker")

    def press() -> None:
        presser = app.test_client()
        gate.wait()
        answers.append(presser.post(there).status_code)

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 410]


def test_two_first_links_make_one_account(
    client: FlaskClient, session: Session, read: Read
) -> None:
    client.post("/sign-in/link", data=ADDRESS)
    first = path(read())
    client.post("/sign-in/link", data=ADDRESS)
    second = path(read())
    assert first != second
    assert [client.post(there).status_code for there in (first, second)] == [303, 303]
    assert len(session.scalars(select(User)).all()) == 1


def test_a_link_expires(client: FlaskClient, read: Read) -> None:
    with clock.stopped(A_WEDNESDAY):
        client.post("/sign-in/link", data=ADDRESS)
        there = path(read())
    with clock.stopped(A_WEDNESDAY + LINK_LASTS):
        answer = client.post(there)
    assert answer.status_code == 410
    assert "werkt niet meer" in answer.text


def test_a_made_up_link_answers_like_an_old_one(
    client: FlaskClient, session: Session, read: Read
) -> None:
    client.post("/sign-in/link", data=ADDRESS)
    there = path(read())
    client.post("/sign-in/link", data=ADDRESS)
    other = path(read())
    client.post("/sign-in/forgotten", data=ADDRESS)
    for wrong in (
        there[:-1] + ("A" if there[-1] != "A" else "B"),
        there.replace("/link/", "/password/"),
        "/sign-in/link/00000000-0000-0000-0000-000000000000/x",
        there.rpartition("/")[0] + "/é",
        f"{other.rpartition('/')[0]}/{there.rpartition('/')[2]}",
    ):
        assert client.get(wrong).status_code == 410
        assert client.post(wrong).status_code == 410
    assert session.scalars(select(Link.used_at)).all() == [None] * 3


def test_known_and_unknown_addresses_get_the_same_answer(
    client: FlaskClient, make: Make, session: Session
) -> None:
    known = make.parent(email="known@example.org")
    for page in ("/sign-in/link", "/sign-in/forgotten"):
        answers = [
            client.post(page, data={"email": email})
            for email in (known.email, "unknown@example.org")
        ]
        assert {(answer.status_code, answer.location) for answer in answers} == {
            (303, "/sign-in/link/sent")
        }
    assert len(session.scalars(select(Link)).all()) == 4


def test_nobody_is_buried_in_links(client: FlaskClient, session: Session) -> None:
    answers = [client.post("/sign-in/link", data=ADDRESS).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
    assert len(session.scalars(select(Link)).all()) == 5


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example", "/nowhere"])
def test_a_link_leads_to_this_site_only(client: FlaskClient, read: Read, onward: str) -> None:
    client.post("/sign-in/link", query_string={"next": onward}, data=ADDRESS)
    assert "evil" not in client.post(path(read())).location


def test_nothing_secret_is_stored_with_a_link(
    client: FlaskClient, session: Session, read: Read
) -> None:
    client.post("/sign-in/link", data=ADDRESS)
    token = path(read()).rpartition("/")[2]
    (link,), (message,) = session.scalars(select(Link)), session.scalars(select(Message))
    assert token not in str(vars(link)) + str(vars(message))


def test_a_mail_speaks_the_language_of_who_asked(client: FlaskClient, read: Read) -> None:
    client.post("/language", data={"language": "ar"})
    client.post("/sign-in/link", data=ADDRESS)
    mail = read()
    assert mail
    assert 'dir="rtl"' in str(mail.html)
    assert "مرحبًا" in mail.text


def test_a_worker_who_is_a_parent_comes_in_as_a_parent(
    client: FlaskClient, make: Make, read: Read
) -> None:
    worker = make.user(Role.ADMIN, email=ADDRESS["email"])
    client.post("/sign-in/link", data=ADDRESS)
    assert client.post(path(read())).location == "/act"
    assert client.get("/people").status_code == 403
    client.post("/act", data={"membership": str(worker.current_memberships[0].id)})
    assert client.get("/people").location.startswith("/sign-in/second-factor")


def test_a_forgotten_password_is_renewed_by_mail_and_signs_out_everywhere(
    app: Flask, client: FlaskClient, make: Make, session: Session, read: Read
) -> None:
    add_user(
        session, SYSTEM, email=ADDRESS["email"], name="M", role=Role.VOLUNTEER, password=PASSWORD,
        organisation=make.organisation(),
    )  # fmt: skip
    thief = app.test_client()
    thief.post("/sign-in", data=ADDRESS | {"password": PASSWORD})
    client.post("/sign-in/forgotten", data=ADDRESS)
    there = path(read())
    weak = {"password": "wachtwoord123", "repeated": "wachtwoord123"}
    assert client.post(there, data=weak).status_code == 422
    new = {"password": "a fresh set of words", "repeated": "a fresh set of words"}
    assert client.post(there, data=new).status_code == 303
    assert client.post(there, data=new).status_code == 410
    assert thief.get("/account").location.startswith("/sign-in")
    assert client.post("/sign-in", data=ADDRESS | {"password": PASSWORD}).status_code == 422
    signed = client.post("/sign-in", data=ADDRESS | {"password": "a fresh set of words"})
    assert signed.status_code == 303
    told = read()
    assert told
    assert "veranderd" in told.text


def test_an_unknown_address_gets_no_mail_about_a_password(client: FlaskClient, read: Read) -> None:
    client.post("/sign-in/forgotten", data=ADDRESS)
    assert read() is None


def test_a_parent_stays_signed_in_who_comes_by_once_a_month(
    client: FlaskClient, read: Read
) -> None:
    with clock.stopped(A_WEDNESDAY):
        client.post("/sign-in/link", data=ADDRESS)
        client.post(path(read()))
    with clock.stopped(A_WEDNESDAY + timedelta(days=29)):
        assert client.get("/account").status_code == 200
    with clock.stopped(A_WEDNESDAY + timedelta(days=58)):
        assert client.get("/account").status_code == 200
    with clock.stopped(A_WEDNESDAY + timedelta(days=88)):
        assert client.get("/account").status_code == 303
