"""Why an organisation takes everything along, how far it is, and for how long it lies here."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: The second word is given in this time, or somebody asks again.
ASKED: Final = timedelta(days=14)
#: What was made is fetched in this time.
KEPT: Final = timedelta(days=3)
LONGEST: Final = 300


class Why(Labelled):
    LEAVING = "leaving", N_("We go on with other software")
    MOVING = "moving", N_("We go on with Kinderwerk at another place")
    HANDING_OVER = "handing_over", N_("Another organisation takes the work over")
    OWN_COPY = "own_copy", N_("We keep a copy of our own")


class State(Labelled):
    ASKED = "asked", N_("Waits for the second word")
    AGREED = "agreed", N_("Is being made")
    MADE = "made", N_("Is ready")
    IMPOSSIBLE = "impossible", N_("Could not be made")


class OneAlready(Refusal):
    message = N_("There is one already. Fetch it, or withdraw it first.")


class TooLate(Refusal):
    message = N_("Somebody was faster: this is not waiting any more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Why everything is to go into one file, and a word about that."""

    why: Why
    told: str
