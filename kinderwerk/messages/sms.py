"""Short messages to telephones, by a gateway that the installation names."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from math import ceil
from typing import Final
from urllib.parse import urlencode, urlsplit

from kinderwerk.config import Sms

TIMEOUT: Final = 15.0
#: As much of an answer is read, and nothing of it is kept.
MOST_READ: Final = 64 * 1024
#: Longer than this no message gets, whatever somebody wrote.
MOST_PARTS: Final = 6
#: What telephones hold in seven bits, and what takes two places there (3GPP TS 23.038).
PLAIN: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
DOUBLE: Final = frozenset("^{}\\[~]|€\f")
#: For each alphabet, what fits into one message, and into each part of a longer one.
SEVEN_BITS: Final = (160, 153)
SIXTEEN_BITS: Final = (70, 67)
#: With these answers trying again will not help: the gateway does not know such a number.
REFUSED: Final = frozenset({400, 404, 410, 422})
CUT: Final = "..."


class SmsRefused(Exception):
    """The gateway does not take this message, and never will."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.smtp_code = code


class SmsUnsent(Exception):
    """The gateway did not take this message now."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.smtp_code = code


@dataclass(frozen=True, slots=True)
class Text:
    """A short message: to which number, and what is the same when it is sent again."""

    number: str
    words: str
    mark: str


def parts(words: str) -> int:
    """Return in how many parts a telephone network carries these words."""
    if all(letter in PLAIN or letter in DOUBLE for letter in words):
        length, (whole, part) = sum(1 + (one in DOUBLE) for one in words), SEVEN_BITS
    else:
        length, (whole, part) = len(words.encode("utf-16-be")) // 2, SIXTEEN_BITS
    return 1 if length <= whole else ceil(length / part)


def fitted(words: str) -> str:
    """Cut words that are too many parts; a link at the end stays whole."""
    head, _, tail = words.rpartition(" ")
    if not tail.startswith(("https://", "http://")):
        head, tail = words, ""
    while parts(f"{head} {tail}".strip()) > MOST_PARTS and head:
        head = head.removesuffix(CUT)[:-8].rstrip()
        head = f"{head}{CUT}" if head else ""
    return f"{head} {tail}".strip()


def send(gateway: Sms, text: Text) -> None:
    """Hand a message over; redirects are not followed, so that nothing goes to another host."""
    site = urlsplit(gateway.url)
    kind = HTTPSConnection if site.scheme == "https" else HTTPConnection
    connection = kind(site.hostname or "", site.port, timeout=TIMEOUT)
    try:
        path = f"{site.path or '/'}?{site.query}" if site.query else site.path or "/"
        connection.request(gateway.method, path, *_written(gateway, text))
        answer = connection.getresponse()
        answer.read(MOST_READ)
        code = answer.status
    except HTTPException:
        code = 0
    finally:
        connection.close()
    if code in REFUSED:
        raise SmsRefused(code)
    if not 200 <= code < 300:
        raise SmsUnsent(code)


def _written(gateway: Sms, text: Text) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of the request."""
    stands_for = {"{to}": text.number, "{text}": text.words, "{id}": text.mark}
    body = {name: _filled(value, stands_for) for name, value in gateway.body.items()}
    if gateway.as_form:
        told, kind = urlencode(body).encode(), "application/x-www-form-urlencoded"
    else:
        told, kind = json.dumps(body).encode(), "application/json"
    return told, {"Content-Type": kind, **gateway.headers}


def _filled(value: str, stands_for: dict[str, str]) -> str:
    """Put in what the marks stand for, at once: words that look like a mark stay words."""
    for mark, words in stands_for.items():
        before, found, after = value.partition(mark)
        if found:
            return f"{_filled(before, stands_for)}{words}{_filled(after, stands_for)}"
    return value
