"""What a learning review holds: facts, levels, traps of thinking, a lesson; never a fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.partners.rules import HelpSystem

LONGEST: Final = 4000
SHORT: Final = 600


class Trigger(Labelled):
    NEAR_MISS = "near_miss", N_("It just went well")
    BAD_COURSE = "bad_course", N_("It did not go well")
    GOOD_COURSE = "good_course", N_("It went well")
    COMPLAINT = "complaint", N_("A complaint")


class Level(Labelled):
    """Where the cause lies: never at one person."""

    CASE = "case", N_("How we handled it")
    ORGANISATION = "organisation", N_("Our structures and procedures")
    LOCAL = "local", N_("What there is in the neighbourhood and the town")
    COOPERATION = "cooperation", N_("Working together with others")


class Trap(Labelled):
    """Patterns of thinking into which everybody falls."""

    ANCHORING = "anchoring", N_("Held on to the first impression")
    NORMALISING = "normalising", N_("Found it normal after a while")
    HOPE = "hope", N_("Hoped that it would pass")
    TOO_MANY_COOKS = "too_many_cooks", N_("Many involved, and nobody led")
    NOT_ASKED_CHILD = "not_asked_child", N_("The child was not asked")


class Snag(Labelled):
    """What jams between two help systems."""

    WAITING = "waiting", N_("Waiting list")
    NOBODY_REACHED = "nobody_reached", N_("Nobody could be reached")
    WHO_DOES_IT = "who_does_it", N_("Unclear who does it")
    NO_ANSWER = "no_answer", N_("No answer came back")
    SHARING = "sharing", N_("Unclear what may be shared")
    NO_OFFER = "no_offer", N_("There is no offer that fits")
    MONEY = "money", N_("Money or rules of payment")
    OTHER = "other", N_("Something else")


class Outcome(Labelled):
    WORKS = "works", N_("It works")
    PARTLY = "partly", N_("It works in part")
    NOT_YET = "not_yet", N_("It does not work yet")


class OneSide(Refusal):
    message = N_("Choose both help systems and what jams, or none of them.")
    field = "snag"


class SameSide(Refusal):
    message = N_("Choose two different help systems.")
    field = "far_side"


class WhoAndWhen(Refusal):
    message = N_("Say who sees to the change, and when you look whether it works.")
    field = "check_on"


class CheckInThePast(Refusal):
    message = N_("Choose a day that is still to come.")
    field = "check_on"


class NothingAgreed(Refusal):
    message = N_("Agree on a change first. Then there is something to look at.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The texts of a review, all of them sealed and without a name."""

    timeline: str
    helped: str = ""
    hindered: str = ""
    child_view: str = ""
    parent_view: str = ""
    lesson: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    trigger: Trigger
    level: Level
    traps: Sequence[Trap]
    near_side: HelpSystem | None
    far_side: HelpSystem | None
    snag: Snag | None
    owner_id: UUID | None
    check_on: date | None
    words: Words
    only_words: bool = False


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """How often what jammed between two help systems, in no order of theirs."""

    pair: tuple[HelpSystem, HelpSystem]
    snag: Snag
    reviews: int


def check(wish: Wish, today: date) -> None:
    """Refuse half of an interface, and a change that nobody sees to."""
    sides = (wish.near_side, wish.far_side, wish.snag)
    if any(sides) and not all(sides):
        raise OneSide
    if wish.near_side and wish.near_side is wish.far_side:
        raise SameSide
    if wish.words.change and (wish.owner_id is None or wish.check_on is None):
        raise WhoAndWhen


def check_day(check_on: date | None, known: date | None, today: date) -> None:
    """Refuse to agree on a new day that has passed; one that was agreed on before may have."""
    if check_on is not None and check_on != known and check_on < today:
        raise CheckInThePast
