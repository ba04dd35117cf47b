"""What a child check comes to, and when it leads on."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled


class Finding(Labelled):
    NO_CONCERN = "no_concern", N_("No concern")
    CONCERN = "concern", N_("Concern")
    UNCLEAR = "unclear", N_("Not clear")
    REFUSED = "refused", N_("They did not want to talk about it")


#: With these it does not end here: somebody looks on, with a signal or a case.
WORRYING: Final = frozenset(Finding) - {Finding.NO_CONCERN}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildCheck:
    """Whether children depend on an adult in trouble, and are safe; `once` marks the form."""

    held_on: date
    children_count: int | None
    ages: str
    care_shared: bool | None
    said: str
    finding: Finding
    once: UUID


class NobodyCounted(Refusal):
    message = N_("Say how many children depend on this adult.")
    field = "children_count"


class NothingChosen(Refusal):
    message = N_("Tick something that was said, or write down what you saw or heard.")
    field = "along"


def check(wish: ChildCheck) -> None:
    """Refuse a check that counts no children, unless nobody wanted to talk about it."""
    if wish.children_count is None and wish.finding is not Finding.REFUSED:
        raise NobodyCounted
