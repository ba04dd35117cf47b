"""Mail that comes back: from which address it is sent, and what a report about it tells.

Each mail has a sender of its own, with a signature. A report goes there; all that is believed of it
is that signature, and the class of the failure. What else it says was written by a stranger.
"""

import hmac
import re
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Report
from typing import Final

#: A report that is longer than this is none.
LARGEST: Final = 256 * 1024
LONGEST_HEADER: Final = 2_000
ADDRESSED: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
STATUS: Final = re.compile(r"\s*([45]\.\d{1,3}\.\d{1,3})\b")
#: What reports leave out: that it failed for good.
FOR_GOOD: Final = "5.0.0"


@dataclass(frozen=True, slots=True)
class Bounce:
    """That a message came back, with its status as RFC 3463 counts them."""

    message_id: int
    status: str


def sender(key: bytes, domain: str, message_id: int) -> str:
    """Return the address to which a report about this message goes."""
    return f"b-{message_id}-{_signature(key, message_id)}@{domain}"


def read(raw: bytes, key: bytes, domain: str, recipient: str = "") -> Bounce | None:
    """Return which message came back; None for what is no report about one of ours."""
    if len(raw) > LARGEST:
        return None
    try:
        report = message_from_bytes(raw)
        told = [recipient, *(str(one) for name in ADDRESSED for one in report.get_all(name, []))]
        found = _ours(told, key, domain)
        status = _status(report) if found is not None else None
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return Bounce(found, status) if found is not None and status else None


def _signature(key: bytes, message_id: int) -> str:
    """Return letters that survive being written in capitals or without."""
    digest = hmac.digest(key, f"bounce:{message_id}".encode(), "sha256")
    return b32encode(digest[:10]).decode().lower()


def _ours(addresses: Iterable[str], key: bytes, domain: str) -> int | None:
    pattern = re.compile(rf"b-(\d{{1,18}})-([a-z2-7]{{16}})@{re.escape(domain)}\b", re.IGNORECASE)
    for told in addresses:
        for number, signature in pattern.findall(told[:LONGEST_HEADER]):
            if hmac.compare_digest(signature.lower(), _signature(key, int(number))):
                return int(number)
    return None


def _status(report: Report) -> str | None:
    """Return the status of a failure; None when it is a delay, an answer or anything else."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                if isinstance(block, Report) and _failed(block):
                    known = STATUS.match(str(block.get("Status", "")))
                    return known[1] if known else FOR_GOOD
    return None


def _failed(block: Report) -> bool:
    return str(block.get("Action", "")).strip().lower() == "failed"
