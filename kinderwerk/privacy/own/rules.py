"""What goes when a parent has it erased, and what stays for a while."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.retention import Line
from kinderwerk.core.words import N_


class NotSure(Refusal):
    message = N_("Tick that you are sure.")
    field = "sure"


#: The same for everybody: nobody learns from it whether there is more.
STAYS: Final[dict[Line, str]] = {
    Line.OUTBOX: N_("The message that tells you that it is done."),
    Line.BACKUP: N_("Copies for emergencies. If one is put back, your details are erased again."),
    Line.TRAIL: N_("Who changed what, and when: with numbers, without names."),
    Line.TRAIL_SENSITIVE: N_("Who looked at what, and when: with numbers, without names."),
    Line.CONSENT: N_("That you agreed to something, and when: with numbers, without names."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """Something that stays, in words, and until which day."""

    what: str
    until: date
