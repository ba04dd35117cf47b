"""What becomes of two records that are one child.

Nobody can see more of a child because somebody merged two records: who could open only one of
them opens neither afterwards, until staff say so. See docs/adr/0022.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.families.custody.rules import CustodyKind
from kinderwerk.families.rules import ParentsSee

#: Under which name all of it is on record, once.
MERGED: Final = "child.merged"


class Part(Labelled):
    """What is chosen as one: a name without its number is worth nothing in an emergency."""

    FIRST_NAME = "first_name", N_("First name")
    SURNAME = "surname", N_("Surname")
    BORN = "born", N_("Date of birth")
    EMERGENCY = "emergency", N_("In an emergency")
    GOING_HOME = "going_home", N_("Going home")
    HOME = "home", N_("Neighbourhood")


#: The columns of each part; where a child lives has a table of its own.
COLUMNS: Final[Mapping[Part, tuple[str, ...]]] = {
    Part.FIRST_NAME: ("first_name",),
    Part.SURNAME: ("surname",),
    Part.BORN: ("born_on", "born_about"),
    Part.EMERGENCY: ("emergency_name", "emergency_phone"),
    Part.GOING_HOME: ("goes_home_alone", "picked_up_by"),
}


class SameRecord(Refusal):
    message = N_("That is the same record. Choose two.")


class ChangedMeanwhile(Refusal):
    message = N_("Somebody changed one of the two just now. Look at both again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeWish:
    """Two records of one child: which parts the one that stays takes from the one that goes.

    The versions are those that were on the screen.
    """

    kept_id: UUID
    gone_id: UUID
    taken: frozenset[Part]
    kept_version: int | None = None
    gone_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What goes where: the rows of one child to another, and of its family if that goes too."""

    kept: UUID
    gone: UUID
    family: UUID
    family_gone: UUID | None
    #: Families between which rows about the child itself move, even if both stay.
    old_family: UUID
    #: Rows of one and the same adult: the one that stays, by the one that may go.
    same: Mapping[UUID, UUID]


class Adult(Protocol):
    """An adult as far as two of them are compared."""

    id: UUID
    user_id: UUID | None
    email: str | None
    phone: str


class Tie(Protocol):
    has_custody: bool | None
    custody_kind: CustodyKind
    may_pick_up: bool
    portal_access: bool
    contact_allowed: bool
    ended_at: datetime | None
    held_at: datetime | None
    parents_see: ParentsSee | None


def same_person(one: Adult, other: Adult, proved: Mapping[UUID, str]) -> bool:
    """Tell whether two adults are certainly one; `proved` is the address with which each signs in.

    A telephone number that somebody typed opens nothing: it only tells two adults apart neither of
    whom signs in. Who signs in is known by the address that they showed to be theirs.
    """
    if one.id == other.id:
        return True
    if one.user_id and other.user_id:
        return one.user_id == other.user_id
    mails = {_address(each, proved) for each in (one, other)}
    if len(mails) == 1 and None not in mails:
        return True
    nobody_signs_in = not one.user_id and not other.user_id
    numbers = {digits(one.phone), digits(other.phone)}
    return nobody_signs_in and len(numbers) == 1 and "" not in numbers


def _address(adult: Adult, proved: Mapping[UUID, str]) -> str | None:
    known = proved.get(adult.user_id) if adult.user_id else adult.email
    return known.casefold() if known else None


def digits(phone: str) -> str:
    """Return the last nine digits: the same with and without the code of the country."""
    return re.sub(r"\D", "", phone)[-9:]


def stricter(one: Tie, other: Tie) -> dict[str, Any]:
    """Return what a tie is when two become one: whatever either forbids stays forbidden."""
    known = [tie.has_custody for tie in (one, other) if tie.has_custody is not None]
    kinds = {tie.custody_kind for tie in (one, other)} - {CustodyKind.UNKNOWN}
    return {
        "has_custody": all(known) if known else None,
        "custody_kind": kinds.pop() if len(kinds) == 1 else CustodyKind.UNKNOWN,
        "may_pick_up": one.may_pick_up and other.may_pick_up,
        "portal_access": one.portal_access and other.portal_access,
        "contact_allowed": one.contact_allowed and other.contact_allowed,
        "ended_at": _earlier(one.ended_at, other.ended_at),
        "held_at": _earlier(one.held_at, other.held_at),
        "invited_until": None,
        "parents_see": _less(one.parents_see, other.parents_see),
    }


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at), default=None)


def _less(one: ParentsSee | None, other: ParentsSee | None) -> ParentsSee | None:
    order = list(ParentsSee)
    return max((said for said in (one, other) if said), key=order.index, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two as far as defaults need it: did the parents write it, and since when."""

    own_entry: bool
    added_on: Any
    told: Mapping[Part, tuple[Any, ...]]
    about: bool


def first(one: Side, other: Side) -> bool:
    """Tell whether the first of two stays: the parents' own entry, else the older record."""
    if one.own_entry is not other.own_entry:
        return one.own_entry
    return bool(one.added_on <= other.added_on)


def taken_by_default(kept: Side, gone: Side) -> frozenset[Part]:
    """Return what to take from the record that goes: what is newer, unless the parents wrote the
    other; what is empty there; and a day of birth where there was only an age."""
    newer = gone.added_on > kept.added_on and kept.own_entry is gone.own_entry
    return frozenset(part for part in Part if _better(part, kept, gone, newer=newer))


def _better(part: Part, kept: Side, gone: Side, *, newer: bool) -> bool:
    if not any(gone.told[part]):
        return False
    if part is Part.BORN and kept.about is not gone.about:
        return kept.about
    return newer or not any(kept.told[part])


def differing(kept: Side, gone: Side) -> list[Part]:
    return [part for part in Part if kept.told[part] != gone.told[part]]


def worked_out(age: int, today: date) -> date:
    """Return a day of birth for an age: half a year from either birthday."""
    day = date(today.year - age, today.month, min(today.day, 28))
    return date.fromordinal(day.toordinal() - 182)


def ordered(ids: Iterable[UUID]) -> tuple[UUID, UUID]:
    one, other = sorted(ids)
    return one, other
