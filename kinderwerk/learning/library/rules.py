"""What a lesson holds, who lets it into the library, and what is refused."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.signals.rules import Area

TITLE: Final = 120
SHORT: Final = 600
LONGEST: Final = 2000
TAGS: Final = 6
TAG: Final = 30


class Origin(Labelled):
    """Out of what somebody learned; from which case is known to nobody any more."""

    REVIEW = "review", N_("From a learning review")
    CONSULTATION = "consultation", N_("From a peer consultation")
    WORK = "work", N_("From the work itself")


class Tongue(Labelled):
    """In which language a lesson is written, so that its words are found in all their forms."""

    NL = "nl", N_("Dutch")
    DE = "de", N_("German")
    EN = "en", N_("English")


class Standing(Labelled):
    WAITING = "waiting", N_("Waits for a second person")
    RETURNED = "returned", N_("Came back")
    RELEASED = "released", N_("In the library")
    WITHDRAWN = "withdrawn", N_("Taken out")


class Check(Labelled):
    """What a second person confirms: each on its own, and all of them."""

    NO_NAMES = "no_names", N_("No names in it, and no nickname, street, school or club.")
    NO_MOMENT = "no_moment", N_("No day or event from which somebody can tell when it was.")
    NOT_RARE = "not_rare", N_("Nothing so rare that it fits only one child or one family.")
    NO_COLLEAGUE = "no_colleague", N_("No colleague and no partner can be recognised either.")


class AskAnother(Refusal):
    message = N_("Ask a colleague: nobody is the second person to their own lesson.")
    field = "checker_id"


class TooManyTags(Refusal):
    message = N_("Choose six short keywords at most.")
    field = "tags"


class NotAllConfirmed(Refusal):
    message = N_("Only what you could confirm point by point goes into the library.")
    field = "confirmed"


class NotWaiting(Refusal):
    message = N_("This lesson does not wait for a second person.")


class InLibrary(Refusal):
    message = N_("It stands in the library. Take it out first, then it can be changed.")


class NotInLibrary(Refusal):
    message = N_("This lesson does not stand in the library.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The texts of a lesson."""

    title: str
    lesson: str
    situation: str = ""
    helped: str = ""
    tags: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    origin: Origin
    language: Tongue
    areas: Sequence[Area]
    checker_id: UUID
    words: Words
    only_words: bool = False


def tidy(tags: str) -> str:
    """Return keywords as they are kept: small, each once, and divided by a comma."""
    told = (" ".join(one.split()).lower() for one in re.split(r"[,;#\n]", tags))
    found = list(dict.fromkeys(one for one in told if one))
    if len(found) > TAGS or any(len(one) > TAG for one in found):
        raise TooManyTags
    return ", ".join(found)


def split(tags: str) -> list[str]:
    return tags.split(", ") if tags else []


def check_second(author_id: UUID | None, checker_id: UUID) -> None:
    if author_id == checker_id:
        raise AskAnother


def check_confirmed(confirmed: Collection[Check]) -> None:
    if set(confirmed) != set(Check):
        raise NotAllConfirmed
