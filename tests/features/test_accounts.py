"""Signing in and out: by password, in one role at a time, and never too often."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.jobs import tidy
from kinderwerk.accounts.models import Attempt, User
from kinderwerk.accounts.rules import AT_WORK, LIMITS, WINDOW, TooOften, Tried
from kinderwerk.accounts.service import add_user, attempts
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.storage.work import unit_of_work
from tests.make import A_WEDNESDAY, Make

PASSWORD = "three words together"
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
CREDENTIALS = {"email": "v@example.org", "password": PASSWORD}


@pytest.fixture
def volunteer(session: Session, make: Make) -> User:
    return add_user(
        session, SYSTEM, email="v@example.org", name="V", role=Role.VOLUNTEER, password=PASSWORD,
        organisation=make.organisation(),
    )  # fmt: skip


def add(app: Flask, email: str, role: str, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    command = ["users", "add", email, "--name", "Ans", "--role", role]
    place = ["--organisation", "Welfare", "--municipality", "Waterdam"]
    return app.test_cli_runner().invoke(args=[*command, *place, "--password", password])


def test_a_person_is_added_and_signs_in(app: Flask, client: FlaskClient, session: Session) -> None:
    told = add(app, "Ans@Example.org", "volunteer")
    assert told.exit_code == 0, told.output

    wrong = client.post("/sign-in", data={"email": "ans@example.org", "password": "wrong"})
    right = client.post("/sign-in", data={"email": "ANS@example.org ", "password": PASSWORD})

    assert wrong.status_code == 422
    assert right.status_code == 303
    user = session.scalars(select(User)).one()
    assert user.last_signed_in_at
    deeds = set(session.scalars(select(AuditEntry.deed)))
    assert {"user.added", "user.signed_in"} <= deeds


def test_nobody_is_added_twice_or_with_a_weak_password(app: Flask) -> None:
    assert add(app, "a@example.org", "admin", "Welkom123456").exit_code == 1
    assert add(app, "a@example.org", "admin").exit_code == 0
    again = add(app, "a@example.org", "volunteer")
    assert again.exit_code == 1
    assert "is er al" in again.output


def test_unknown_and_wrong_answer_the_same(client: FlaskClient, volunteer: User) -> None:
    answers = [
        client.post("/sign-in", data={"email": email, "password": "something quite else"})
        for email in ("v@example.org", "w@example.org")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    one, other = (TOKEN.sub("", answer.text.replace("w@ex", "v@ex")) for answer in answers)
    assert one == other


@pytest.mark.parametrize(
    ("target", "landing"),
    [
        ("/sign-in", "/sign-in"),
        ("//evil.example", None),
        ("https://evil.example", None),
        ("/\\evil.example", None),
        ("/\t/evil.example", None),
        ("/\n/evil.example", None),
        ("/%5cevil.example", None),
        ("/%09/evil.example", None),
        ("/sign-in\x00", None),
        ("/sign-in?\\evil.example", None),
        ("/sign-in?\nevil.example", None),
        ("/nowhere", None),
        ("/sign-out", None),
        ("/sign-in?page=2", "/sign-in?page=2"),
    ],
)
def test_signing_in_stays_on_this_site(
    client: FlaskClient, volunteer: User, target: str, landing: str | None
) -> None:
    answer = client.post("/sign-in", query_string={"next": target}, data=CREDENTIALS)
    plain = client.post("/sign-in", data=CREDENTIALS)
    assert answer.location == (landing or plain.location)


def test_signing_in_and_out_starts_afresh(client: FlaskClient, volunteer: User) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by someone else"
    client.post("/sign-in", data=CREDENTIALS)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert "_user_id" in cookie
        cookie["kept"] = "by this one"
    client.post("/sign-out")
    with client.session_transaction() as cookie:
        assert dict(cookie) == {}


@pytest.mark.parametrize("mark", ["v2:abc", 5, "00000000-0000-0000-0000-000000000000:1", ""])
def test_a_broken_mark_signs_out(client: FlaskClient, mark: object) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = mark
    assert client.get("/sign-in").status_code == 200
    with client.session_transaction() as cookie:
        assert "_user_id" not in cookie


def test_a_session_at_work_ends_with_the_day(client: FlaskClient, volunteer: User) -> None:
    with clock.stopped(A_WEDNESDAY):
        client.post("/sign-in", data=CREDENTIALS)
        assert client.get("/account").status_code == 200
    at = A_WEDNESDAY
    while at < A_WEDNESDAY + AT_WORK.absolute - timedelta(hours=1):
        at += timedelta(hours=1)
        with clock.stopped(at):
            assert client.get("/account").status_code == 200
    with clock.stopped(A_WEDNESDAY + AT_WORK.absolute):
        assert client.get("/account").location.startswith("/sign-in")


def test_guessing_stops_for_a_while(
    app: Flask, client: FlaskClient, session: Session, volunteer: User
) -> None:
    wrong = CREDENTIALS | {"password": "wrong"}
    with clock.stopped(A_WEDNESDAY):
        for _ in range(10):
            assert client.post("/sign-in", data=wrong).status_code == 422
        refused = app.test_client().post("/sign-in", data=CREDENTIALS)
        assert refused.status_code == 429
        assert refused.headers["Retry-After"]
        other = CREDENTIALS | {"email": "other@example.org"}
        assert client.post("/sign-in", data=other).status_code == 422
    with clock.stopped(A_WEDNESDAY + WINDOW):
        assert client.post("/sign-in", data=CREDENTIALS).status_code == 303
    assert not [row for row in session.scalars(select(Attempt)) if "example" in row.key_hash]


def test_unknown_addresses_are_throttled_like_known_ones(client: FlaskClient) -> None:
    unknown = {"email": "nobody@example.org", "password": "wrong"}
    answers = {client.post("/sign-in", data=unknown).status_code for _ in range(11)}
    assert answers == {422, 429}


def test_getting_it_right_clears_the_count(client: FlaskClient, volunteer: User) -> None:
    for _ in range(3):
        for _ in range(8):
            client.post("/sign-in", data=CREDENTIALS | {"password": "wrong"})
        assert client.post("/sign-in", data=CREDENTIALS).status_code == 303


def test_one_acts_in_one_role_at_a_time(client: FlaskClient, make: Make, session: Session) -> None:
    here, there = make.organisation(), make.organisation()
    user = make.user(Role.VOLUNTEER, organisation=here)
    admin = make.membership(user, Role.ADMIN, there)
    client.sign_in(user)
    assert client.get("/people").status_code == 403
    page = client.get("/act").text
    assert here.name in page
    assert there.name in page
    assert client.post("/act", data={"membership": str(admin.id)}).status_code == 303
    assert client.get("/people").status_code == 200
    client.post("/act", data={"membership": "parent"})
    assert client.get("/people").status_code == 403


def test_nobody_acts_in_the_role_of_another(client: FlaskClient, make: Make) -> None:
    user, other = make.user(Role.VOLUNTEER), make.user(Role.ADMIN)
    client.sign_in(user)
    client.post("/act", data={"membership": str(other.current_memberships[0].id)})
    assert client.get("/people").status_code == 403


def test_with_several_roles_one_chooses_after_signing_in(
    client: FlaskClient, make: Make, volunteer: User
) -> None:
    make.membership(volunteer, Role.VOLUNTEER, make.organisation())
    assert client.post("/sign-in", data=CREDENTIALS).location == "/act"


def test_a_language_is_chosen_by_everyone_and_kept_with_the_account(
    app: Flask, client: FlaskClient, volunteer: User, session: Session
) -> None:
    answer = client.post("/language", data={"language": "ar", "onward": "/sign-in?next=/account"})
    assert answer.location == "/sign-in?next=/account"
    assert 'dir="rtl"' in client.get("/sign-in").text
    client.post("/sign-in", data=CREDENTIALS)
    client.post("/language", data={"language": "de", "onward": "//evil.example"})
    other = app.test_client()
    other.post("/sign-in", data=CREDENTIALS)
    assert 'lang="de"' in other.get("/account").text


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    assert client.post("/language", data={"language": "xx"}).location == "/"
    assert 'lang="nl"' in client.get("/sign-in").text


def test_another_site_signs_nobody_out_by_choosing_a_language(client: FlaskClient) -> None:
    sent = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post("/language", data={"language": "de"}, headers=sent)
    assert "Set-Cookie" not in answer.headers


def test_one_changes_name_and_language_oneself(
    client: FlaskClient, volunteer: User, session: Session
) -> None:
    client.sign_in(volunteer)
    data = {"name": "Zoë de Vries", "language": "en"}
    assert client.post("/account", data=data).status_code == 303
    assert "Zoë de Vries" in client.get("/account").text
    assert client.post("/account", data=data | {"language": "xx"}).status_code == 422
    assert client.post("/account", data=data | {"name": "x" * 121}).status_code == 422


def test_a_password_is_changed_by_who_knows_it(
    app: Flask, client: FlaskClient, volunteer: User
) -> None:
    other = app.test_client()
    for device in (client, other):
        device.post("/sign-in", data=CREDENTIALS)
    new = {"password": "another three words", "repeated": "another three words"}
    wrong = client.post("/account/password", data=new | {"current": "not this one"})
    assert wrong.status_code == 422
    short = {"password": "short", "repeated": "short", "current": PASSWORD}
    assert client.post("/account/password", data=short).status_code == 422
    unlike = new | {"repeated": "another three worts", "current": PASSWORD}
    assert client.post("/account/password", data=unlike).status_code == 422
    right = client.post("/account/password", data=new | {"current": PASSWORD})
    assert right.status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").location.startswith("/sign-in")
    fresh = app.test_client()
    assert fresh.post("/sign-in", data=CREDENTIALS).status_code == 422


@pytest.mark.parametrize("guess", ["De Zonnewijk 2031", "Huis-van-Anders-1", "Passwordpassword"])
def test_a_password_of_words_of_this_place_is_refused(
    client: FlaskClient, session: Session, make: Make, guess: str
) -> None:
    """Neighbourhoods and the organisation, as the database knows them."""
    make.neighbourhood(name="Zonnewijk")
    here = make.organisation(name="Huis van Anders")
    add_user(
        session, SYSTEM, email="w@example.org", name="W", role=Role.VOLUNTEER, password=PASSWORD,
        organisation=here,
    )  # fmt: skip
    client.post("/sign-in", data=CREDENTIALS | {"email": "w@example.org"})
    new = {"password": guess, "repeated": guess, "current": PASSWORD}
    assert client.post("/account/password", data=new).status_code == 422
    longer = f"{guess} vaart om acht uur uit"
    new = {"password": longer, "repeated": longer, "current": PASSWORD}
    assert client.post("/account/password", data=new).status_code == 303


def test_a_password_counts_as_it_was_typed(
    app: Flask, client: FlaskClient, volunteer: User
) -> None:
    typed, plain = "four words\u200b of mine\x07", "four words of mine"
    client.post("/sign-in", data=CREDENTIALS)
    new = {"password": typed, "repeated": typed, "current": PASSWORD}
    assert client.post("/account/password", data=new).status_code == 303
    for word, status in ((plain, 422), (typed, 303)):
        answer = app.test_client().post("/sign-in", data=CREDENTIALS | {"password": word})
        assert answer.status_code == status, word


def test_htmx_is_led_to_the_page_for_signing_in(client: FlaskClient) -> None:
    answer = client.get("/account", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_a_demo_offers_each_role_and_nothing_else_does(app: Flask, client: FlaskClient) -> None:
    assert "/demo/" not in client.get("/sign-in").text
    made = app.extensions["kinderwerk_settings"]
    app.extensions["kinderwerk_settings"] = made.__class__(**vars(made) | {"demo": True})
    assert 'action="/demo/protection_officer"' in client.get("/sign-in").text


def test_what_no_longer_counts_is_forgotten(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    with clock.stopped(A_WEDNESDAY):
        client.post("/sign-in", data=CREDENTIALS)
    assert session.scalars(select(Attempt)).all()
    session.rollback()
    with clock.stopped(A_WEDNESDAY + timedelta(days=3)):
        tidy(session, "accounts.tidy")
    assert session.scalars(select(Attempt)).all() == []


@pytest.mark.parametrize("many", ["places", "persons"])
def test_ten_thousand_tries_come_to_a_handful(
    app: Flask, client: FlaskClient, session: Session, volunteer: User, many: str
) -> None:
    """From everywhere at one account, or from one place at all of them: half of each."""
    limit, let_through = LIMITS[Tried.PASSWORD], 0
    with clock.stopped(A_WEDNESDAY), unit_of_work(session):
        for number in range(5_000):
            person = CREDENTIALS["email"] if many == "places" else f"{number}@example.org"
            place = "127.0.0.1" if many == "persons" else f"10.0.{number // 250}.{number % 250}"
            with suppress(TooOften):
                attempts.attempt(session, Tried.PASSWORD, person, place)
                let_through += 1
    assert let_through == (limit.person if many == "places" else limit.place)
    with clock.stopped(A_WEDNESDAY):
        assert client.post("/sign-in", data=CREDENTIALS).status_code == 429
    with clock.stopped(A_WEDNESDAY + WINDOW):
        assert client.post("/sign-in", data=CREDENTIALS).status_code == 303
