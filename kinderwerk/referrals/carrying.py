"""What somebody carries here goes to colleagues when they leave."""

from typing import Final

from kinderwerk.accounts.carrying import Cases, Load
from kinderwerk.core.words import N_
from kinderwerk.referrals import queries
from kinderwerk.referrals.models import Referral
from kinderwerk.referrals.rules import Status

CASES: Final = Cases(
    Referral, Referral.status != Status.CLOSED, queries.colleagues, "referral.handed_over"
)
LOAD: Final = Load(
    "referrals",
    N_("Referrals under way"),
    frozenset(queries.CARRIERS),
    CASES.carried,
    CASES.hand_over,
    CASES,
)
