"""How many stickers a child has, between what it chooses, and when the result is told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

#: How many stickers one child may have, and between how many ideas it chooses.
STICKERS: Final = range(1, 6)
IDEAS: Final = range(2, 7)
#: So long a tablet may still know its vote; nothing of it goes before.
KNOWN: Final = timedelta(days=40)
#: What each idea is called on the tablet, for whoever does not read yet.
SIGNS: Final = ("sun", "boat", "tree", "fish", "star", "ball")


class FewIdeas(Refusal):
    message = N_("Choose two to six ideas: a small child sees no more at once.")
    field = "ideas"


class NotOnTheBoard(Refusal):
    message = N_("One of these ideas is not on the board any more. Choose again.")
    field = "ideas"


class NothingToChoose(Refusal):
    message = N_("Give fewer stickers than there are ideas, so that children really choose.")
    field = "stickers"


class Closed(Refusal):
    message = N_("This vote is closed.")


class WrongTurn(Refusal):
    """More stickers than a child has, two on one idea, or one beside all ideas."""

    message = N_("Those were too many stickers. Choose once more.")


@dataclass(frozen=True, slots=True)
class Ballot:
    """Between which ideas children choose, and with how many stickers each."""

    ideas: tuple[UUID, ...]
    stickers: int


def check(ballot: Ballot) -> None:
    if len(set(ballot.ideas)) not in IDEAS:
        raise FewIdeas
    if ballot.stickers not in STICKERS or ballot.stickers >= len(set(ballot.ideas)):
        raise NothingToChoose


def check_turn(picks: Sequence[int], stickers: int, places: Collection[int]) -> None:
    """Refuse a turn that is none: each sticker goes on another idea, and a child may keep some."""
    one_each = len(set(picks)) == len(picks)
    if not picks or len(picks) > stickers or not one_each or not set(picks) <= set(places):
        raise WrongTurn
