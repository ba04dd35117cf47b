"""How often a thing is tried, and what became of a message."""

from datetime import timedelta
from typing import Final

from kinderwerk.core.words import N_, Labelled

#: How long to wait after each failure; after the last one it has failed for good.
PAUSES: Final = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30),
    timedelta(hours=2), timedelta(hours=8), timedelta(days=1),
)  # fmt: skip
#: Whoever claims something has it for this long; then another may think that they died.
LEASE: Final = timedelta(minutes=5)


class Fate(Labelled):
    WAITING = "waiting", N_("Not sent yet")
    SENT = "sent", N_("Sent")
    FAILED = "failed", N_("Could not be delivered")
    DROPPED = "dropped", N_("No longer needed")


def pause(attempts: int) -> timedelta | None:
    """Return how long to wait after that many attempts, or None to give up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def masked(address: str) -> str:
    """Return an address that its owner recognises and nobody else can write to."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}"
