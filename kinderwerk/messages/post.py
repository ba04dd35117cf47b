"""Handing mail to a server, by SMTP, short messages to a gateway, or both to a page of the demo."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from kinderwerk.config import Settings
from kinderwerk.core import clock, hosts
from kinderwerk.messages import bounces, sms
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail
from kinderwerk.messages.rules import Channel
from kinderwerk.messages.sms import SmsRefused, Text

TIMEOUT: Final = 30.0
#: Under which name an envelope keeps who gets it back; taken off before it goes.
SENDER: Final = "X-Kinderwerk-Sender"
PORTS: Final = {"smtp": 25, "smtps": 465}


class InClear(smtplib.SMTPException):
    """A server elsewhere offers no encryption: links that let in do not go there in clear."""


class Unreached(Exception):
    """There is no way there any more: the gateway was switched off."""


class Rests(Exception):
    """So much came back from this address that nothing is sent there."""


def delivers(settings: Settings) -> bool:
    """Tell whether mail goes anywhere; else it waits in the outbox."""
    return settings.demo or settings.smtp_url is not None


def channels(settings: Settings) -> list[Channel]:
    """Return the ways that are open; what goes by another waits."""
    by_sms = [Channel.SMS] if settings.demo or settings.sms else []
    return [Channel.MAIL, *by_sms] if delivers(settings) else by_sms


class Post:
    """Hands messages over, with one line to the mail server for as long as it holds.

    A line that broke is opened anew for the next mail; a server that does not answer at all is not
    asked again.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._line = ExitStack()
        self._server: smtplib.SMTP | None = None
        self._deaf: OSError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._hang_up()

    def send(self, made: EmailMessage | Text) -> None:
        if self._settings.demo and self._settings.smtp_url is None:
            return  # /post shows what was written
        if isinstance(made, Text):
            self._text(made)
        else:
            self._mail(made)

    def _text(self, text: Text) -> None:
        if self._settings.sms is None:
            raise Unreached
        sms.send(self._settings.sms, text)

    def _mail(self, mail: EmailMessage) -> None:
        server = self._connected()
        try:
            _hand_over(server, mail)
        except OSError as error:
            if not isinstance(error, smtplib.SMTPException) or isinstance(
                error, smtplib.SMTPServerDisconnected
            ):
                self._hang_up()
            raise

    def _connected(self) -> smtplib.SMTP:
        if self._deaf:
            raise self._deaf
        if self._server is None:
            try:
                self._server = self._line.enter_context(connected(self._settings.smtp_url or ""))
            except OSError as error:
                self._deaf = error
                raise
        return self._server

    def _hang_up(self) -> None:
        self._server = None
        with suppress(OSError):
            self._line.close()


def addressed(settings: Settings, message: Message, mail: Mail) -> EmailMessage:
    """Put a mail in its envelope; sent twice, it says that it is the same one."""
    made = EmailMessage(SMTP.clone(max_line_length=200))
    if settings.bounce_domain:
        made[SENDER] = bounces.sender(settings.link_key, settings.bounce_domain, message.id)
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


def texted(message: Message, mail: Mail) -> Text:
    """Put a message into a few words for a telephone."""
    words = sms.fitted(mail.short or mail.subject)
    return Text(message.address, words, f"{message.id}.{message.created_at:%Y%m%d%H%M%S}")


def permanent(error: Exception) -> bool:
    """Tell whether trying again will never help: there is nobody at that address."""
    if isinstance(error, Rests | SmsRefused):
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
    sender = mail[SENDER]
    del mail[SENDER]
    try:
        server.send_message(mail, from_addr=sender)
    except smtplib.SMTPResponseException:
        server.rset()
        raise


@contextmanager
def connected(url: str) -> Iterator[smtplib.SMTP]:
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
        elif parts.scheme == "smtp" and not hosts.near(host):
            raise InClear
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
