"""Letting a colleague read along, as a command and as what a form sends."""

from typing import Any
from uuid import UUID

from kinderwerk.accounts.shares import USUAL, LetIn
from kinderwerk.core import clock
from tests.planted import PLANTED

WHY = f"Knows the family from the boxing club, {PLANTED}."


def let_in(user_id: UUID, **given: Any) -> LetIn:
    usual = {"reason": WHY, "until": clock.today() + USUAL}
    return LetIn(user_id=user_id, **usual | given)  # type: ignore[arg-type]


def letting_in(user_id: UUID, **given: str) -> dict[str, str]:
    until = (clock.today() + USUAL).isoformat()
    return {"user_id": str(user_id), "reason": WHY, "until": until} | given
