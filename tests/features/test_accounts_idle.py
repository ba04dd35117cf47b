"""Accounts at work that nobody uses: warned of, locked, opened again, and never left behind."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.absences import service as absences
from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts import away
from kinderwerk.accounts.models import Organisation, SignIn, User
from kinderwerk.accounts.service import add_user, idling
from kinderwerk.app import main
from kinderwerk.audit.models import AuditEntry
from kinderwerk.config import Misconfigured, Settings
from kinderwerk.core import clock
from kinderwerk.messages.models import Message
from tests.make import A_WEDNESDAY, Make
from tests.rush import environment

PASSWORD = "three words together"
TOLD = {"email": "noor@example.org", "password": PASSWORD}
DAYS = 90


@pytest.fixture
def noor(session: Session, here: Organisation) -> User:
    with clock.stopped(A_WEDNESDAY):
        return add_user(
            session, SYSTEM, email=TOLD["email"], name="Noor", role=Role.WORKER,
            password=PASSWORD, organisation=here, checked=True,
        )  # fmt: skip


def after(session: Session, days: int, *, limit: int = DAYS) -> None:
    """Let a night pass, that many days after she came."""
    session.rollback()
    with clock.stopped(A_WEDNESDAY + timedelta(days=days)):
        idling.watch(session, limit)
    session.rollback()


def locked(session: Session, user: User) -> datetime | None:
    session.rollback()
    session.refresh(user)
    return user.locked_at


def mails(session: Session, template: str) -> list[Message]:
    session.rollback()
    return list(session.scalars(select(Message).where(Message.template == template)))


def test_who_does_not_come_is_warned_once_and_then_locked(session: Session, noor: User) -> None:
    after(session, 75)
    assert not mails(session, "accounts.idle")
    for day in (76, 77, 89):
        after(session, day)
    (mail,) = mails(session, "accounts.idle")
    assert mail.address == TOLD["email"]
    assert locked(session, noor) is None
    after(session, 90)
    assert locked(session, noor)
    deeds = session.scalars(select(AuditEntry.deed).where(AuditEntry.subject_id == noor.id)).all()
    assert deeds[-2:] == ["user.idle_warned", "user.locked"]


def test_nobody_is_locked_who_was_not_warned_in_time(session: Session, noor: User) -> None:
    after(session, 300)
    assert locked(session, noor) is None
    after(session, 313)
    assert locked(session, noor) is None
    after(session, 314)
    assert locked(session, noor)


def test_who_comes_after_the_warning_is_not_missed(
    client: FlaskClient, session: Session, noor: User
) -> None:
    after(session, 80)
    with clock.stopped(A_WEDNESDAY + timedelta(days=85)):
        assert client.post("/sign-in", data=TOLD).status_code == 303
    after(session, 100)
    assert locked(session, noor) is None
    after(session, 161)
    assert len(mails(session, "accounts.idle")) == 2


def shut(session: Session) -> None:
    after(session, 76)
    after(session, 90)


def test_who_is_locked_is_out_at_once_and_told_why_with_the_right_password_only(
    client: FlaskClient, session: Session, noor: User
) -> None:
    client.sign_in(noor)
    assert client.get("/today").status_code == 200
    shut(session)
    assert client.get("/today").status_code == 303
    assert not session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all()
    wrong = client.post("/sign-in", data=TOLD | {"password": "three other words"})
    right = client.post("/sign-in", data=TOLD)
    assert (wrong.status_code, right.status_code) == (422, 422)
    assert "beheerder" not in wrong.text
    assert "beheerder" in right.text


def test_being_locked_ends_what_a_cookie_still_says(
    client: FlaskClient, session: Session, noor: User
) -> None:
    shut(session)
    client.sign_in(noor)
    assert client.get("/today").status_code in (302, 303, 403)
    assert client.get("/account").status_code == 200, "as a parent they are who they were"


def test_an_administrator_opens_it_again(
    app: Flask, client: FlaskClient, session: Session, make: Make, noor: User, here: Organisation
) -> None:
    shut(session)
    path = f"/people/{noor.memberships[0].id}"
    client.sign_in(make.user(Role.ADMIN, organisation=here))
    assert f"{path}/unlock" in client.get(path).text
    stranger = app.test_client()
    stranger.sign_in(make.user(Role.ADMIN))
    assert stranger.post(f"{path}/unlock").status_code in (403, 404)
    assert locked(session, noor)
    with clock.stopped(A_WEDNESDAY + timedelta(days=100)):
        assert client.post(f"{path}/unlock").status_code == 303
    assert locked(session, noor) is None
    assert f"{path}/unlock" not in client.get(path).text
    assert client.post(f"{path}/unlock").status_code == 303, "it was open already"
    after(session, 175)
    assert locked(session, noor) is None, "days count from the day on which it was opened"
    with clock.stopped(A_WEDNESDAY + timedelta(days=101)):
        assert app.test_client().post("/sign-in", data=TOLD).status_code == 303
    assert [mail.subject_ids["what"] for mail in mails(session, "accounts.changed")] == [
        "locked", "unlocked",
    ]  # fmt: skip


def test_the_command_line_opens_it_too(app: Flask, session: Session, noor: User) -> None:
    shut(session)
    runner = app.test_cli_runner()
    told = runner.invoke(main, ["users", "unlock", TOLD["email"], "--yes"])
    assert told.exit_code == 0, told.output
    assert locked(session, noor) is None
    assert runner.invoke(main, ["users", "unlock", TOLD["email"], "--yes"]).exit_code == 1


def test_who_carries_cases_is_seen_to_be_missing(
    session: Session, make: Make, here: Organisation
) -> None:
    with clock.stopped(A_WEDNESDAY):
        officer = make.user(Role.PROTECTION_OFFICER, organisation=here)
        leader = make.user(Role.COORDINATOR, organisation=here)
    officer_id, leader_mail = officer.id, leader.email
    shut(session)
    with clock.stopped(A_WEDNESDAY + timedelta(days=90)):
        assert away.deputies(session, here.id)[officer_id] is None
        absences.watch(session)
    told = [mail.address for mail in mails(session, "absences.officer")]
    assert leader_mail in told


def test_the_last_administrator_and_the_municipality_stay(
    session: Session, make: Make, here: Organisation
) -> None:
    with clock.stopped(A_WEDNESDAY):
        admins = [make.user(Role.ADMIN, organisation=here) for _ in range(2)]
        reader = make.user(Role.MUNICIPALITY)
        parent = make.parent()
    shut(session)
    assert sorted(bool(locked(session, one)) for one in admins) == [False, True]
    assert locked(session, reader) is None
    assert locked(session, parent) is None


def test_it_can_be_switched_off_and_is_checked(app: Flask, session: Session, noor: User) -> None:
    after(session, 400, limit=0)
    assert not mails(session, "accounts.idle")
    there = environment(app.extensions["kinderwerk_settings"])
    assert Settings.from_environment(there).idle_days == 90
    assert Settings.from_environment(there | {"KINDERWERK_IDLE_DAYS": "0"}).idle_days == 0
    for wrong in ("29", "-1", "soon", "99999"):
        with pytest.raises(Misconfigured, match="KINDERWERK_IDLE_DAYS"):
            Settings.from_environment(there | {"KINDERWERK_IDLE_DAYS": wrong})
