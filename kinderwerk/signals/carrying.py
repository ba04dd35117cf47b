"""What somebody carries here goes to colleagues when they leave."""

from typing import Final

from kinderwerk.accounts.carrying import Cases, Load
from kinderwerk.core.words import N_
from kinderwerk.signals import queries
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import CLOSED

CASES: Final = Cases(Signal, Signal.status.not_in(CLOSED), queries.colleagues, "signal.handed_over")
LOAD: Final = Load(
    "signals",
    N_("Open signals"),
    frozenset(queries.CARRIERS),
    CASES.carried,
    CASES.hand_over,
    CASES,
)
