"""What helpers must know of a child: what can be said, until when it stays, when it is read."""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: So long before a session until so long after it do those who run it read what they must know.
WINDOW: Final = timedelta(hours=24)
#: From so long before the end of the season a family is asked whether it stays another one.
ASKED_BEFORE: Final = timedelta(days=60)
LONGEST: Final = 2000

E = TypeVar("E", bound=Labelled)


class Food(Labelled):
    """What a child does not eat; why is never asked."""

    PORK = "pork", N_("Pork")
    MEAT = "meat", N_("Meat")
    FISH = "fish", N_("Fish")
    EGG = "egg", N_("Egg")
    DAIRY = "dairy", N_("Milk and cheese")
    GLUTEN = "gluten", N_("Gluten")
    NUTS = "nuts", N_("Nuts")
    SUGAR = "sugar", N_("Sugar")


class Support(Labelled):
    """What can be asked for a child, so that it can take part."""

    BUDDY = "buddy", N_("A buddy")
    EXTRA_ADULT = "extra_adult", N_("An extra adult")
    QUIET_PLACE = "quiet_place", N_("A quiet place")
    TOLD_AHEAD = "told_ahead", N_("Hearing beforehand what will happen")
    PICTURES = "pictures", N_("Pictures beside words")
    STEP_FREE = "step_free", N_("No stairs")


#: What asks for one more pair of hands.
HANDS: Final = frozenset({Support.BUDDY, Support.EXTRA_ADULT})


class NotAgreed(Refusal):
    message = N_("Without your yes we keep nothing of this.")
    field = "agreed"


class NothingTold(Refusal):
    message = N_("Write down at least one thing.")
    field = "medical"


class ChildNotAsked(Refusal):
    message = N_("Ask your child first, and tick that it agrees.")
    field = "child_agreed"


class NoSuchDay(Refusal):
    message = N_("That day is not in every year.")
    field = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """What a family tells: health, food, and what helps the child to take part."""

    medical: str = ""
    food: Collection[Food] = ()
    food_else: str = ""
    joining: str = ""
    support: Collection[Support] = ()

    def __bool__(self) -> bool:
        return bool(
            self.medical or self.food or self.food_else or self.joining or self.support
        )  # fmt: skip

    @property
    def hands(self) -> int:
        """How many more adults are asked for: what the planner adds to its ratio."""
        return len(HANDS & set(self.support))


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """On which day of the year a season ends."""

    month: int = 8
    day: int = 31

    def end(self, since: date) -> date:
        """Return the last day of the season in which a day lies."""
        ends = date(since.year, self.month, self.day)
        return ends if ends >= since else ends.replace(year=since.year + 1)

    def next_end(self, until: date) -> date:
        return self.end(until + timedelta(days=1))


def check_season(season: Season) -> None:
    if not 1 <= season.month <= 12 or not 1 <= season.day <= monthrange(2023, season.month)[1]:
        raise NoSuchDay


def readable(now: datetime, starts_at: datetime, ends_at: datetime) -> bool:
    return starts_at - WINDOW <= now <= ends_at + WINDOW


def check_agreed(*, agreed: bool, child: bool, child_asked: bool) -> None:
    if not agreed:
        raise NotAgreed
    if child_asked and not child:
        raise ChildNotAsked


def stored(chosen: Collection[Labelled]) -> str | None:
    return ",".join(sorted(one.value for one in chosen)) or None


def told(kind: type[E], words: str | None) -> tuple[E, ...]:
    """Return what was chosen, as far as it can still be chosen."""
    chosen = (words or "").split(",")
    return tuple(one for one in kind if one.value in chosen)
