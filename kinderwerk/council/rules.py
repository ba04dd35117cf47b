"""What stands on the agenda of a child council, and what it takes to close it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kinderwerk.activities.rules import Format
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.ideas import looking

LONGEST: Final = 200
#: How many decisions the public page shows, the newest first.
MOST: Final = 30
#: No words about a child stand in the log, and nothing that worries: that is a signal.
NEVER: Final = looking.PRIVATE | {looking.What.WORRY}


class NoCouncil(Refusal):
    message = N_("This session is no child council.")


class NotOnPaper(Refusal):
    message = N_("Leave this out: %(words)s. Everybody can read what a child council decided.")


class NothingToDiscuss(Refusal):
    message = N_("Write down what it is about, or choose an idea.")
    field = "title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Something to talk about, perhaps an idea that a child had before; `once` marks the form."""

    title: str
    idea_id: UUID | None
    once: UUID


def check_council(format: Format) -> None:
    if format is not Format.CHILD_COUNCIL:
        raise NoCouncil


def check_words(found: list[looking.Mark], field: str) -> None:
    """Refuse what could tell who a child is: the page is public."""
    if told := [mark.words for mark in found if mark.what in NEVER]:
        refusal = NotOnPaper(words=", ".join(told))
        refusal.field = field
        raise refusal
