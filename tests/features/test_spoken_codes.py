"""A code that a worker reads out: once, for ten minutes, and never for staff."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation, User
from kinderwerk.core import clock
from kinderwerk.door.models import SpokenCode
from kinderwerk.families import queries as families
from kinderwerk.families.models import Care, Carer, Child, Family
from kinderwerk.messages.models import Message
from tests.make import A_WEDNESDAY, Make

TOLD = "opent niets"


class Door:
    """A child with a parent as whom nobody signs in yet."""

    def __init__(self, client: FlaskClient, session: Session, make: Make) -> None:
        self.client, self.session, self.make = client, session, make
        self.worker = make.worker()
        here = self.worker.current_memberships[0].organisation
        assert here
        family = Family(organisation_id=here.id)
        carer = Carer(
            organisation_id=here.id, family=family, name="Fatma", phone="06 12345678",
            email="fatma@example.org",
        )  # fmt: skip
        make.save(family, carer)
        self.child: Child = make.child(family)
        self.care: Care = self.child.cares[0]

    def code(self) -> str:
        self.client.sign_in(self.worker)
        page = self.client.post(f"/children/{self.child.id}/code/{self.care.id}").text
        self.client.post("/sign-out")
        spoken = page.split('class="door-code"')[1].split("</p>")[0]
        return "".join(re.findall(r"<span>(\d\d)</span>", spoken))

    def types(self, code: str) -> int:
        return self.client.post("/sign-in/code", data={"code": code}).status_code

    def sees(self) -> bool:
        self.session.rollback()
        user_id = self.session.get_one(Carer, self.care.carer_id).user_id
        user = self.session.get(User, user_id) if user_id else None
        return bool(user and families.mine(self.session, user.actor()))


@pytest.fixture
def door(client: FlaskClient, session: Session, make: Make) -> Door:
    return Door(client, session, make)


def test_a_parent_comes_in_once(door: Door, session: Session) -> None:
    code = door.code()
    eastern = "".join(chr(0x6F0 + int(sign)) for sign in code)
    assert door.types(f" {eastern[:4]} {eastern[4:]} ") == 303
    assert door.client.get("/family").status_code == 200
    assert door.sees()
    door.client.post("/sign-out")
    assert TOLD in door.client.post("/sign-in/code", data={"code": code}).text
    (told,) = session.scalars(select(Message.template))
    assert told == "door.code_made"


def test_a_code_that_looks_like_a_citizen_number_opens_too(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs = iter("84240350")
    monkeypatch.setattr("kinderwerk.door.codes.secrets.choice", lambda _: next(signs))
    assert door.types(door.code()) == 303


def test_only_the_newest_code_works_and_not_for_long(door: Door) -> None:
    with clock.stopped(A_WEDNESDAY):
        first, second = door.code(), door.code()
        assert door.types(first) == 422
    with clock.stopped(A_WEDNESDAY + timedelta(minutes=16)):
        assert door.types(second) == 422
    assert not door.sees()


def test_nobody_who_works_here_uses_a_code(door: Door) -> None:
    code = door.code()
    door.client.sign_in(door.worker)
    assert "eigen telefoon" in door.client.post("/sign-in/code", data={"code": code}).text
    assert not door.sees()


def test_a_parent_who_is_signed_in_goes_on_as_themselves(door: Door, session: Session) -> None:
    code, parent = door.code(), door.make.parent()
    door.client.sign_in(parent)
    assert door.types(code) == 303
    session.rollback()
    assert session.get_one(Carer, door.care.carer_id).user_id == parent.id


def test_an_account_with_an_address_is_opened_by_no_code(door: Door, session: Session) -> None:
    here = session.get_one(Organisation, door.child.organisation_id)
    family = door.make.family(here)
    child = door.make.child(family)
    door.client.sign_in(door.worker)
    page = door.client.post(f"/children/{child.id}/code/{child.cares[0].id}").text
    assert "door-code" not in page
    assert session.scalars(select(SpokenCode)).all() == []


def test_who_guesses_is_stopped(door: Door) -> None:
    answers = [door.types("00000000") for _ in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429


def test_volunteers_parents_and_strangers_make_no_code(door: Door) -> None:
    for person in (door.make.parent(), door.make.worker()):
        door.client.sign_in(person)
        answer = door.client.post(f"/children/{door.child.id}/code/{door.care.id}")
        assert answer.status_code == 404
