"""Telling people by mail what changed about the way they sign in."""

from typing import Literal

from sqlalchemy.orm import Session

from kinderwerk.accounts.models import User
from kinderwerk.messages.service import tell

Change = Literal[
    "password",
    "factor",
    "factor_set_up",
    "factor_removed",
    "passkey",
    "passkey_removed",
    "closed",
    "connected",
    "disconnected",
    "locked",
    "unlocked",
]


def tell_change(session: Session, user: User, what: Change) -> None:
    """Let somebody know, so that what they did not do themselves does not stay unnoticed."""
    user.epoch += 1
    tell(
        session, key=f"account changed:{user.id}:{user.epoch}", template="accounts.changed",
        address=user.email, language=user.language, what=what,
    )  # fmt: skip
