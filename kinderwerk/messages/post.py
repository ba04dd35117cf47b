"""Handing mail to a server, by SMTP, or to nobody where a page shows it."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

from kinderwerk.config import Settings
from kinderwerk.core import clock
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail

Send = Callable[[EmailMessage], None]
TIMEOUT: Final = 30.0
PORTS: Final = {"smtp": 25, "smtps": 465}


class InClear(smtplib.SMTPException):
    """A server elsewhere offers no encryption: links that let in do not go there in clear."""


class Rests(Exception):
    """So much came back from this address that nothing is sent there."""


def delivers(settings: Settings) -> bool:
    """Tell whether mail goes anywhere; else it waits in the outbox."""
    return settings.demo or settings.smtp_url is not None


@contextmanager
def opened(settings: Settings) -> Iterator[Send]:
    """Keep a line to the mail server open for some messages."""
    if settings.smtp_url is None:
        yield lambda mail: None  # the demo: /post shows what was written
        return
    with _connected(settings.smtp_url) as server:
        yield lambda mail: _hand_over(server, mail)


def addressed(settings: Settings, message: Message, mail: Mail) -> EmailMessage:
    """Put a mail in its envelope; sent twice, it says that it is the same one."""
    made = EmailMessage(SMTP.clone(max_line_length=200))
    made["From"] = settings.mail_from
    made["To"] = message.address
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(clock.now())
    made["Message-ID"] = f"<{message.id}.{message.created_at:%Y%m%d%H%M%S}@{_host(settings)}>"
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = message.language
    if mail.settings:
        made["List-Unsubscribe"] = f"<{mail.settings}>"
    made.set_content(mail.text)
    if mail.html:
        made.add_alternative(mail.html, subtype="html")
    if mail.calendar:
        made.add_attachment(
            mail.calendar.decode(), subtype="calendar", filename="kinderwerk.ics",
            params={"method": "PUBLISH"},
        )  # fmt: skip
    return made


def permanent(error: Exception) -> bool:
    """Tell whether trying again will never help: there is nobody at that address."""
    if isinstance(error, Rests):
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return False


def told(error: Exception) -> str:
    """Name what went wrong without its words: those may quote an address."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in error.recipients.values()), None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def _host(settings: Settings) -> str:
    return settings.mail_from.strip(">").rpartition("@")[2] or "localhost"


def _hand_over(server: smtplib.SMTP, mail: EmailMessage) -> None:
    try:
        server.send_message(mail)
    except smtplib.SMTPResponseException:
        server.rset()
        raise


def near(host: str) -> bool:
    """Tell whether a server is on this machine, or in its own network under a name without dots."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return "." not in host


@contextmanager
def _connected(url: str) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    safe = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=safe)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=TIMEOUT)
    ) as server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=safe)
            server.ehlo()
        elif parts.scheme == "smtp" and not near(host):
            raise InClear
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
