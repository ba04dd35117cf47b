"""The second factor: nothing opens without it, and no code works twice."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SECOND_FACTOR, SYSTEM, Role
from kinderwerk.accounts.models import FactorReset, RecoveryCode, User
from kinderwerk.accounts.service import add_user
from kinderwerk.accounts.tokens import signer
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.storage.work import unit_of_work
from tests.make import A_WEDNESDAY, Make

PASSWORD = "three words together"
NEEDED = sorted(SECOND_FACTOR)


def person(session: Session, make: Make, role: Role = Role.WORKER) -> User:
    return add_user(
        session, SYSTEM, email="w@example.org", name="W", role=role, password=PASSWORD,
        organisation=make.organisation(),
    )  # fmt: skip


def sign_in(client: FlaskClient, email: str = "w@example.org") -> None:
    answer = client.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303


def set_up(client: FlaskClient) -> tuple[str, list[str]]:
    """Scan the picture, as it were, and keep the codes."""
    page = client.get("/account/second-factor").text
    found = re.search(r'class="kw-secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert found
    secret = found[1].replace(" ", "")
    now = TOTP(secret).at(clock.now())
    assert client.post("/account/second-factor", data={"code": now}).status_code == 303
    shown = client.get("/account/recovery-codes").text
    codes = re.findall(r"<code>([a-z0-9-]+)</code>", shown)
    assert client.post("/account/recovery-codes", data={"kept": "y"}).status_code == 303
    return secret, codes


def pass_by(client: FlaskClient, code: str) -> int:
    return client.post("/sign-in/second-factor", data={"code": code}).status_code


@pytest.mark.parametrize("role", NEEDED)
def test_nothing_opens_before_it_is_set_up(
    client: FlaskClient, session: Session, make: Make, role: Role
) -> None:
    person(session, make, role)
    sign_in(client)
    for path in ("/account", "/people", "/messages", "/neighbourhoods/"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in/second-factor?next=")
    led = client.get("/sign-in/second-factor")
    assert led.location.startswith("/account/second-factor")
    set_up(client)
    assert client.get("/account").status_code == 200


def test_a_volunteer_needs_none(client: FlaskClient, session: Session, make: Make) -> None:
    person(session, make, Role.VOLUNTEER)
    sign_in(client)
    assert client.get("/account").status_code == 200


def test_it_is_waived_in_the_demo_only(
    app: Flask, client: FlaskClient, session: Session, make: Make
) -> None:
    app.extensions["kinderwerk_settings"] = replace(
        app.extensions["kinderwerk_settings"], demo=True
    )
    person(session, make)
    sign_in(client)
    assert client.get("/account").status_code == 200


def test_a_code_works_once_and_goes_on_where_one_was_going(
    app: Flask, client: FlaskClient, session: Session, make: Make
) -> None:
    person(session, make)
    with clock.stopped(A_WEDNESDAY):
        sign_in(client)
        secret, _ = set_up(client)
    later = A_WEDNESDAY + timedelta(minutes=5)
    with clock.stopped(later):
        code = TOTP(secret).at(later)
        sign_in(client)
        asked = client.get("/account?a=b")
        assert asked.location == "/sign-in/second-factor?next=/account?a%3Db"
        answer = client.post(asked.location, data={"code": f" {code[:3]} {code[3:]}"})
        assert answer.location == "/account?a=b"
        assert client.get("/account").status_code == 200
        thief = app.test_client()
        sign_in(thief)
        assert pass_by(thief, code) == 422


@pytest.mark.parametrize(
    ("seconds", "status"), [(-1, 422), (0, 303), (29, 303), (39, 303), (40, 422), (60, 422)]
)
def test_a_code_lasts_half_a_minute_and_while_somebody_types_it(
    client: FlaskClient, session: Session, make: Make, seconds: int, status: int
) -> None:
    person(session, make)
    with clock.stopped(A_WEDNESDAY):
        sign_in(client)
        secret, _ = set_up(client)
    later = A_WEDNESDAY + timedelta(hours=1)
    with clock.stopped(later + timedelta(seconds=seconds)):
        sign_in(client)
        assert pass_by(client, TOTP(secret).at(later)) == status


def test_guessing_codes_stops(client: FlaskClient, session: Session, make: Make) -> None:
    person(session, make)
    with clock.stopped(A_WEDNESDAY):
        sign_in(client)
        secret, _ = set_up(client)
        sign_in(client)
        for wrong in ("abc", "123456", "١٢٣٤٥٦", "é", "' OR 1=1", "<b>", "0", "-", "🙂", "x" * 40):
            assert pass_by(client, wrong) == 422
        assert pass_by(client, TOTP(secret).at(A_WEDNESDAY + timedelta(seconds=30))) == 429


def test_a_recovery_code_works_once(
    app: Flask, client: FlaskClient, session: Session, make: Make
) -> None:
    person(session, make)
    sign_in(client)
    _, codes = set_up(client)
    assert len(set(codes)) == 10
    sign_in(client)
    assert pass_by(client, codes[0].upper().replace("-", " ")) == 303
    other = app.test_client()
    sign_in(other)
    assert pass_by(other, codes[0]) == 422
    assert pass_by(other, codes[1]) == 303
    kept = " ".join(session.scalars(select(RecoveryCode.code_hash)))
    assert not any(code in kept for code in codes)


def test_a_code_is_kept_slowly_hashed_and_one_kept_the_older_way_still_opens(
    client: FlaskClient, session: Session, make: Make
) -> None:
    user = person(session, make)
    sign_in(client)
    _, codes = set_up(client)
    session.rollback()
    kept = list(session.scalars(select(RecoveryCode)))
    quick = signer.disguise(f"recovery code of {user.id}", codes[0].replace("-", ""))
    assert len({one.code_hash for one in kept}) == len(codes)
    assert {len(one.code_hash) for one in kept} == {43}
    with unit_of_work(session):
        for one in kept:
            session.delete(one)
        session.add(RecoveryCode(user_id=user.id, code_hash=quick))
    sign_in(client)
    assert pass_by(client, codes[1]) == 422
    assert pass_by(client, codes[0]) == 303


def test_codes_are_shown_once(client: FlaskClient, session: Session, make: Make) -> None:
    person(session, make)
    sign_in(client)
    set_up(client)
    assert client.get("/account/recovery-codes").location == "/account"


def test_new_codes_replace_the_old(client: FlaskClient, session: Session, make: Make) -> None:
    person(session, make)
    sign_in(client)
    _, codes = set_up(client)
    assert client.post("/account/recovery-codes/new", data={"code": "123"}).status_code == 422
    answer = client.post("/account/recovery-codes/new", data={"code": codes[0]})
    assert answer.status_code == 303
    sign_in(client)
    assert pass_by(client, codes[1]) == 422


def test_whoever_has_not_shown_it_cannot_set_up_another(
    client: FlaskClient, session: Session, make: Make
) -> None:
    person(session, make)
    sign_in(client)
    set_up(client)
    sign_in(client)
    for _ in range(2):
        answer = client.get("/account/second-factor")
        assert answer.location.startswith("/sign-in/second-factor")
        client.post("/act", data={"membership": "parent"})


def test_the_secret_is_sealed_and_reading_it_is_on_record(
    client: FlaskClient, session: Session, make: Make
) -> None:
    user = person(session, make)
    with clock.stopped(A_WEDNESDAY):
        sign_in(client)
        secret, _ = set_up(client)
    with client.session_transaction() as cookie:
        assert secret not in str(dict(cookie))
    sealed = session.scalar(text("SELECT factor_secret FROM user_account"))
    assert secret.encode() not in bytes(sealed)
    with clock.stopped(later := A_WEDNESDAY + timedelta(seconds=30)):
        sign_in(client)
        pass_by(client, TOTP(secret).at(later))
    deeds = session.scalars(select(AuditEntry.deed).where(AuditEntry.subject_id == user.id))
    assert {"user.factor_set_up", "user.factor_checked", "user.factor_passed"} <= set(deeds)


class House:
    """An organisation in which a colleague lost phone and codes."""

    def __init__(self, app: Flask, make: Make, lost: Role) -> None:
        self.app, self.here = app, make.organisation()
        self.admin = make.user(Role.ADMIN, organisation=self.here)
        self.colleague = make.user(
            lost, organisation=self.here, factor_confirmed_at=A_WEDNESDAY, factor_last_step=5
        )
        self.held = self.colleague.current_memberships[0].id

    def ask(self, user: User) -> int:
        return self.post(user, f"/people/{self.held}/second-factor")

    def post(self, user: User, path: str) -> int:
        client = self.app.test_client()
        client.sign_in(user)
        return int(client.post(path).status_code)


def test_for_who_reads_signals_a_second_person_agrees(
    app: Flask, session: Session, make: Make
) -> None:
    house = House(app, make, Role.WORKER)
    assert house.ask(house.admin) == 303
    wish = session.scalars(select(FactorReset)).one()
    assert wish.done_at is None
    agree = f"/second-factors/{wish.id}"
    stranger = make.user(Role.ADMIN)
    assert house.post(house.admin, agree) == 404, "whoever asked"
    assert house.post(house.colleague, agree) == 404, "whose factor it is"
    assert house.post(stranger, agree) == 404
    coordinator = make.user(Role.COORDINATOR, organisation=house.here)
    epoch = house.colleague.epoch
    assert house.post(coordinator, agree) == 303
    session.expire_all()
    assert house.colleague.factor_confirmed_at is None
    assert house.colleague.epoch == epoch + 1, "signed out everywhere"
    assert wish.agreed_by_id == coordinator.id


def test_nobody_is_the_second_person_to_themselves(
    app: Flask, session: Session, make: Make
) -> None:
    house = House(app, make, Role.COORDINATOR)
    house.ask(house.admin)
    wish = session.scalars(select(FactorReset)).one()
    assert house.post(house.colleague, f"/second-factors/{wish.id}") == 404


def test_a_wish_grows_old(app: Flask, session: Session, make: Make) -> None:
    house = House(app, make, Role.WORKER)
    with clock.stopped(A_WEDNESDAY):
        house.ask(house.admin)
    wish = session.scalars(select(FactorReset)).one()
    other = make.user(Role.ADMIN, organisation=house.here)
    with clock.stopped(A_WEDNESDAY + timedelta(days=8)):
        assert house.post(other, f"/second-factors/{wish.id}") == 404


def test_for_others_one_administrator_is_enough(app: Flask, session: Session, make: Make) -> None:
    house = House(app, make, Role.ADMIN)
    house.ask(house.admin)
    session.expire_all()
    assert house.colleague.factor_confirmed_at is None


def test_nobody_resets_their_own_or_that_of_another_organisation(
    app: Flask, session: Session, make: Make
) -> None:
    house = House(app, make, Role.ADMIN)
    assert house.ask(house.colleague) == 303
    assert house.ask(make.user(Role.ADMIN)) == 404
    assert house.ask(make.user(Role.COORDINATOR, organisation=house.here)) == 404
    session.expire_all()
    assert house.colleague.factor_confirmed_at


def test_the_command_line_helps_where_nobody_is_left(
    app: Flask, session: Session, make: Make
) -> None:
    house = House(app, make, Role.ADMIN)
    command = ["users", "reset-second-factor", house.colleague.email, "--yes"]
    assert app.test_cli_runner().invoke(args=command).exit_code == 0
    assert app.test_cli_runner().invoke(args=command).exit_code == 1
    session.rollback()
    assert house.colleague.factor_confirmed_at is None
