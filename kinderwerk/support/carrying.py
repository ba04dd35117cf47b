"""What somebody carries here goes to colleagues when they leave."""

from typing import Final

from kinderwerk.accounts.carrying import Cases, Load
from kinderwerk.core.words import N_
from kinderwerk.support import queries
from kinderwerk.support.models import Trajectory
from kinderwerk.support.rules import OVER

CASES: Final = Cases(
    Trajectory, Trajectory.status.not_in(OVER), queries.colleagues, "support.handed_over"
)
LOAD: Final = Load(
    "support",
    N_("Families in parenting support"),
    frozenset(queries.CARRIERS),
    CASES.carried,
    CASES.hand_over,
    CASES,
)
