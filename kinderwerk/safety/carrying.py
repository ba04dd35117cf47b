"""What somebody sees to here goes to colleagues when they leave."""

from typing import Final

from kinderwerk.accounts.carrying import Cases, Load
from kinderwerk.core.words import N_
from kinderwerk.safety import queries
from kinderwerk.safety.models import Incident
from kinderwerk.safety.rules import Status

CASES: Final = Cases(
    Incident, Incident.status == Status.OPEN, queries.colleagues, "incident.handed_over"
)
LOAD: Final = Load(
    "incidents",
    N_("Open incidents"),
    frozenset(queries.CARRIERS),
    CASES.carried,
    CASES.hand_over,
    CASES,
)
