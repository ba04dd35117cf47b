"""The outbox reaches people: once, later when it must, and never the wrong words."""

import logging
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import override

from kinderwerk.access.vocabulary import Role
from kinderwerk.core import clock, hosts
from kinderwerk.messages import post, rendering, service, work, worker
from kinderwerk.messages.models import DueWork, Mailbox, Message
from kinderwerk.messages.queries import PAGE
from kinderwerk.messages.rendering import Mail
from kinderwerk.messages.rules import COME_BACK, LEASE, PAUSES, SPREAD, Fate, masked
from kinderwerk.storage.work import unit_of_work
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED

ADDRESS = f"{PLANTED}@example.org".lower()


class Postman:
    """A mail server that keeps what it gets; the fake at the edge."""

    def __init__(self) -> None:
        self.bag: list[Any] = []
        self.answers: list[str] = []
        self.takes: list[str] = []  # what it says after the words
        self.drops = 0

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.drops:
            self.drops -= 1
            server.transport.abort()
            return "250 OK"
        self.bag.append(envelope)
        return self.takes.pop(0) if self.takes else "250 OK"

    @property
    def texts(self) -> list[str]:
        return [envelope.content.decode() for envelope in self.bag]


class AnyPort(Controller):
    """Listens on whichever port is free."""

    @override
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def postman(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postman]:
    monkeypatch.setattr(logging.getLogger("mail.log"), "disabled", True)  # the server's, not ours
    postman = Postman()
    controller = AnyPort(postman, hostname="127.0.0.1", port=0)
    controller.start()
    made = app.extensions["kinderwerk_settings"]
    app.extensions["kinderwerk_settings"] = replace(
        made, smtp_url=f"smtp://127.0.0.1:{controller.port}"
    )
    yield postman
    controller.stop()


@pytest.fixture(autouse=True)
def templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "TEMPLATES", dict(rendering.TEMPLATES))

    @rendering.register("test.greeting", "Greeting")
    def greeting(session: Session, message: Message) -> Mail | None:
        if message.subject_ids["whom"] == "nobody":
            return None
        if message.subject_ids["whom"] == "broken":
            raise ValueError(PLANTED)
        return Mail("Grüße", f"Dear {message.subject_ids['whom']}", f"<p>{message.language}</p>")


def tell(session: Session, key: str = "one", **given: Any) -> None:
    made_up = {"template": "test.greeting", "address": ADDRESS, "whom": "you"}
    with unit_of_work(session):
        service.tell(session, key=key, **made_up | given)


def message(session: Session, key: str = "one") -> Message:
    session.rollback()
    return session.scalars(select(Message).where(Message.key == key)).one()


def test_what_is_told_is_sent_once(app: Flask, session: Session, postman: Postman) -> None:
    tell(session)
    tell(session)
    assert worker.turn(app)
    worker.turn(app)
    (envelope,) = postman.bag
    assert envelope.rcpt_tos == [ADDRESS]
    assert message(session).fate is Fate.SENT


def test_dates_come_along_as_a_file_for_calendars(
    app: Flask, session: Session, postman: Postman
) -> None:
    dates = b"BEGIN:VCALENDAR\r\nSUMMARY:Knutselen \xe2\x9c\x82\r\nEND:VCALENDAR\r\n"

    @rendering.register("test.dates", "Dates")
    def with_dates(session: Session, message: Message) -> Mail:
        return Mail("Dates", "Come.", "<p>Come.</p>", dates)

    tell(session, template="test.dates")
    worker.turn(app)
    (envelope,) = postman.bag
    mail = message_from_bytes(envelope.content, policy=default)
    (file,) = mail.iter_attachments()
    assert (file.get_content_type(), file["Content-Type"].params["method"]) == (
        "text/calendar", "PUBLISH",
    )  # fmt: skip
    assert file.get_content().encode().split() == dates.split()
    assert mail.get_body(("html",)) is not None


