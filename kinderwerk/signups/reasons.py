"""What stands in a child's way, each in a sentence of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.families.rules import age_on
from kinderwerk.signups.rules import (
    Ages,
    AlreadySignedUp,
    OfAnotherOrganisation,
    TooOld,
    TooYoung,
)


class NotFromHere(Refusal):
    message = N_("This is only for children who live in %(places)s. %(name)s lives elsewhere.")
    field = "children"


class HomeUnknown(Refusal):
    message = N_("This is only for children who live in %(places)s. Where does %(name)s live?")
    field = "children"


class Clash(Refusal):
    """A warning: whoever knows of it may sign the child up all the same."""

    message = N_("%(name)s has a place at “%(title)s” at that time: %(moment)s.")
    field = "anyway"


class Way(Labelled):
    """How a family can go on from here."""

    SEE = "see", N_("See how it stands")
    OTHER = "other", N_("Look for something for this age")
    MOVE = "move", N_("Say where your child lives")
    ADD = "add", N_("Add the child there")


#: Where each reason leads; the others lead nowhere.
WAYS = {
    AlreadySignedUp: Way.SEE,
    TooYoung: Way.OTHER,
    TooOld: Way.OTHER,
    NotFromHere: Way.MOVE,
    HomeUnknown: Way.MOVE,
    OfAnotherOrganisation: Way.ADD,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """As much of a child as decides whether it can come; `home` is None where nobody knows."""

    name: str
    born_on: date
    home: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """For whom something is: by age on the day, and by neighbourhood; no homes: from anywhere."""

    ages: Ages
    homes: frozenset[UUID] = frozenset()
    places: str = ""

    def check(self, child: Candidate, day: date) -> None:
        self.ages.check(child.name, age_on(child.born_on, day))
        if not self.homes or child.home in self.homes:
            return
        refusal = NotFromHere if child.home else HomeUnknown
        raise refusal(name=child.name, places=self.places)


class Slot(Protocol):
    """Anything that begins and ends."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """A time at which a child has a place somewhere already."""

    child_id: UUID
    activity_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime


def clash(name: str, dates: Iterable[Slot], taken: Sequence[Taken]) -> Clash | None:
    """Return the first time at which a child would be in two places at once; touching is not."""
    both = (
        (date.starts_at, other)
        for date in dates
        for other in taken
        if date.starts_at < other.ends_at and other.starts_at < date.ends_at
    )
    first = min(both, key=lambda pair: pair[0], default=None)
    if first is None:
        return None
    return Clash(name=name, title=first[1].title, moment=first[1].starts_at)
