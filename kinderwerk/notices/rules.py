"""What is different in a plan, and what a worker may say to all families of one date."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self
from uuid import UUID

from kinderwerk.activities.series import Slot
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.messages.rules import Channel


@dataclass(frozen=True, slots=True)
class Moved:
    """A date that has another time now."""

    before: Slot
    now: Slot


@dataclass(frozen=True, slots=True)
class Difference:
    """What a family has to know that it did not know yet; what stayed as it was is empty."""

    moved: Mapping[UUID, Moved]
    gone: Mapping[UUID, Slot] = field(default_factory=dict)
    new: Sequence[Slot] = ()
    details: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.moved or self.gone or self.details)

    def of(self, dates: Collection[UUID] | None) -> "Difference":
        """Return what concerns who comes on these dates only; None comes on all of them."""
        if dates is None:
            return self
        moved = {id: one for id, one in self.moved.items() if id in dates}
        return Difference(moved, details=self.details)


def compare(
    known: Mapping[UUID, Slot], standing: Mapping[UUID, Slot], off: Collection[UUID],
    details: Collection[str],
) -> Difference:  # fmt: skip
    """Say what became of the dates that families know; those called `off` they were told about.

    New dates are told where others went: the group has another day now.
    """
    moved = {
        id: Moved(slot, standing[id])
        for id, slot in sorted(known.items(), key=lambda pair: pair[1])
        if id in standing and standing[id] != slot
    }
    gone = {
        id: slot
        for id, slot in sorted(known.items(), key=lambda pair: pair[1])
        if id not in standing and id not in off
    }
    new = sorted(slot for id, slot in standing.items() if id not in known) if gone else []
    return Difference(moved, gone, new, frozenset(details))


class Word(Labelled):
    """What a worker has to say most often; we say it in every language."""

    INSIDE = "inside", N_("It rains: we play inside.")
    BOOTS = "boots", N_("We go outside: bring boots and a raincoat.")
    WATER = "water", N_("It gets hot: bring water, a cap and sun cream.")
    SWIM = "swim", N_("Bring swimming things and a towel.")
    LATER_15 = "later_15", N_("We are back a quarter of an hour later.")
    LATER_30 = "later_30", N_("We are back half an hour later.")
    LATER_60 = "later_60", N_("We are back an hour later.")
    EARLIER = "earlier", N_("We stop half an hour earlier today.")
    OWN = "own", N_("My own words only")


#: How many such messages a date bears within a day.
MOST_A_DAY: Final = 6
#: For how long after the end something can still be said: back later, a coat left behind.
AFTERWARDS: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """What is to be said to all families of a date, and from which form."""

    word: Word
    words: str = ""
    language: str = "nl"
    form_id: UUID


class NothingSaid(Refusal):
    message = N_("Choose a sentence, or write your own.")
    field = "words"


class SaidEnough(Refusal):
    message = N_(
        "This group got %(most)d messages within a day already. Is it urgent? Then call the"
        " families."
    )


class NotAnyMore(Refusal):
    message = N_("This date is over, or does not go on: nothing can be said about it any more.")


class NobodyComes(Refusal):
    message = N_("Nobody has a place on this date, so there is nobody to tell.")


def check(say: Say, *, off: bool, ends_at: datetime, lately: int, now: datetime) -> None:
    if say.word is Word.OWN and not say.words:
        raise NothingSaid
    if off or now > ends_at + AFTERWARDS:
        raise NotAnyMore
    if lately >= MOST_A_DAY:
        raise SaidEnough(most=MOST_A_DAY)


class Amount(Labelled):
    """How much somebody wants to hear; an offer, a change and a cancellation always come."""

    ALL = "all", N_("Everything, also a message the day before")
    NO_REMINDERS = "no_reminders", N_("Everything, but nothing the day before")
    NEEDED = "needed", N_("Only what I cannot do without")

    @classmethod
    def of(cls, *, reminders: bool, only_needed: bool) -> Self:
        return cls.NEEDED if only_needed else cls.ALL if reminders else cls.NO_REMINDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How somebody wants to be told, and where."""

    amount: Amount
    channel: Channel
    phone: str
    email: str


#: How many addresses somebody may have us write to within a day, to see whether they are theirs.
MOST_ADDRESSES: Final = 3


class NoWay(Refusal):
    message = N_("To this number no text message can go. Type it as you would dial it.")
    field = "phone"


class TooManyAddresses(Refusal):
    message = N_("We wrote to several addresses for you today. Try again tomorrow.")
    field = "email"
