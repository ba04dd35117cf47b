"""Who came: what may be written down, when, and what it counts for."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.activities.rules import HABITS, AgeBand, Format, RegisterMode
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.facts import rules as facts
from kinderwerk.facts.rules import Contribution, Measure, Place

#: More children of one age than this were not counted but mistyped.
MOST: Final = 999
#: Of a crowd that nobody could count.
MOST_IN_A_CROWD: Final = 9999
LONGEST_NOTE: Final = 500
#: How long before and after a session somebody who only helps sees whom to call.
HELPING: Final = timedelta(hours=12)
AHEAD: Final = timedelta(days=1)
#: So long around a session a mark also says when somebody came or went.
AROUND: Final = timedelta(minutes=45)
#: So long after it began a child who was expected is looked for.
LOOKED_FOR: Final = timedelta(minutes=15)
LONGEST_NAME: Final = 120
LONGEST_REASON: Final = 200

WITH_NAMES: Final = frozenset({RegisterMode.NAMED, RegisterMode.MIXED})
WITH_TALLY: Final = frozenset({RegisterMode.TALLY, RegisterMode.MIXED, RegisterMode.NAMED})
_UPPER: Final = (3, 6, 9, 12, 15, 17, 23)


class Presence(Labelled):
    PRESENT = "present", N_("Was there")
    ABSENT = "absent", N_("Did not come")
    EXCUSED = "excused", N_("Cancelled beforehand")


class Known(Labelled):
    KNOWN = "known", N_("Known")
    NEW = "new", N_("New")
    UNASKED = "unasked", N_("Not asked")


class Gender(Labelled):
    """Asked only where an organisation wants it; nobody is pressed for an answer."""

    GIRL = "girl", N_("Girl")
    BOY = "boy", N_("Boy")
    UNASKED = "unasked", N_("Not asked")


#: How a tally tells children apart, and how a headcount does.
TALLIED: Final = (Known.KNOWN, Known.NEW)


class CalledOff(Refusal):
    message = N_("This session does not go on, so nobody can be marked.")


class TooEarly(Refusal):
    message = N_("You can fill in this list from the day before.")


class Closed(Refusal):
    message = N_("This list was closed. Reopen it if something has to change.")


class OfAnotherOrganisation(Refusal):
    message = N_("This child is not known at your organisation yet. Add the child first.")


class NotThere(Refusal):
    message = N_("This child was not marked as here.")


class NotNamed(Refusal):
    message = N_("The family did not name this person. Call first, and write down what was said.")
    field = "why"


class NoCrowd(Refusal):
    message = N_("Only at an event or in the street may you estimate how many came.")


class OutOfBounds(Refusal):
    message = N_("A number lies between 0 and %(most)d.")


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """What one number of a tally is about."""

    band: AgeBand
    known: Known
    gender: Gender = Gender.UNASKED


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was typed, beside what stood there when the page was made.

    Only what somebody changed is written, so that two people can fill in different numbers.
    """

    seen: int
    typed: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """About how many came besides those who were counted, and with how many somebody talked."""

    estimated: Number
    contacts: Number

    @property
    def changed(self) -> dict[str, int]:
        numbers = {"estimated": self.estimated, "contacts": self.contacts}
        return {name: one.typed for name, one in numbers.items() if one.typed != one.seen}


