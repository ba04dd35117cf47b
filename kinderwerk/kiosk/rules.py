"""Which question a tablet may ask, until when, and what it tells of the answers."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.measuring.rules import Instrument

#: A code opens one tablet, and soon.
CODE_LASTS: Final = timedelta(minutes=10)
#: What is read from one screen and typed on another: no sign looks like another one.
SIGNS: Final = "2346789ABCDEFGHJKLMNPQRTUVWXYZ"
LENGTH: Final = 6
#: So many answers are sent at once; a tablet sends the rest with the next ones.
MOST: Final = 100
#: For so long is known which answers were heard, so that none is counted twice.
KEPT: Final = timedelta(days=30)
#: What a child answers with one tap on a picture or a word.
TAPPED: Final = frozenset(
    {Instrument.AGAIN, Instrument.FACES, Instrument.FIVE_FACES, Instrument.DOTS}
)


class Outcome(Labelled):
    COUNTED = "counted", N_("Counted")
    WAITS = "waits", N_("Waits: there are more answers than children on the list")
    REFUSED = "refused", N_("Not possible")


class WrongCode(Refusal):
    """The same for a code that is wrong, old or used: nobody learns which."""

    message = N_("This code does not open anything. Ask for a new one: it works for 10 minutes.")
    field = "code"


class NotToday(Refusal):
    message = N_("A tablet asks on the day itself, once it has begun.")


class NotForTablets(Refusal):
    message = N_("Choose one of these questions.")
    field = "question"


class Unreadable(ValueError):
    """What a tablet sent makes no sense."""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer by the tablet's own number for it, which stands for nobody."""

    once: UUID
    steps: tuple[int, ...]

    @property
    def step(self) -> int:
        """Return the one step that answers a question."""
        if len(self.steps) != 1:
            raise NotForTablets
        return self.steps[0]


def fresh_code() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def plain(typed: str) -> str:
    """Return a code as it was made, however it was typed."""
    return "".join(sign for sign in typed.upper() if sign in SIGNS)


def read(sent: Any) -> list[Told]:
    """Return what a tablet tells, at most as much as is taken at once."""
    try:
        return [Told(UUID(one["once"]), _steps(one)) for one in sent["answers"][:MOST]]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Unreadable from None


def _steps(one: Any) -> tuple[int, ...]:
    steps = one["steps"] if "steps" in one else [one["step"]]
    return tuple(int(step) for step in steps[:MOST])
