"""When somebody can be away, and who can stand in for them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: How long somebody is away at most, as far as one can say beforehand.
LONGEST: Final = timedelta(days=366)
#: How long it is known who stood in for whom.
KEPT: Final = timedelta(days=366)

Days = tuple[date, date]


class Lack(Labelled):
    """Why there is nobody for what somebody carries."""

    ALONE = "alone", N_("Nobody stands in")
    BOTH = "both", N_("Who stands in is away too, or may not")
    LOCKED = "locked", N_("Locked: did not sign in for a long time")
    LEFT = "left", N_("Does not work here any more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """From when until when somebody is away, and who stands in for them."""

    first: date
    last: date
    deputy_id: UUID | None = None


class BackToFront(Refusal):
    message = N_("The last day cannot be before the first.")
    field = "last"


class Over(Refusal):
    message = N_("These days are over already.")
    field = "last"


class TooLong(Refusal):
    message = N_("Somebody is away for a year at most. Their work needs a new owner then.")
    field = "last"


class AwayAlready(Refusal):
    message = N_("You were going to be away in these days already. Take that back first.")
    field = "first"


class DeputyAway(Refusal):
    message = N_("This colleague is away in these days too. Choose somebody who is there.")
    field = "deputy_id"


class CannotStandIn(Refusal):
    message = N_("This colleague cannot stand in here. Choose somebody from the list.")
    field = "deputy_id"


def check(leave: Leave, today: date) -> None:
    if leave.last < leave.first:
        raise BackToFront
    if leave.last < today:
        raise Over
    if leave.last - leave.first > LONGEST:
        raise TooLong


def overlap(leave: Leave, others: Collection[Days]) -> bool:
    """Tell whether any of these days is a day of that leave."""
    return any(first <= leave.last and last >= leave.first for first, last in others)


def check_days(leave: Leave, own: Collection[Days], theirs: Collection[Days]) -> None:
    """Check that days are not told twice, and that who stands in is there."""
    if overlap(leave, own):
        raise AwayAlready
    if overlap(leave, theirs):
        raise DeputyAway
