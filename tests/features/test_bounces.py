"""Mail that comes back: believed for its signature only, counted once, and then nothing is sent."""

from dataclasses import replace
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.messages import bounces, cli, service
from kinderwerk.messages.models import Mailbox, Message
from kinderwerk.messages.rules import Fate
from kinderwerk.storage.work import unit_of_work
from tests.make import Make

KEY, DOMAIN = b"k" * 32, "bounce.example.org"


def report(to: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    """Return a delivery status notification as RFC 3464 has it."""
    made = MIMEMultipart("report", "=here=", **{"report-type": "delivery-status"})
    made["To"], made["From"], made["Subject"] = to, "MAILER-DAEMON@example.org", "Undelivered"
    made.attach(MIMEText("I am sorry <script>"))
    blocks = f"Reporting-MTA: dns; mx\n\nAction: {action}\nStatus: {status}\n\n"
    return made.as_bytes().replace(
        b"I am sorry <script>",
        b"I am sorry <script>\n--" + made.get_boundary().encode() +
        b"\nContent-Type: message/delivery-status\n\n" + blocks.encode(),
    )  # fmt: skip


def test_a_report_names_the_message_by_a_signature() -> None:
    to = bounces.sender(KEY, DOMAIN, 42)
    assert bounces.read(report(to), KEY, DOMAIN) == bounces.Bounce(42, "5.1.1")
    assert bounces.read(report(to.upper()), KEY, DOMAIN) == bounces.Bounce(42, "5.1.1")
    assert bounces.read(report("x@y.z"), KEY, DOMAIN, f"<{to}>") == bounces.Bounce(42, "5.1.1")


@pytest.mark.parametrize(
    "raw",
    [
        report(bounces.sender(b"other", DOMAIN, 42)),
        report(bounces.sender(KEY, "elsewhere.example", 42)),
        report(bounces.sender(KEY, DOMAIN, 42).replace("b-42", "b-43")),
        report(bounces.sender(KEY, DOMAIN, 42), action="delayed", status="4.4.1"),
        f"To: {bounces.sender(KEY, DOMAIN, 42)}\n\nI am away until Monday.".encode(),
        report(bounces.sender(KEY, DOMAIN, 42)) + b"x" * bounces.LARGEST,
        b"", b"\x00\xff" * 500, b"Content-Type: multipart/report\n\n" + b"--x\n" * 9000,
    ],
)  # fmt: skip
def test_what_is_no_report_about_ours_is_nothing(raw: bytes) -> None:
    assert bounces.read(raw, KEY, DOMAIN) is None


def test_mail_servers_pipe_reports_into_a_command(app: Flask, session: Session, make: Make) -> None:
    here = make.organisation()
    with unit_of_work(session):
        service.tell(
            session, key="one", template="x", address="a@example.org", organisation_id=here.id
        )
    message = session.scalars(select(Message)).one()
    service.sent(session, message.id)
    settings = replace(app.extensions["kinderwerk_settings"], bounce_domain=DOMAIN)
    app.extensions["kinderwerk_settings"] = settings
    raw = report(bounces.sender(settings.link_key, DOMAIN, message.id))
    runner = app.test_cli_runner()
    for told in ("came back (5.1.1)", "is known"):
        answer = runner.invoke(cli.mail, ["bounce"], input=raw)
        assert answer.exit_code == 0
        assert told in answer.output
    assert runner.invoke(cli.mail, ["bounce"], input=b"hello").exit_code == 0
    session.rollback()
    assert session.scalars(select(Message)).one().fate is Fate.BOUNCED
    assert session.scalars(select(Mailbox)).one().bounces == 1


def test_the_command_says_what_to_set_first(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(cli.mail, ["bounce"], input=b"")
    assert answer.exit_code == 2
    assert "KINDERWERK_BOUNCE_DOMAIN" in answer.output
