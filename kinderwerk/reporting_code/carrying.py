"""What somebody carries here goes to colleagues when they leave."""

from typing import Final

from kinderwerk.accounts.carrying import Cases, Load
from kinderwerk.core.words import N_
from kinderwerk.reporting_code import queries
from kinderwerk.reporting_code.models import CodeCase
from kinderwerk.reporting_code.rules import Status

CASES: Final = Cases(
    CodeCase, CodeCase.status == Status.OPEN, queries.colleagues, "code_case.handed_over"
)
LOAD: Final = Load(
    "code_cases", N_("Cases of the reporting code"), frozenset(queries.CARRIERS), CASES.carried,
    CASES.hand_over, CASES,
)  # fmt: skip