def test_what_was_rolled_back_is_never_told(app: Flask, session: Session, postman: Postman) -> None:
    def fail() -> None:
        with unit_of_work(session):
            tell(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    worker.turn(app)
    assert postman.bag == []


def test_a_mail_waits_for_its_time(app: Flask, session: Session, postman: Postman) -> None:
    tell(session, due_at=A_WEDNESDAY)
    worker.turn(app)
    assert postman.bag == []
    with clock.stopped(A_WEDNESDAY + timedelta(seconds=1)):
        worker.turn(app)
    assert len(postman.bag) == 1


def test_a_mail_that_has_nothing_to_tell_any_more_is_dropped(
    app: Flask, session: Session, postman: Postman
) -> None:
    tell(session, whom="nobody")
    worker.turn(app)
    assert postman.bag == []
    assert message(session).fate is Fate.DROPPED


def test_a_full_mailbox_is_tried_again_later_and_then_given_up(
    app: Flask, session: Session, postman: Postman
) -> None:
    now = A_WEDNESDAY
    with clock.stopped(now):
        tell(session)
    postman.answers = ["452 full"] * 20
    for pause in PAUSES:
        with clock.stopped(now):
            worker.turn(app)
            worker.turn(app)
            assert message(session).fate is Fate.WAITING
        now += pause * (1 + SPREAD)
    with clock.stopped(now):
        worker.turn(app)
    assert message(session).fate is Fate.FAILED
    assert message(session).attempts == len(PAUSES) + 1
    assert message(session).failure == "SMTPRecipientsRefused 452"


def test_an_address_of_nobody_fails_at_once(app: Flask, session: Session, postman: Postman) -> None:
    tell(session)
    tell(session, "other", address="here@example.org")
    postman.answers = ["550 unknown"]
    worker.turn(app)
    assert message(session).fate is Fate.FAILED
    assert message(session, "other").fate is Fate.SENT


def test_a_server_that_hangs_up_in_the_middle_costs_one_mail_its_turn_and_no_other(
    app: Flask, session: Session, postman: Postman
) -> None:
    tell(session)
    tell(session, "other", address="here@example.org")
    postman.drops = 1
    worker.turn(app)
    assert message(session).fate is Fate.WAITING
    assert message(session, "other").fate is Fate.SENT
    with clock.stopped(clock.now() + 2 * PAUSES[0]):
        worker.turn(app)
    assert len(postman.bag) == 2


def test_a_server_that_refuses_the_words_is_asked_again(
    app: Flask, session: Session, postman: Postman
) -> None:
    tell(session)
    tell(session, "other", address="here@example.org")
    postman.takes = ["451 later"]
    worker.turn(app)
    assert (message(session).fate, message(session).failure) == (
        Fate.WAITING, "SMTPDataError 451",
    )  # fmt: skip
    assert message(session, "other").fate is Fate.SENT


def test_a_server_that_says_nothing_is_waited_for_once(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        made = app.extensions["kinderwerk_settings"]
        url = f"smtp://127.0.0.1:{mute.getsockname()[1]}"
        app.extensions["kinderwerk_settings"] = replace(made, smtp_url=url)
        tell(session)
        tell(session, "other")
        worker.turn(app)
    assert message(session).failure == message(session, "other").failure
    assert message(session).failure == "SMTPServerDisconnected"
    assert message(session).fate is Fate.WAITING


def test_who_dies_between_sending_and_noting_it_sends_the_same_mail_again(
    app: Flask, session: Session, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(session)
    with monkeypatch.context() as patched:
        patched.setattr(service, "sent", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            worker.turn(app)
    with clock.stopped(clock.now() + 2 * LEASE):
        worker.turn(app)
    ids = [message_from_bytes(one.content)["Message-ID"] for one in postman.bag]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_each_mail_has_a_sender_to_which_it_comes_back(
    app: Flask, session: Session, postman: Postman
) -> None:
    made = app.extensions["kinderwerk_settings"]
    app.extensions["kinderwerk_settings"] = replace(made, bounce_domain="bounce.example.org")
    tell(session)
    worker.turn(app)
    (envelope,) = postman.bag
    assert envelope.mail_from.startswith(f"b-{message(session).id}-")
    assert "b-" not in message_from_bytes(envelope.content)["From"]
    assert b"Sender" not in envelope.content


def test_where_mail_came_back_often_nothing_is_sent_until_somebody_says_so(
    app: Flask, session: Session, make: Make, client: FlaskClient, postman: Postman
) -> None:
    coordinator = make.user(Role.COORDINATOR)
    here = coordinator.current_memberships[0].organisation_id
    for n in range(COME_BACK + 1):
        tell(session, str(n), organisation_id=here)
        postman.answers = ["550 unknown"]
        worker.turn(app)
    assert len(postman.bag) == 0
    assert message(session, str(COME_BACK)).failure == "Rests"
    client.sign_in(coordinator)
    page = client.get("/messages?fate=failed&channel=mail&what=test.greeting").text
    assert page.count(masked(ADDRESS)) == COME_BACK + 2
    assert client.get("/messages?fate=sent").text.count(masked(ADDRESS)) == 1
    box = session.scalars(select(Mailbox)).one()
    stranger = app.test_client()
    stranger.sign_in(make.user(Role.COORDINATOR))
    assert stranger.post(f"/messages/addresses/{box.id}/again").status_code == 404
    assert client.post(f"/messages/addresses/{box.id}/again").status_code == 303
    postman.answers = []
    client.post(f"/messages/{message(session, '0').id}/again")
    worker.turn(app)
    assert len(postman.bag) == 1


def test_no_mail_server_no_loss(app: Flask, session: Session, postman: Postman) -> None:
    made = app.extensions["kinderwerk_settings"]
    app.extensions["kinderwerk_settings"] = replace(made, smtp_url="smtp://127.0.0.1:1")
    tell(session)
    worker.turn(app)
    assert message(session).fate is Fate.WAITING
    assert message(session).failure == "ConnectionRefusedError"


def test_no_mail_goes_elsewhere_in_clear(
    app: Flask, session: Session, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "near", lambda host: False)
    tell(session)
    worker.turn(app)
    assert postman.bag == []
    assert message(session).fate is Fate.WAITING
    assert message(session).failure == "InClear"


@pytest.mark.parametrize(("host", "near"), [
    ("localhost", True), ("127.0.0.1", True), ("::1", True), ("postfix", True),
    ("mail.example.org", False), ("192.0.2.1", False), ("10.0.0.1", False),
])  # fmt: skip
def test_only_a_server_in_the_house_may_take_mail_in_clear(host: str, near: bool) -> None:
    assert hosts.near(host) is near


def test_without_a_mail_server_mail_waits(app: Flask, session: Session) -> None:
    tell(session)
    worker.turn(app)
    assert message(session).fate is Fate.WAITING
    assert message(session).attempts == 0


def test_a_broken_template_stops_nobody_else_and_its_words_are_not_logged(
    app: Flask, session: Session, postman: Postman
) -> None:
    tell(session, whom="broken")
    tell(session, "other")
    worker.turn(app)
    assert message(session).failure == "ValueError"
    assert message(session, "other").fate is Fate.SENT


def test_what_a_dead_worker_had_taken_is_sent_by_another(
    app: Flask, session: Session, postman: Postman
) -> None:
    tell(session)
    assert service.claim_messages(session, 10) == [message(session).id]
    worker.turn(app)
    assert postman.bag == []
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        worker.turn(app)
    assert len(postman.bag) == 1


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1), timedelta(hours=-1)])
def test_a_clock_that_jumps_loses_no_mail_and_doubles_none(
    app: Flask, session: Session, postman: Postman, jump: timedelta
) -> None:
    """Told before the jump, sent in it, and looked for again once the clock is right."""
    began = clock.now()
    with clock.stopped(began):
        tell(session)
    with clock.stopped(began + jump):
        worker.turn(app)
        tell(session, "other")
    with clock.stopped(began + max(jump, timedelta()) + timedelta(minutes=1)):
        worker.turn(app)
        worker.turn(app)
    assert len(postman.bag) == 2
    assert {message(session).fate, message(session, "other").fate} == {Fate.SENT}


def test_a_last_line_that_is_an_address_is_a_link() -> None:
    written = "Hello <you>,\n\nPress here:\nhttps://example.org/a?b=c&d\n\nBye"
    paragraphs = rendering.paragraphs(written)
    assert [p.link for p in paragraphs] == [None, "https://example.org/a?b=c&d", None]
    assert paragraphs[1].lines == ("Press here:",)


def test_due_work_is_done_once_and_asked_for_again(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(
        work, "JOBS", {"test.count": work.Job(lambda s, subject: done.append(subject))}
    )
    with unit_of_work(session):
        service.ask_for(session, "test.count", "a")
        service.ask_for(session, "test.count", "a")
        service.ask_for(session, "test.count", "later", A_WEDNESDAY)
    while worker.turn(app):
        pass
    assert done == ["a"]
    session.rollback()
    assert [work.subject for work in session.scalars(select(DueWork))] == ["later"]


def test_work_that_fails_is_tried_again(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def stumble(session: Session, subject: str) -> None:
        tries.append(subject)
        if len(tries) == 1:
            raise ValueError(PLANTED)

    monkeypatch.setattr(work, "JOBS", {"test.stumble": work.Job(stumble)})
    with clock.stopped(A_WEDNESDAY):
        with unit_of_work(session):
            service.ask_for(session, "test.stumble", "a")
        assert worker.turn(app)
        assert not worker.turn(app)
    session.rollback()
    assert session.scalars(select(DueWork)).one().failure == "ValueError"
    with clock.stopped(A_WEDNESDAY + PAUSES[0]):
        assert worker.turn(app)
    session.rollback()
    assert session.scalars(select(DueWork)).all() == []


def test_recurring_work_comes_back(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    job = work.Job(lambda s, subject: done.append(subject), timedelta(hours=1))
    monkeypatch.setattr(work, "JOBS", {"test.hourly": job})
    for hours in (0, 0, 1, 2):
        with clock.stopped(A_WEDNESDAY + timedelta(hours=hours, minutes=hours)):
            worker.turn(app)
    assert done == ["test.hourly"] * 3


def test_the_post_is_open_in_the_demo_only(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    tell(session)
    assert client.get("/post").status_code == 404
    made = app.extensions["kinderwerk_settings"]
    app.extensions["kinderwerk_settings"] = replace(made, demo=True)
    assert "Dear you" in client.get("/post").text
    worker.turn(app)
    assert message(session).fate is Fate.SENT
    assert "Dear you" in client.get("/post").text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN])
def test_who_runs_the_organisation_sees_what_arrived(
    role: Role, session: Session, make: Make, client: FlaskClient
) -> None:
    person = make.user(role)
    here: UUID = person.current_memberships[0].organisation_id
    tell(session, organisation_id=here)
    tell(session, "elsewhere", address="far@example.org", organisation_id=make.organisation().id)
    client.sign_in(person)
    text = client.get("/messages").text
    assert masked(ADDRESS) in text
    assert ADDRESS not in text
    assert "f•••@example.org" not in text


def test_others_do_not_see_messages(make: Make, client: FlaskClient) -> None:
    client.sign_in(make.worker())
    assert client.get("/messages").status_code == 403


def test_a_failed_message_gets_a_new_start(
    app: Flask, session: Session, make: Make, client: FlaskClient, postman: Postman
) -> None:
    coordinator = make.user(Role.COORDINATOR)
    tell(session, organisation_id=coordinator.current_memberships[0].organisation_id)
    postman.answers = ["550 unknown"]
    worker.turn(app)
    client.sign_in(coordinator)
    again = f"/messages/{message(session).id}/again"
    assert client.post(again).status_code == 303
    client.post(again)
    worker.turn(app)
    assert len(postman.bag) == 1
    client.sign_in(make.user(Role.COORDINATOR))
    assert client.post(again).status_code == 404


def test_many_messages_stand_on_pages_that_keep_what_was_chosen(
    session: Session, make: Make, client: FlaskClient
) -> None:
    coordinator = make.user(Role.COORDINATOR)
    here = coordinator.current_memberships[0].organisation_id
    for n in range(PAGE + 2):
        tell(session, str(n), organisation_id=here)
    client.sign_in(coordinator)
    first = client.get("/messages?fate=waiting&channel=mail").text
    assert first.count(masked(ADDRESS)) == PAGE
    assert 'rel="prev"' not in first
    (further,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = client.get(unescape(further)).text
    assert second.count(masked(ADDRESS)) == 2
    assert 'rel="next"' not in second
    (back,) = re.findall(r'rel="prev" href="([^"]+)"', second)
    assert client.get(unescape(back)).text.count(masked(ADDRESS)) == PAGE
