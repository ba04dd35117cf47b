"""What is written down of a talk with a child, and what may be told of many of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.activities.rules import AgeBand
from kinderwerk.conversations.themes import Theme
from kinderwerk.core.errors import Refusal
from kinderwerk.core.periods import Period
from kinderwerk.core.words import N_, Labelled
from kinderwerk.disclosure.remembered import Remembered
from kinderwerk.disclosure.tables import SMALLEST_BASE, Axis, Kind, Shown, Split, Table, share

REMEMBERED: Final = Remembered()
#: What one tap says of how long it took.
TAPPED: Final = (5, 10, 20, 45)
#: Further back nobody remembers it well enough.
LONGEST_AGO: Final = timedelta(days=7)
#: So long the last tap can be taken back right there.
JUST_NOW: Final = timedelta(minutes=15)
#: So long after a half-year nothing is added to it any more, and it can be told to everybody.
SETTLED: Final = timedelta(days=14)
#: How many themes the neighbourhood hears of.
TOP: Final = 6
BANDS: Final = (
    AgeBand.UP_TO_6, AgeBand.UP_TO_9, AgeBand.UP_TO_12, AgeBand.UP_TO_15, AgeBand.UP_TO_17,
)  # fmt: skip
WHOLE: Final = "whole"
#: What is not named in a list of themes: something else, and what is too sensitive.
REST: Final = "rest"
HALVES: Final = (1, 2)


class Channel(Labelled):
    SPOKEN = "spoken", N_("Face to face")
    PHONE = "phone", N_("By telephone")
    CHAT = "chat", N_("By chat")
    LETTERBOX = "letterbox", N_("By letter in the box")


#: Never told outside; inside by district and half-year only.
SENSITIVE: Final = (Theme.VIOLENCE, Theme.SEXUALITY)
NAMED: Final = tuple(one for one in Theme if one not in (*SENSITIVE, Theme.OTHER))


class Serious(Labelled):
    YES = "yes", N_("Serious")
    NO = "no", N_("Not serious")


class Pointed(Labelled):
    """To whom the child was helped on."""

    NOBODY = "nobody", N_("To nobody, the talk was enough")
    COLLEAGUE = "colleague", N_("To a colleague")
    HELPLINE = "helpline", N_("To a helpline")
    HELP = "help", N_("To help outside our house")


class NotYetHeld(Refusal):
    message = N_("That day is still to come. Write it down when you have talked.")
    field = "held_on"


class TooLongAgo(Refusal):
    message = N_("Write it down within a week: after that it does not count any more.")
    field = "held_on"


class TooLateToUndo(Refusal):
    message = N_("This was written down a while ago. It stays as it is.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A talk; nothing in it can point at anybody. `once` is the mark of the form."""

    channel: Channel
    theme: Theme
    band: AgeBand
    serious: Serious
    pointed: Pointed
    minutes: int
    held_on: date
    neighbourhood_id: UUID | None
    once: UUID


@dataclass(frozen=True, slots=True)
class Some:
    """So many talks of one kind in one month, and their minutes together."""

    month: int
    channel: Channel
    theme: Theme
    band: AgeBand
    serious: Serious
    pointed: Pointed
    n: int
    minutes: int

    @property
    def half(self) -> int:
        return 1 if self.month <= 6 else 2


@dataclass(frozen=True, slots=True)
class Row:
    """What is told of one member in each half of a year and in all of it; in percents, if any."""

    name: str
    label: str
    halves: tuple[Shown, Shown]
    year: Shown
    share: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """What children of a neighbourhood talked about, as everybody may hear it.

    `about` is roughly how many talks there were; the themes are whole percents of them.
    """

    period: Period
    about: int
    themes: tuple[tuple[Theme, int], ...]


def check_held(held_on: date, today: date) -> None:
    if held_on > today:
        raise NotYetHeld
    if today - held_on > LONGEST_AGO:
        raise TooLongAgo


def settled(today: date) -> Period:
    """Return the last half-year to which nothing is added any more."""
    return Period.holding(today - SETTLED)[1].previous


def enough(talks: int) -> bool:
    """Tell whether it may be said what talks were about, how they went, and with whom."""
    return talks >= SMALLEST_BASE


def told(period: Period, talks: Mapping[Theme, int]) -> Told | None:
    """Return what everybody may hear of a settled period; None: there is too little to tell.

    A theme stands there from 5 talks on, and never one of the sensitive. The number of talks is
    rounded and what is not named has no row, so no small count follows from what stands there.
    """
    base = sum(talks.values())
    if not enough(base):
        return None
    known = {one: n for one in NAMED if (n := talks.get(one, 0)) >= Kind.PARTICIPATION.minimum}
    most = sorted(known, key=lambda one: -known[one])[:TOP]
    if not most:
        return None
    whole = [(one, (200 * known[one] + base) // (2 * base)) for one in most]
    return Told(period, Kind.SENSITIVE.rounded(base), tuple(whole))


def rows(year: int, name: str, labels: Mapping[str, str], talks: Iterable[Some]) -> list[Row]:
    """Return what may be told of a year by one of the kinds of things that are known of a talk.

    `labels` names the members in their order; whatever is none of them counts as the rest.
    """
    counts: Counter[tuple[str, str]] = Counter()
    periods = (str(year), *(f"{year}-H{half}" for half in HALVES))
    for one in talks:
        said = getattr(one, name).value
        for member in (WHOLE, said if said in labels else REST):
            for period in (periods[0], periods[one.half]):
                counts[member, period] += one.n
    safe = REMEMBERED.protect("conversations", [_table(name, tuple(labels), periods, counts)])
    base = safe.at(name, WHOLE, periods[0])
    made = []
    for member, label in labels.items():
        shown, first, second = (safe.at(name, member, period) for period in periods)
        made.append(Row(member, label, (first, second), shown, share(shown, base)))
    return made


def _table(
    name: str, members: Sequence[str], periods: Sequence[str], counts: Mapping[tuple[str, str], int]
) -> Table:
    parts = tuple(dict.fromkeys((*members, REST)))
    axes = (
        Axis("member", (WHOLE, *parts), (Split(WHOLE, parts),)),
        Axis("period", tuple(periods), (Split(periods[0], tuple(periods[1:])),)),
    )
    keys = [(member, period) for member in (WHOLE, *parts) for period in periods]
    return Table(
        name=name, kind=Kind.PARTICIPATION, axes=axes,
        counts={key: counts.get(key, 0) for key in keys},
    )  # fmt: skip


def by_size(found: Iterable[Row]) -> list[Row]:
    """Return the most frequent first; what is not shown, and the rest, last."""
    return sorted(found, key=lambda row: (row.name == REST, -(row.year.count or 0)))


def sensitive(count: int) -> Shown:
    """Return a count of a district and a half-year as it may be told inside."""
    kind = Kind.SENSITIVE
    return Shown(kind, None if kind.small(count) else kind.rounded(count))
