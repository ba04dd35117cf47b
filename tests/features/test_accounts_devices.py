"""Where people are signed in: known on the server, listed, ended, and over in time."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.jobs import tidy
from kinderwerk.accounts.models import SignIn, User
from kinderwerk.accounts.rules import AT_HOME, AT_WORK
from kinderwerk.accounts.service import add_user
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from tests.make import A_WEDNESDAY, Make

PASSWORD = "three words together"
CREDENTIALS = {"email": "v@example.org", "password": PASSWORD}
NEW = {"password": "another three words", "repeated": "another three words", "current": PASSWORD}
PHONE = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


@pytest.fixture
def volunteer(session: Session, make: Make) -> User:
    return add_user(
        session, SYSTEM, email="v@example.org", name="V", role=Role.VOLUNTEER, password=PASSWORD,
        organisation=make.organisation(),
    )  # fmt: skip


def come_in(app: Flask, agent: str = PHONE) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/sign-in", data=CREDENTIALS, headers={"User-Agent": agent})
    assert answer.status_code == 303
    return client


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def rows(session: Session) -> list[SignIn]:
    session.rollback()
    return list(session.scalars(select(SignIn).order_by(SignIn.created_at, SignIn.until)))


def cookie_of(client: FlaskClient) -> str:
    kept = client.get_cookie("kinderwerk")
    assert kept
    return str(kept.value)


def test_a_copied_cookie_dies_with_signing_out(app: Flask, volunteer: User) -> None:
    owner, thief = come_in(app), app.test_client()
    thief.set_cookie("kinderwerk", cookie_of(owner))
    assert is_in(thief)
    owner.post("/sign-out")
    thief.set_cookie("kinderwerk", cookie_of(thief))
    assert not is_in(thief)


def test_signing_in_again_ends_what_was_before(
    app: Flask, session: Session, volunteer: User
) -> None:
    client = come_in(app)
    old = cookie_of(client)
    client.post("/sign-in", data=CREDENTIALS)
    thief = app.test_client()
    thief.set_cookie("kinderwerk", old)
    assert not is_in(thief)
    assert is_in(client)


def test_the_table_opens_no_door(app: Flask, session: Session, volunteer: User) -> None:
    client = come_in(app)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
        assert set(cookie) <= {"_user_id", "_fresh", "_id", "_permanent", "language"}
    (row,) = rows(session)
    assert token not in row.token_hash
    assert row.token_hash == signer.disguise("signed in", token)
    forger = app.test_client()
    for forged in (row.token_hash, str(row.id), str(volunteer.id), token[:-1], token + "x"):
        with forger.session_transaction() as cookie:
            cookie["_user_id"] = forged
        assert not is_in(forger)


def test_one_sees_where_and_nothing_finer(app: Flask, session: Session, volunteer: User) -> None:
    come_in(app, "Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0")
    here = come_in(app)
    page = here.get("/account").text
    assert "Firefox, Windows" in page
    assert "Chrome, Android" in page
    assert "127.0" not in page
    unknown = come_in(app, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in unknown.get("/account").text
    assert {row.device for row in rows(session)} == {"Firefox, Windows", "Chrome, Android", ""}


def test_one_device_is_signed_out_from_another(
    app: Flask, session: Session, volunteer: User
) -> None:
    lost, here = come_in(app), come_in(app)
    (first, _) = rows(session)
    lost_id = first.id
    assert here.post(f"/account/devices/{lost_id}/sign-out").status_code == 303
    assert not is_in(lost)
    assert is_in(here)
    assert "user.signed_out" in set(session.scalars(select(AuditEntry.deed)))
    assert here.post(f"/account/devices/{lost_id}/sign-out").status_code == 303, "two tabs"


def test_a_device_is_signed_out_by_who_proved_lately_who_they_are(
    app: Flask, session: Session, volunteer: User
) -> None:
    """Somebody at an open screen shuts nobody out; whoever proves it comes back to the list."""
    with clock.stopped(A_WEDNESDAY):
        other = come_in(app)
        (row,) = rows(session)
        there = f"/account/devices/{row.id}/sign-out"
        here = come_in(app)
    with clock.stopped(A_WEDNESDAY + timedelta(minutes=110)):
        is_in(other)
        is_in(here)
    with clock.stopped(A_WEDNESDAY + timedelta(minutes=150)):
        for path in (there, "/account/devices/sign-out"):
            asked = here.post(path, headers={"Referer": "http://localhost/account"})
            assert asked.location == "/sign-in/proof?next=/account"
        assert is_in(other)
        proved = here.post(asked.location, data={"current": PASSWORD})
        assert proved.location == "/account"
        here.post(there)
        assert not is_in(other)


def test_nobody_signs_out_somebody_else(
    app: Flask, client: FlaskClient, session: Session, volunteer: User, make: Make
) -> None:
    theirs = come_in(app)
    (row,) = rows(session)
    client.sign_in(make.user(Role.ADMIN))
    assert client.post(f"/account/devices/{row.id}/sign-out").status_code == 404
    assert is_in(theirs)


def test_all_others_are_signed_out_at_once(app: Flask, volunteer: User) -> None:
    others, here = [come_in(app), come_in(app)], come_in(app)
    assert here.post("/account/devices/sign-out").status_code == 303
    assert is_in(here)
    assert not any(map(is_in, others))


def test_a_new_password_signs_out_the_others(app: Flask, volunteer: User) -> None:
    other, here = come_in(app), come_in(app)
    assert here.post("/account/password", data=NEW).status_code == 303
    assert is_in(here)
    assert not is_in(other)


def test_whoever_stays_away_is_signed_out(app: Flask, volunteer: User) -> None:
    with clock.stopped(A_WEDNESDAY):
        client = come_in(app)
    with clock.stopped(A_WEDNESDAY + AT_WORK.idle):
        assert not is_in(client)


def test_coming_by_is_noted_now_and_then(
    app: Flask, session: Session, volunteer: User, statements: list[str]
) -> None:
    with clock.stopped(A_WEDNESDAY):
        client = come_in(app)
    for minutes, noted in ((4, False), (5, True), (6, False), (9, False), (11, True)):
        statements.clear()
        with clock.stopped(A_WEDNESDAY + timedelta(minutes=minutes)):
            assert is_in(client)
        assert any("UPDATE sign_in" in one for one in statements) == noted, minutes
    (row,) = rows(session)
    assert row.last_seen_at == A_WEDNESDAY + timedelta(minutes=11)


def test_who_is_signed_in_is_known_after_one_statement(
    app: Flask, volunteer: User, statements: list[str]
) -> None:
    client = come_in(app)
    statements.clear()
    assert client.get("/arrive").status_code == 303
    assert len([one for one in statements if "FROM" in one]) == 1


def test_a_clock_that_jumps_back_gives_no_more_time(app: Flask, volunteer: User) -> None:
    at = A_WEDNESDAY
    with clock.stopped(at):
        client = come_in(app)
    end = at + AT_WORK.absolute
    while at < end - timedelta(hours=1):
        at += timedelta(hours=1)
        with clock.stopped(at):
            assert is_in(client)
    with clock.stopped(A_WEDNESDAY - timedelta(days=9)):
        assert is_in(client), "nobody is thrown out for it"
    with clock.stopped(end):
        assert not is_in(client)


def test_parents_stay_signed_in_on_their_telephone(
    app: Flask, client: FlaskClient, session: Session, make: Make
) -> None:
    with clock.stopped(A_WEDNESDAY):
        client.sign_in(make.parent())
        (row,) = rows(session)
        client.post("/act", data={"membership": "parent"})
    assert AT_HOME.absolute > AT_HOME.idle > AT_WORK.absolute
    assert row.membership_id is None


def test_what_is_over_is_forgotten(app: Flask, session: Session, volunteer: User) -> None:
    with clock.stopped(A_WEDNESDAY):
        come_in(app).post("/sign-out")
        come_in(app)
    with clock.stopped(A_WEDNESDAY + timedelta(hours=3)):
        session.rollback()
        tidy(session, "accounts.tidy")
    assert len(rows(session)) == 2
    session.rollback()
    with clock.stopped(A_WEDNESDAY + timedelta(days=3)):
        tidy(session, "accounts.tidy")
    assert rows(session) == []
