"""Short messages to telephones: by a gateway on this machine, and never a word too many."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.audit import service as audit
from kinderwerk.config import Sms
from kinderwerk.core import clock
from kinderwerk.families.models import Care, Carer
from kinderwerk.families.reaching import Way, way
from kinderwerk.messages import phones, sms, worker
from kinderwerk.messages.gateway import ways
from kinderwerk.messages.models import Message
from kinderwerk.messages.rules import Channel, Fate, why
from kinderwerk.signups import service as signups
from kinderwerk.signups.rules import SignUp
from kinderwerk.storage.work import unit_of_work
from tests.make import Make


class Gateway(BaseHTTPRequestHandler):
    """Takes short messages and keeps them; the fake at the edge."""

    got: list[tuple[dict[str, str], str]]
    answers: list[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.got.append((dict(self.headers), body))
        code = self.answers.pop(0) if self.answers else 202
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "http://localhost:1/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def gateway(app: Flask) -> Iterator[type[Gateway]]:
    class Fresh(Gateway):
        got: list[tuple[dict[str, str], str]] = []
        answers: list[int] = []

    server = HTTPServer(("127.0.0.1", 0), Fresh)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    made = app.extensions["kinderwerk_settings"]
    told = Sms(
        url=f"http://127.0.0.1:{server.server_port}/send?as=us",
        body={"to": "{to}", "text": "{text}", "reference": "{id}"},
        headers={"Authorization": "Bearer secret"},
    )
    app.extensions["kinderwerk_settings"] = replace(made, sms=told)
    ways.load("NL")
    yield Fresh
    ways.load(None)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def told(session: Session, make: Make, gateway: type[Gateway]) -> Message:
    """A parent who wants to be told by telephone is told of a place."""
    here, parent = make.organisation(), make.parent()
    family = make.family(here, parent)
    child = make.child(family, first_name="Noor")
    with unit_of_work(session):
        carer = session.scalars(select(Carer)).one()
        carer.channel = Channel.SMS
        audit.record(session, SYSTEM, "test.changed", carer.id)
    club = make.activity(make.worker(organisation=here), title="Woodwork")
    signups.sign_up(session, parent.actor(), SignUp(activity_id=club.id, child_ids=(child.id,)))
    message = session.scalars(select(Message).where(Message.template == "signup.confirmed")).one()
    assert (message.channel, message.address) == (Channel.SMS, "+31612345678")
    return message


@pytest.mark.parametrize("email", [None, "a.parent@example.org"])
def test_nothing_goes_to_a_number_of_somebody_who_may_hear_nothing(
    session: Session, make: Make, told: Message, email: str | None
) -> None:
    """The one who is told changes the number only later, when nothing is held back any more."""
    mine = session.scalars(select(Carer)).one()
    child = mine.cares[0].child
    other = make.save(
        Carer(
            organisation_id=mine.organisation_id, family=child.family, name="Ali",
            phone="06 87654321",
        )
    )  # fmt: skip
    tie = {"portal_access": False, "contact_allowed": False}
    make.save(Care(organisation_id=mine.organisation_id, child=child, carer=other, **tie))
    with unit_of_work(session):
        carer = session.get_one(Carer, mine.id)
        carer.phone, carer.email = "+31 6 87654321", email
        audit.record(session, SYSTEM, "test.changed", carer.id)
    assert way(carer) == (Way(Channel.MAIL, email) if email else None)


def fate(session: Session, message: Message) -> Fate:
    session.rollback()
    return session.get_one(Message, message.id).fate


def test_who_wants_it_is_told_by_telephone_in_few_words_and_without_a_name(
    app: Flask, session: Session, told: Message, gateway: type[Gateway]
) -> None:
    worker.turn(app)
    ((headers, body),) = gateway.got
    sent = json.loads(body)
    assert sent["to"] == "+31612345678"
    assert sent["text"].startswith("Er is plek: Woodwork. http")
    assert "Noor" not in body
    assert headers["Authorization"] == "Bearer secret"
    assert fate(session, told) is Fate.SENT


def test_what_goes_wrong_is_tried_again_but_not_what_never_will_work(
    app: Flask, session: Session, told: Message, gateway: type[Gateway]
) -> None:
    gateway.answers = [503]
    worker.turn(app)
    assert fate(session, told) is Fate.WAITING
    gateway.answers = [422]
    with clock.stopped(clock.now() + timedelta(minutes=2)):
        worker.turn(app)
    assert fate(session, told) is Fate.FAILED
    assert "text message" in why(session.get_one(Message, told.id).failure)


def test_a_redirect_is_not_followed_and_the_secret_stays_here(
    app: Flask, session: Session, told: Message, gateway: type[Gateway]
) -> None:
    gateway.answers = [302]
    worker.turn(app)
    assert fate(session, told) is Fate.WAITING
    assert len(gateway.got) == 1


def test_a_form_is_sent_where_a_gateway_wants_one(
    app: Flask, told: Message, gateway: type[Gateway]
) -> None:
    made = app.extensions["kinderwerk_settings"]
    app.extensions["kinderwerk_settings"] = replace(made, sms=replace(made.sms, as_form=True))
    worker.turn(app)
    assert parse_qs(gateway.got[0][1])["to"] == ["+31612345678"]


def test_without_a_gateway_everybody_is_told_by_mail(
    app: Flask, session: Session, make: Make, client: FlaskClient
) -> None:
    parent = make.parent()
    here = make.organisation()
    make.child(make.family(here, parent))
    client.sign_in(parent)
    page = client.get(f"/family/messages/{here.id}").text
    assert 'value="sms"' not in page


@pytest.mark.parametrize(("email", "chosen"), [(None, "sms"), ("a@example.org", "mail")])
def test_somebody_without_an_address_is_not_offered_mail_first(
    session: Session, make: Make, gateway: type[Gateway], client: FlaskClient,
    email: str | None, chosen: str,
) -> None:  # fmt: skip
    here, parent = make.organisation(), make.parent()
    make.child(make.family(here, parent))
    with unit_of_work(session):
        carer = session.scalars(select(Carer)).one()
        carer.email = email
        audit.record(session, SYSTEM, "test.changed", carer.id)
    client.sign_in(parent)
    page = client.get(f"/family/messages/{here.id}").text
    ticked = [one for one in re.findall(r"<input[^>]*>", page) if "checked" in one]
    assert [one for one in ticked if 'name="channel"' in one and f'value="{chosen}"' in one]
    assert len([one for one in ticked if 'name="channel"' in one]) == 1


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("06 12345678", "+31612345678"), ("0031 6 12 34 56 78", "+31612345678"),
        ("+49 1512 3456789", "+4915123456789"), ("06-1234", None), ("112", None), ("", None),
        ("06 1234567x", None), ("+999 123456789", None),
    ],
)  # fmt: skip
def test_numbers_are_written_as_the_world_writes_them(typed: str, normal: str | None) -> None:
    assert phones.normal(typed, "NL") == normal


@pytest.mark.parametrize(
    ("words", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("ş" * 70, 1), ("ş" * 71, 2),
     ("👋" * 35, 1), ("👋" * 36, 2)],
)  # fmt: skip
def test_words_are_counted_as_networks_count_them(words: str, parts: int) -> None:
    assert sms.parts(words) == parts


@given(st.text(max_size=600))
def test_no_message_is_too_long_and_its_link_stays_whole(words: str) -> None:
    link = "https://example.org/offers/" + "x" * 80
    fitted = sms.fitted(f"{words} {link}")
    assert sms.parts(fitted) <= sms.MOST_PARTS
    assert fitted.endswith(link)
