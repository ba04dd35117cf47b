"""What staff say of one who cares for a child, and to whom it is handed over."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Self
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.families.rules import Adult, Relation

INVITATION_LASTS: Final = timedelta(days=14)
#: By so many digits at the end two numbers are the same, with and without the country before them.
ALIKE: Final = 9
#: Who picks nobody up, without that being a limit.
NEVER_PICK_UP: Final = frozenset({Relation.SELF, Relation.FAMILY_SUPERVISOR})


class Custody(Labelled):
    YES = "yes", N_("Yes")
    NO = "no", N_("No")
    UNKNOWN = "unknown", N_("Not known")

    @classmethod
    def of(cls, holds: bool | None) -> Self:
        return cls.UNKNOWN if holds is None else cls.YES if holds else cls.NO

    @property
    def holds(self) -> bool | None:
        return None if self is Custody.UNKNOWN else self is Custody.YES


class CustodyKind(Labelled):
    JOINT_PARENTS = "joint_parents", N_("Both parents together")
    ONE_PARENT = "one_parent", N_("One parent alone")
    GUARDIAN = "guardian", N_("A legal guardian")
    JOINT_WITH_NON_PARENT = "joint_with_non_parent", N_("A parent with somebody else")
    CERTIFIED_INSTITUTION = "certified_institution", N_("A certified institution")
    TEMPORARY = "temporary_guardianship", N_("A temporary guardian")
    UNKNOWN = "unknown", N_("Not known")


class NobodyNamed(Refusal):
    message = N_("Fill in a name, or choose somebody whom we know.")
    field = "name"


class CaresAlready(Refusal):
    message = N_("This person stands with the child already; change what is noted there.")
    field = "carer_id"


class NoAddress(Refusal):
    message = N_("There is no e-mail address for this person. Without one there is no invitation.")


class NoPortal(Refusal):
    message = N_("Say first that this person may see the family page.")


class HasSignedIn(Refusal):
    message = N_("This person signs in already.")


class NothingHeld(Refusal):
    message = N_("Nothing is held for this person any more.")


class StillShared(Refusal):
    message = N_("Somebody who may not hear of the child reads at this address too. Ask another.")
    field = "email"


class NotANumber(Refusal):
    message = N_("No message can be sent to this number. Check it.")
    field = "asked"


class Decided(Refusal):
    message = N_("A colleague has answered this in the meantime.")


class OneselfOnly(Refusal):
    message = N_("The young person decides this, and nobody else.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CareWish:
    """What somebody is to a child, and what that opens."""

    relation: Relation
    has_custody: bool | None
    custody_kind: CustodyKind
    may_pick_up: bool
    portal_access: bool
    contact_allowed: bool

    def settled(self) -> "CareWish":
        """Without contact there is nothing else either."""
        if self.contact_allowed:
            return self
        return replace(self, may_pick_up=False, portal_access=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who is to care for a child too: somebody of the family whom we know, or somebody new."""

    carer_id: UUID | None
    adult: Adult

    def check(self) -> None:
        if self.carer_id is None and not self.adult.name:
            raise NobodyNamed


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """To whom alone a child is handed over, and whom to call otherwise. Why stays unsaid."""

    names: str
    phone: str


def digits(number: str) -> str:
    return re.sub(r"\D", "", number)[-ALIKE:]


def same_number(one: str, others: Iterable[str]) -> bool:
    return bool(digits(one)) and digits(one) in {digits(other) for other in others}
