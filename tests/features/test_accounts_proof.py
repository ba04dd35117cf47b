"""Proving once more who one is, before what is sealed opens; and codes that work exactly once."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import RecoveryCode, User
from kinderwerk.accounts.rules import GRACE, PROOF_LASTS
from kinderwerk.accounts.service import add_user
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import Area, Level, Subject
from tests.features.test_accounts_factor import pass_by, set_up, sign_in
from tests.make import A_WEDNESDAY, Make

PASSWORD = "three words together"
NOTE = {"kind": "observation", "text": "x", "observed_on": "2031-05-14"}


class Worker:
    """A worker with a telephone and a signal, who comes in on a Wednesday."""

    def __init__(self, session: Session, make: Make, client: FlaskClient) -> None:
        self.client, self.here = client, make.organisation()
        self.user = add_user(
            session, SYSTEM, email="w@example.org", name="W", role=Role.WORKER,
            password=PASSWORD, organisation=self.here, checked=True,
        )  # fmt: skip
        self.signal = make.save(
            Signal(
                organisation_id=self.here.id, author_id=self.user.id, owner_id=self.user.id,
                subject=Subject.GROUP, area=Area.SOCIAL, level=Level.CONCERN,
                observed_on=A_WEDNESDAY.date(), review_on=A_WEDNESDAY.date(),
            )
        )  # fmt: skip
        self.path = f"/signals/{self.signal.id}"
        with clock.stopped(A_WEDNESDAY):
            sign_in(client)
            self.secret, self.codes = set_up(client)

    def code(self, at: datetime) -> str:
        return TOTP(self.secret).at(at)

    def busy_until(self, at: datetime) -> None:
        """Come by every half hour."""
        moment = A_WEDNESDAY
        while moment < at:
            moment = min(moment + timedelta(minutes=30), at)
            with clock.stopped(moment):
                assert self.client.get("/signals/").status_code == 200


@pytest.fixture
def worker(session: Session, make: Make, client: FlaskClient) -> Worker:
    return Worker(session, make, client)


def test_what_is_sealed_asks_for_a_fresh_proof(worker: Worker, session: Session) -> None:
    worker.busy_until(A_WEDNESDAY + PROOF_LASTS - timedelta(minutes=1))
    with clock.stopped(A_WEDNESDAY + PROOF_LASTS - timedelta(seconds=1)):
        assert worker.client.get(worker.path).status_code == 200
    later = A_WEDNESDAY + PROOF_LASTS
    with clock.stopped(later):
        asked = worker.client.get(worker.path)
        assert asked.location == f"/sign-in/proof?next={worker.path}"
        assert worker.client.get(asked.location).status_code == 200
        assert worker.client.post(asked.location, data={"code": "123456"}).status_code == 422
        proof = {"code": worker.code(later)}
        assert worker.client.post(asked.location, data=proof).location == worker.path
        assert worker.client.get(worker.path).status_code == 200


def test_lists_and_writing_down_ask_nothing(worker: Worker) -> None:
    later = A_WEDNESDAY + timedelta(hours=3)
    worker.busy_until(later)
    with clock.stopped(later):
        for path in ("/signals/", "/signals/new", "/support/", "/referrals/", "/account"):
            assert worker.client.get(path).status_code == 200, path


def test_a_text_written_meanwhile_is_not_lost(worker: Worker) -> None:
    opened = A_WEDNESDAY + PROOF_LASTS - timedelta(minutes=1)
    worker.busy_until(opened)
    with clock.stopped(opened):
        assert worker.client.get(f"{worker.path}/note").status_code == 200
    with clock.stopped(opened + GRACE - timedelta(minutes=1)):
        answer = worker.client.post(f"{worker.path}/note", data=NOTE)
        assert "proof" not in (answer.location or "")
    worker.busy_until(opened + GRACE + timedelta(hours=1))
    with clock.stopped(opened + GRACE + timedelta(hours=1)):
        answer = worker.client.post(f"{worker.path}/note", data=NOTE)
        assert answer.location == f"/sign-in/proof?next={worker.path}/note"


def test_who_may_not_open_it_is_asked_nothing(app: Flask, worker: Worker, make: Make) -> None:
    stranger = app.test_client()
    stranger.sign_in(make.worker())
    assert stranger.get(worker.path).status_code == 404


def test_a_new_password_and_another_phone_ask_too(worker: Worker) -> None:
    later = A_WEDNESDAY + timedelta(hours=2)
    worker.busy_until(later)
    with clock.stopped(later):
        for path in ("/account/password", "/account/second-factor", "/account/close"):
            assert worker.client.get(path).location == f"/sign-in/proof?next={path}"


def test_without_a_second_factor_the_password_proves_it(
    client: FlaskClient, session: Session, make: Make
) -> None:
    add_user(
        session, SYSTEM, email="w@example.org", name="W", role=Role.VOLUNTEER, password=PASSWORD,
        organisation=make.organisation(),
    )  # fmt: skip
    with clock.stopped(A_WEDNESDAY):
        sign_in(client)
        assert client.get("/account/password").status_code == 200
    with clock.stopped(A_WEDNESDAY + timedelta(minutes=90)):
        asked = client.get("/account/password").location
        assert client.post(asked, data={"current": "wrong"}).status_code == 422
        assert client.post(asked, data={"current": PASSWORD}).location == "/account/password"
        assert client.get("/account/password").status_code == 200
        assert "user.proved" in set(session.scalars(select(AuditEntry.deed)))


def test_who_has_nothing_to_prove_it_with_is_not_asked(client: FlaskClient, make: Make) -> None:
    client.sign_in(make.parent())
    assert client.get("/sign-in/proof").status_code == 303
    assert client.get("/account/close").status_code == 200


def test_guessing_a_proof_stops(worker: Worker) -> None:
    later = A_WEDNESDAY + timedelta(hours=2)
    worker.busy_until(later)
    with clock.stopped(later):
        answers = [
            worker.client.post("/sign-in/proof", data={"code": f"{n:06}"}).status_code
            for n in range(12)
        ]
    assert answers == [422] * 10 + [429] * 2


def press(app: Flask, count: int, path: str, data: dict[str, str]) -> list[int]:
    """Let that many browsers of one person send the same form at once."""
    clients = [app.test_client() for _ in range(count)]
    for one in clients:
        sign_in(one)
    onlooker = app.extensions.pop("onlooker")
    onlooker.rollback()
    gate, answers = Barrier(count), []

    def send(one: FlaskClient, at: datetime) -> None:
        with clock.stopped(at):
            gate.wait()
            answers.append(one.post(path, data=data).status_code)

    threads = [Thread(target=send, args=(one, clock.now())) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_a_code_sent_from_two_tabs_at_once_works_in_one(app: Flask, worker: Worker) -> None:
    later = A_WEDNESDAY + timedelta(minutes=5)
    with clock.stopped(later):
        assert press(app, 4, "/sign-in/second-factor", {"code": worker.code(later)}) == [
            303, 422, 422, 422,
        ]  # fmt: skip


def test_a_recovery_code_sent_twice_at_once_works_once(
    app: Flask, session: Session, worker: Worker
) -> None:
    with clock.stopped(A_WEDNESDAY + timedelta(minutes=5)):
        assert press(app, 3, "/sign-in/second-factor", {"code": worker.codes[0]}) == [303, 422, 422]
    session.rollback()
    used = select(RecoveryCode).where(RecoveryCode.used_at.is_not(None))
    assert len(session.scalars(used).all()) == 1


def test_a_clock_that_jumps_back_makes_no_used_code_valid(app: Flask, worker: Worker) -> None:
    later = A_WEDNESDAY + timedelta(minutes=5)
    old, new = worker.code(A_WEDNESDAY + timedelta(minutes=2)), worker.code(later)
    with clock.stopped(later):
        one = app.test_client()
        sign_in(one)
        assert pass_by(one, new) == 303
    for back, code in ((timedelta(), new), (timedelta(minutes=3), old), (timedelta(hours=1), new)):
        with clock.stopped(later - back):
            thief = app.test_client()
            sign_in(thief)
            assert pass_by(thief, code) == 422


def test_a_proof_never_comes_from_somebody_else(
    app: Flask, worker: Worker, make: Make, session: Session
) -> None:
    other = make.worker(organisation=worker.here)
    client = app.test_client()
    client.sign_in(other)
    with clock.stopped(A_WEDNESDAY + timedelta(minutes=5)):
        data = {"code": worker.code(clock.now())}
        assert client.post("/sign-in/second-factor", data=data).status_code == 303, "to set it up"
        assert session.get_one(User, other.id).factor_confirmed_at is None


def test_a_proof_shuts_out_whoever_copied_the_cookie_before(app: Flask, worker: Worker) -> None:
    later = A_WEDNESDAY + PROOF_LASTS
    worker.busy_until(later)
    thief = app.test_client()
    with worker.client.session_transaction() as mine, thief.session_transaction() as copied:
        copied.update(mine)
    with clock.stopped(later):
        assert thief.get("/account").status_code == 200
        proof = {"code": worker.code(later)}
        assert worker.client.post("/sign-in/proof", data=proof).status_code == 303
        assert thief.get("/account").location.startswith("/sign-in")
        assert worker.client.get(worker.path).status_code == 200
