"""When a young person is asked, told, and decides alone."""

from datetime import date
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.retention import Span
from kinderwerk.core.words import N_
from kinderwerk.families.rules import OF_AGE

#: So long before, everybody is told.
AHEAD: Final = Span(2)


class TooYoung(Refusal):
    message = N_("That is for later: from two months before the sixteenth birthday.")
    field = "email"


class ParentsAddress(Refusal):
    message = N_("A parent reads at this address. Fill in one that only the young person reads.")
    field = "email"


class SignsIn(Refusal):
    message = N_("The young person signs in already and can change the address there.")
    field = "email"


def sixteenth(born_on: date) -> date:
    """Return the day from which on somebody is sixteen; born on 29 February, it is 1 March."""
    try:
        return born_on.replace(year=born_on.year + OF_AGE)
    except ValueError:
        return date(born_on.year + OF_AGE, 3, 1)


def is_near(born_on: date, today: date) -> bool:
    """Tell whether it is time to speak of it."""
    return today >= AHEAD.before(sixteenth(born_on))
