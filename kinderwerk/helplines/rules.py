"""Numbers to call: those that come along, and what an organisation says of them."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from kinderwerk.accounts.rules import Country
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Translated
from kinderwerk.places.opening import MIDNIGHT, Opening

#: A file of this name beside the settings of an installation takes the place of ours.
FILE: Final = "helplines.toml"
OURS: Final = Path(__file__).with_name("lines.toml")
#: After so long somebody has to look whether a number still answers.
CHECKED_FOR: Final = timedelta(days=183)
ADVICE: Final = {Country.NETHERLANDS: "veilig_thuis", Country.GERMANY: "jugendamt"}
CHILDREN: Final = {Country.NETHERLANDS: "kindertelefoon", Country.GERMANY: "nummer_gegen_kummer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpline:
    """A number to call; the most urgent ones are `urgent`, those with `work` are for the
    emergency card, and what is `local` has no number until an organisation gives it one."""

    key: str
    country: Country
    name: str
    number: str
    urgent: bool
    local: bool
    checked_on: date
    words: Translated
    work: Translated | None
    site: str = ""
    child: Translated | None = None
    hours: Opening = field(default_factory=Opening)

    @property
    def card(self) -> Translated:
        """Return the words for children."""
        return self.child or self.words

    @property
    def numbers(self) -> Sequence[str]:
        return self.number.split(" · ")

    def is_old(self, today: date) -> bool:
        return today - self.checked_on > CHECKED_FOR

    def today(self, now: datetime) -> tuple[time, time] | None:
        """Return from when until when one can call on the day of that wall time.

        None where nobody here looked it up lately: then its own site says it.
        """
        return None if self.is_old(now.date()) else self.hours.on(now)

    def is_open(self, now: datetime) -> bool:
        hours = self.today(now)
        return hours is not None and (
            hours[0] <= now.time() and (hours[1] == MIDNIGHT or now.time() < hours[1])
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an organisation says of a number; an empty name or number leaves what came along."""

    name: str
    number: str
    checked_on: date
    hours: Opening = field(default_factory=Opening)


class NotYetChecked(Refusal):
    message = N_("That day is still to come.")
    field = "checked_on"


class NoNumber(Refusal):
    message = N_("Nobody but you knows this number: fill it in.")
    field = "number"


class Book:
    """The lines of this installation."""

    def __init__(self) -> None:
        self.lines = read(OURS)

    def load(self, own: Path) -> None:
        self.lines = read(own if own.is_file() else OURS)

    def of(self, country: Country) -> Sequence[Helpline]:
        return [one for one in self.lines if one.country is country]


def read(path: Path) -> tuple[Helpline, ...]:
    with path.open("rb") as file:
        found = tomllib.load(file)["line"]
    return tuple(
        Helpline(
            key=one.get("key", one["name"]), country=Country(one["country"]), name=one["name"],
            number=one.get("number", ""), urgent=one.get("urgent", False),
            local=one.get("local", False), checked_on=one["checked_on"], words=one["words"],
            work=one.get("work"), site=one.get("site", ""), child=one.get("child"),
        )
        for one in found
    )  # fmt: skip


def said(line: Helpline, wish: Wish) -> Helpline:
    """Return the line as an organisation says it is."""
    return replace(
        line, name=wish.name or line.name, number=wish.number or line.number,
        checked_on=wish.checked_on, hours=wish.hours,
    )  # fmt: skip


def check(line: Helpline, wish: Wish, today: date) -> None:
    if wish.checked_on > today:
        raise NotYetChecked
    if not (wish.number or line.number):
        raise NoNumber


book: Final = Book()
