"""What somebody does on one date of an activity, and who is there: rules without a database."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from kinderwerk.core.words import N_, Labelled


class Duty(Labelled):
    LEADS = "leads", N_("Leads")
    HELPS = "helps", N_("Helps")
    EXTRA = "extra", N_("Comes along")


class Word(Protocol):
    """What was said about one person on one date; nobody where a shift is open."""

    @property
    def user_id(self) -> UUID | None: ...
    @property
    def off(self) -> bool: ...


def on_duty(usual: Iterable[UUID], said: Iterable[Word]) -> frozenset[UUID]:
    """Return who is there on a date: those who always are, but for what was said about it."""
    words = {one.user_id: one.off for one in said if one.user_id}
    there = {id for id, off in words.items() if not off}
    return frozenset(there | set(usual) - words.keys())
