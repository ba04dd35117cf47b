"""By which way a message goes, how often a thing is tried, and what became of it."""

import random
from datetime import timedelta
from typing import Final

from kinderwerk.core.words import N_, Labelled

#: How long to wait after each failure; after the last one it has failed for good.
PAUSES: Final = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30),
    timedelta(hours=2), timedelta(hours=8), timedelta(days=1),
)  # fmt: skip
#: What failed together is not tried again together: each waits up to this part longer.
SPREAD: Final = 0.2
#: Whoever claims something has it for this long; then another may think that they died.
LEASE: Final = timedelta(minutes=5)
#: After so many messages that came back, those to an address rest.
COME_BACK: Final = 3


class Channel(Labelled):
    MAIL = "mail", N_("E-mail")
    SMS = "sms", N_("Text message")


class Fate(Labelled):
    WAITING = "waiting", N_("Not sent yet")
    HELD = "held", N_("Held back")
    SENT = "sent", N_("Sent")
    FAILED = "failed", N_("Could not be delivered")
    BOUNCED = "bounced", N_("Came back")
    DROPPED = "dropped", N_("No longer needed")


#: What did not reach anybody: somebody has to call.
LOST: Final = frozenset({Fate.FAILED, Fate.BOUNCED})
#: Under which name it is kept that nothing was tried, as this address does not arrive.
RESTS: Final = "Rests"


def pause(attempts: int) -> timedelta | None:
    """Return how long to wait after that many attempts, or None to give up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def spread(wait: timedelta) -> timedelta:
    return wait * (1 + random.uniform(0, SPREAD))  # noqa: S311 (no secret)


def why(failure: str | None) -> str:
    """Say in plain words what `post.told` and a bounce leave of a failure."""
    name, _, code = (failure or "").partition(" ")
    if name == RESTS:
        return N_("Several messages to this address came back, so nothing is sent there now.")
    if name == "SmsRefused":
        return N_("To this number no text message can go.")
    if name in UNREACHED:
        return N_("The server that sends our messages did not answer.")
    if code.startswith("5"):
        return N_("There is nobody at this address, or its server refuses our mail.")
    if code.startswith("4"):
        return N_("The mailbox is full, or its server did not take our mail in time.")
    return N_("Something went wrong on our side.")


UNREACHED: Final = frozenset(
    {
        "ConnectionRefusedError", "ConnectionResetError", "SMTPServerDisconnected",
        "SMTPConnectError", "TimeoutError", "gaierror", "InClear", "SMTPHeloError", "Unreached",
        "SmsUnsent", "SMTPAuthenticationError",
    }
)  # fmt: skip


def masked(address: str) -> str:
    """Return an address that its owner recognises and nobody else can write to or call."""
    name, at, host = address.partition("@")
    return f"{name[:1]}•••@{host}" if at else f"•••{address[-3:]}"
