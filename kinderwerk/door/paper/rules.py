"""What stands on a sign-up form of paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.families.rules import Adult, ConsentPurpose, Particulars
from kinderwerk.notes.rules import Help

#: How many children one form has room for.
MOST_CHILDREN: Final = 4


class NotSigned(Refusal):
    message = N_("Without a signature we may keep nothing of this.")
    field = "signed"


class NotTheirCarer(Refusal):
    message = N_(
        "%(carer)s is not among those who answer for %(name)s. Add them on its page first."
    )
    field = "same_as"


class SixteenOrOlder(Refusal):
    message = N_("%(name)s is sixteen or older and signs a form of their own.")
    field = "born_on"


class OfChild(Refusal):
    """Something is wrong with one child of the form: which one, and what."""

    def __init__(self, number: int, why: Refusal) -> None:
        self.number, self.why = number, why
        super().__init__()


class OfActivity(Refusal):
    """Somebody cannot be signed up for what was ticked, and why."""

    def __init__(self, title: str, why: Refusal) -> None:
        self.title, self.why = title, why
        super().__init__()


@dataclass(frozen=True, slots=True)
class Written:
    """Yes or no to one text, in the version that was printed."""

    yes: bool
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """One child of the form; `same_as`: it is one that we know, `really`: it is none of those.

    `comes_to` are activities, and dates of those for which each date counts.
    """

    told: Particulars
    help: Help
    help_agreed: bool
    child_agreed: bool
    comes_to: Sequence[UUID]
    same_as: UUID | None = None
    really: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole form; what was agreed to holds for all of its children."""

    adult: Adult
    neighbourhood_id: UUID | None
    signed: bool
    answers: Mapping[ConsentPurpose, Written]
    children: Sequence[OnPaper]
    together: bool
    form_id: UUID
