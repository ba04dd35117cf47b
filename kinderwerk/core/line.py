"""What the line of this request tells besides; services add to it without knowing the web."""

from contextvars import ContextVar
from typing import Final

_added: Final[ContextVar[dict[str, str] | None]] = ContextVar("added", default=None)


def begin() -> None:
    _added.set({})


def add(**told: str) -> None:
    """Tell something besides; where no request is answered, there is nobody to tell."""
    added = _added.get()
    if added is not None:
        added |= told


def end() -> dict[str, str]:
    """Return what was added, and forget it."""
    added = _added.get() or {}
    _added.set(None)
    return added