@dataclass(frozen=True, slots=True)
class Leaving:
    """With whom a child goes: nobody, somebody whom the family named, or for a reason another."""

    who: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """For which day, goals and place a session counts."""

    organisation_id: UUID
    day: date
    goal_ids: tuple[UUID, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a register says, as far as it counts.

    `homes` are the children who were there, with the neighbourhood in which each lived that day.
    """

    held: bool = False
    tallied: int = 0
    homes: Mapping[UUID, Place | None] = field(default_factory=dict)

    def beyond(self, other: "Written") -> "Written":
        """Return what this says and the other does not say in the same words."""
        return Written(
            held=self.held and not other.held,
            tallied=max(0, self.tallied - other.tallied),
            homes={
                child_id: place
                for child_id, place in self.homes.items()
                if child_id not in other.homes or other.homes[child_id] != place
            },
        )


def contribution(setting: Setting, written: Written) -> Contribution:
    """Return what a register adds to the counts.

    Children counted without a name are visits where the activity is; they never make different
    children, because nobody knows whether they came twice.
    """
    return facts.total(_parts(setting, written))


def _parts(setting: Setting, written: Written) -> Iterator[Contribution]:
    here, day, goals = setting.organisation_id, setting.day, setting.goal_ids
    if written.held:
        yield facts.cells(Measure.SESSIONS, here, day, setting.place, goals)
    if written.tallied:
        yield facts.cells(Measure.VISITS_TALLY, here, day, setting.place, goals, n=written.tallied)
    at_home: dict[Place | None, list[UUID]] = {}
    for child_id, home in written.homes.items():
        at_home.setdefault(home, []).append(child_id)
    for home, child_ids in at_home.items():
        yield facts.children(here, child_ids, day, home, goals)


def check_open(
    *, day: date, today: date, called_off: bool, closed: bool
) -> None:  # fmt: skip
    """Refuse marks for what does not go on, is too far ahead, or was closed."""
    if called_off:
        raise CalledOff
    if day > today + AHEAD:
        raise TooEarly
    if closed:
        raise Closed


def check_number(n: int, most: int = MOST) -> int:
    if not 0 <= n <= most:
        raise OutOfBounds(most=most)
    return n


def crowded(format: Format, mode: RegisterMode) -> bool:
    """Tell whether so many may come that one estimates, where they are counted at all."""
    return HABITS[format].crowded and bool(kinds(mode))


def check_leaving(leaving: Leaving, fetchers: Collection[str], *, alone: bool) -> None:
    """Refuse to hand a child over to nobody or to a stranger, unless somebody says why."""
    allowed = leaving.who in fetchers if leaving.who else alone
    if not allowed and not leaving.why:
        raise NotNamed


def around(moment: datetime, *, starts_at: datetime, ends_at: datetime) -> bool:
    """Tell whether a mark made now also says when a child came or went."""
    return starts_at - AROUND <= moment <= ends_at + AROUND


def looked_for(moment: datetime, *, starts_at: datetime, ends_at: datetime) -> bool:
    """Tell whether it is time to call about those who were expected and are not here."""
    return starts_at + LOOKED_FOR <= moment <= ends_at


def helping(moment: datetime, *, starts_at: datetime, ends_at: datetime) -> bool:
    """Tell whether a session is near enough to show a helper whom to call."""
    return starts_at - HELPING <= moment <= ends_at + HELPING


def short_name(first_name: str, surname: str) -> str:
    """Return a name as helpers see it: the first name, and the initial of the surname."""
    initial = next((part[0] for part in surname.split() if part[0].isupper()), surname[:1])
    return f"{first_name} {initial}.".strip() if initial else first_name


def dial(phone: str) -> str:
    """Return a telephone number as a telephone wants it."""
    return re.sub(r"[^\d+]", "", phone)


def bands(age_from: int, age_to: int) -> tuple[AgeBand, ...]:
    """Return the age bands in which children of these ages lie."""
    reached = [_band(age) for age in (age_from, age_to)]
    order = list(AgeBand)
    return tuple(order[order.index(reached[0]) : order.index(reached[1]) + 1])


def _band(age: int) -> AgeBand:
    return next(
        (band for band, upper in zip(AgeBand, _UPPER, strict=False) if age <= upper), AgeBand.ADULT
    )


def kinds(mode: RegisterMode) -> tuple[Known, ...]:
    """Return how children without a name are told apart in this way of counting."""
    if mode is RegisterMode.HEADCOUNT:
        return (Known.UNASKED,)
    return TALLIED if mode in WITH_TALLY else ()


def asks(mode: RegisterMode) -> bool:
    """Tell whether children are told apart at all in this way of counting."""
    return kinds(mode) == TALLIED


def genders(*, asked: bool) -> tuple[Gender, ...]:
    return tuple(Gender) if asked else (Gender.UNASKED,)


def changed(before: Written, after: Written, setting: Setting) -> tuple[Contribution, Contribution]:
    """Return what a register no longer adds, and what it adds now instead."""
    return (
        contribution(setting, before.beyond(after)),
        contribution(setting, after.beyond(before)),
    )


def rest(
    on_list: Iterable[UUID], marked: Iterable[UUID], presence: Presence, away: Collection[UUID] = ()
) -> dict[UUID, Presence | None]:
    """Return one mark for all who have none yet; who was signed off beforehand is excused."""
    done = set(marked)
    return {
        child_id: Presence.EXCUSED if child_id in away else presence
        for child_id in on_list
        if child_id not in done
    }
