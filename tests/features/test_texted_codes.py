"""A code by text message, for who reads no mail: the same answer for whoever asks."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.door.models import SpokenCode
from kinderwerk.families.models import Care, Carer, Child, Family
from kinderwerk.messages.gateway import ways
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import render
from kinderwerk.messages.rules import Channel
from kinderwerk.storage.work import unit_of_work
from tests.make import Make
from tests.pages import hidden

NUMBER = "+31612345678"


@pytest.fixture(autouse=True)
def gateway(app: Flask) -> Iterator[None]:
    ways.load("NL")
    yield
    ways.load(None)


class Phone:
    """A mother without an address, and a worker who can say that she answers."""

    def __init__(self, app: Flask, client: FlaskClient, session: Session, make: Make) -> None:
        self.app, self.client, self.session = app, client, session
        self.worker = make.worker()
        here = self.worker.current_memberships[0].organisation
        assert here
        family = Family(organisation_id=here.id)
        self.carer = Carer(organisation_id=here.id, family=family, name="Fatma", phone="06 1")
        make.save(family, self.carer)
        self.child: Child = make.child(family)
        self.who = f"/children/care/{self.child.cares[0].id}/who"

    def corrected(self, **given: str) -> int:
        self.client.sign_in(self.worker)
        sent = hidden(self.client.get(self.who).text)
        told = {"name": "Fatma Demir", "phone": "06 12345678", "asked": "y"}
        code = self.client.post(self.who, data=sent | told | given).status_code
        self.client.post("/sign-out")
        return code

    def asks(self, number: str = "06-12 34 56 78") -> tuple[int, str]:
        answer = self.client.post("/sign-in/phone", data={"phone": number})
        return answer.status_code, answer.location

    def reads(self) -> str:
        """Return the digits in the newest message."""
        self.session.rollback()
        newest = select(Message).order_by(Message.id.desc()).limit(1)
        message = self.session.scalars(newest).one()
        assert (message.channel, message.address) == (Channel.SMS, NUMBER)
        with self.app.test_request_context():
            mail = render(self.session, message)
        assert mail
        assert mail.short
        return re.findall(r"\d{8}", mail.short)[0]


@pytest.fixture
def phone(app: Flask, client: FlaskClient, session: Session, make: Make) -> Phone:
    return Phone(app, client, session, make)


def test_who_answers_at_a_confirmed_number_comes_in_once(phone: Phone, session: Session) -> None:
    assert phone.corrected() == 303
    known, unknown = phone.asks(), phone.asks("06 87654321")
    assert known == unknown
    code = phone.reads()
    assert phone.client.get("/sign-in/code?texted=1").status_code == 200
    with clock.stopped(clock.now() + timedelta(minutes=16)):
        assert phone.client.post("/sign-in/code", data={"code": code}).status_code == 422
    assert phone.client.post("/sign-in/code", data={"code": code}).status_code == 303
    assert phone.child.first_name in phone.client.get("/family").text
    phone.client.post("/sign-out")
    assert phone.client.post("/sign-in/code", data={"code": code}).status_code == 422
    assert session.scalars(select(SpokenCode)).all() == []


def test_a_number_that_nobody_confirmed_gets_nothing(phone: Phone, session: Session) -> None:
    assert phone.corrected(asked="") == 303
    told = session.scalars(select(Message.template)).all()
    phone.asks()
    assert session.scalars(select(Message.template)).all() == told == ["custody.corrected"]
    assert phone.corrected(phone="06 1", asked="y") == 422


def test_asking_too_often_is_refused_whoever_it_is(phone: Phone) -> None:
    phone.corrected()
    for number in ("06 12345678", "06 87654321"):
        codes = [phone.client.post("/sign-in/phone", data={"phone": number}).status_code
                 for _ in range(4)]  # fmt: skip
        assert codes == [303, 303, 303, 429]


def test_who_may_hear_nothing_of_the_child_gets_no_code_at_a_number_that_both_have(
    phone: Phone, session: Session, make: Make
) -> None:
    phone.corrected()
    father = Carer(
        organisation_id=phone.carer.organisation_id, family=phone.child.family, name="Ali",
        phone="0612345678",
    )  # fmt: skip
    make.save(father)
    tie = {"portal_access": False, "contact_allowed": False}
    make.save(Care(organisation_id=father.organisation_id, child=phone.child, carer=father, **tie))
    before = len(session.scalars(select(Message)).all())
    phone.asks()
    assert len(session.scalars(select(Message)).all()) == before


def test_a_parent_confirms_the_number_and_that_code_lets_nobody_in(
    phone: Phone, session: Session
) -> None:
    phone.corrected()
    phone.asks()
    phone.client.post("/sign-in/code", data={"code": phone.reads()})
    with unit_of_work(session):
        carer = session.get_one(Carer, phone.carer.id)
        carer.confirmed_phone = None
        audit.record(session, SYSTEM, "test.changed", carer.id)
    here = f"/family/{phone.carer.organisation_id}/phone"
    assert here in phone.client.get("/family").text
    assert phone.client.post(f"{here}/code").status_code == 303
    code = phone.reads()
    assert phone.client.post("/sign-in/code", data={"code": code}).status_code == 422
    assert phone.client.post(here, data={"code": "00000000"}).status_code == 422
    assert phone.client.post(here, data={"code": code}).status_code == 303
    session.rollback()
    assert session.get_one(Carer, phone.carer.id).confirmed_phone == NUMBER


def test_two_who_correct_one_name_are_told_of_each_other(phone: Phone, session: Session) -> None:
    phone.client.sign_in(phone.worker)
    old = hidden(phone.client.get(phone.who).text)
    phone.corrected(name="Fatma Yildiz")
    phone.client.sign_in(phone.worker)
    late = phone.client.post(phone.who, data=old | {"name": "F. Demir", "phone": "06 12345678"})
    assert late.status_code in (409, 422)
    assert "Fatma Yildiz" in late.text
    assert "F. Demir" in late.text
    deeds = select(AuditEntry.deed).where(AuditEntry.deed == "carer.corrected")
    assert len(session.scalars(deeds).all()) == 1
