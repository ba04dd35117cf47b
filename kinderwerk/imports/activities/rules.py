"""What a table of activities can say: which column is what, and what its cells mean."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from kinderwerk.activities import rules as activities
from kinderwerk.activities.repeating import LISTED, Repeats, Rule
from kinderwerk.activities.rules import HABITS, Format, Plan, SignupKind
from kinderwerk.activities.series import Series
from kinderwerk.core.words import N_, Labelled
from kinderwerk.imports import rules
from kinderwerk.imports.rules import Read, Rows, Words, Wrong, plain


class Column(Labelled):
    """What a column can be; how it takes place, then for whom and why."""

    TITLE = "title", N_("What is it called?")
    FORMAT = "format", N_("Kind of activity")
    BEGINS_ON = "begins_on", N_("First day")
    ENDS_ON = "ends_on", N_("Last day")
    REPEATS = "repeats", N_("How often?")
    DATES = "dates", N_("Dates")
    STARTS = "starts", N_("From")
    ENDS = "ends", N_("Until")
    VENUE = "venue", N_("Where?")
    STAFF = "staff", N_("Who runs it?")
    AGE_FROM = "age_from", N_("From age")
    AGE_TO = "age_to", N_("Up to and including age")
    CAPACITY = "capacity", N_("How many places?")
    SIGNUP = "signup", N_("Do children sign up?")
    PRICE = "price", N_("What does it cost per child?")
    SUMMARY = "summary", N_("In one sentence")
    DESCRIPTION = "description", N_("What are you going to do?")
    BRING = "bring", N_("What do children bring?")
    GOAL = "goal", N_("Which goal do they serve most?")
    WHY = "why", N_("Why does this activity serve that goal?")


NEEDED: Final = (Column.TITLE, Column.STARTS, Column.ENDS)
#: Names in use for a column in Dutch, English and German, likeliest first, letters only.
KNOWN: Final[Mapping[Column, tuple[str, ...]]] = MappingProxyType(
    {
        Column.TITLE: ("activiteit", "titel", "naam", "title", "activity", "name", "aktivität",
                       "angebot", "naamactiviteit", "bezeichnung"),
        Column.FORMAT: ("soort", "type", "kind", "art", "werkvorm", "soortactiviteit"),
        Column.BEGINS_ON: ("datum", "startdatum", "begindatum", "date", "eerstedag", "firstday",
                           "startdate", "beginn", "ersterttag", "erstertag", "dag", "vanaf"),
        Column.ENDS_ON: ("einddatum", "laatstedag", "enddate", "lastday", "enddatum", "letztertag",
                         "totenmet"),
        Column.REPEATS: ("herhaling", "frequentie", "repeats", "frequency", "wiederholung",
                         "hoevaak"),
        Column.DATES: ("data", "alledata", "dates", "datums", "termine"),
        Column.STARTS: ("begintijd", "starttijd", "van", "start", "starttime", "uhrzeit", "tijd",
                        "begin", "aanvang"),
        Column.ENDS: ("eindtijd", "tot", "einde", "end", "endtime", "ende", "bis"),
        Column.VENUE: ("locatie", "plaats", "waar", "venue", "location", "ort", "gebouw",
                       "accommodatie"),
        Column.STAFF: ("begeleider", "begeleiders", "medewerker", "staff", "leiding", "leitung",
                       "kinderwerker", "uitvoerder"),
        Column.AGE_FROM: ("leeftijdvan", "minimumleeftijd", "vanleeftijd", "agefrom", "altervon",
                          "jongste"),
        Column.AGE_TO: ("leeftijdtot", "maximumleeftijd", "totleeftijd", "ageto", "alterbis",
                        "oudste"),
        Column.CAPACITY: ("plekken", "plaatsen", "aantalplekken", "capaciteit", "capacity",
                          "places", "plätze", "maxdeelnemers", "maximumaantal"),
        Column.SIGNUP: ("aanmelden", "aanmelding", "signup", "anmeldung", "inschrijving"),
        Column.PRICE: ("prijs", "kosten", "bijdrage", "price", "preis", "eigenbijdrage"),
        Column.SUMMARY: ("samenvatting", "kort", "summary", "zusammenfassung"),
        Column.DESCRIPTION: ("omschrijving", "beschrijving", "description", "beschreibung",
                             "inhoud", "toelichting"),
        Column.BRING: ("meenemen", "bring", "mitbringen"),
        Column.GOAL: ("doel", "goal", "ziel", "doelstelling"),
        Column.WHY: ("waarom", "why", "warum", "reden"),
    }
)  # fmt: skip
LENGTHS: Final[Mapping[Column, int]] = MappingProxyType(
    {
        Column.TITLE: 120, Column.VENUE: 300, Column.SUMMARY: 300, Column.DESCRIPTION: 4000,
        Column.BRING: 300, Column.WHY: 300,
    }
)  # fmt: skip
#: The ways to repeat that a word in a cell can say.
WAYS: Final = (Repeats.ONCE, Repeats.WEEKLY, Repeats.FORTNIGHTLY, Repeats.LISTED)
LABELS: Final[Mapping[Column, type[Labelled]]] = MappingProxyType(
    {Column.FORMAT: Format, Column.REPEATS: Repeats, Column.SIGNUP: SignupKind}
)
MOST_PLACES: Final = 10_000
FREE: Final = frozenset({"gratis", "free", "kostenlos", "geen", "none", "keine"})
_BETWEEN: Final = re.compile(r"[;,\n]+")
_WHOLE: Final = re.compile("[0-9]{1,9}")
_MOMENT: Final = re.compile(
    "([0-9]{1,2})(?:[:.uh]?([0-9]{2}))?(?::[0-9]{2})? ?(?:uur|uhr|u|h)?", re.I
)
_MONEY: Final = re.compile("€? ?([0-9]{1,4})(?:[.,]([0-9]{1,2}|-))? ?(?:€|euro)?", re.I)


@dataclass(frozen=True, slots=True)
class Line:
    """A plan, and the words for a place that is no venue of ours."""

    row: int
    plan: Plan

    @property
    def place(self) -> str:
        return self.plan.way_there


def same(title: str, begins_on: date, starts: time) -> tuple[str, date, time]:
    """Return by what an activity is known again: what is called so, and begins then."""
    return plain(title), begins_on, starts


def read(rows: Rows, columns: Mapping[Column, str], known: Words) -> Read[Line]:
    again = N_("The same activity stands in row %(first)s already.")
    line = partial(_line, otherwise=known.otherwise)
    return rules.read(rows, columns, Column, partial(_cell, known=known), line, _same, again)


def _same(line: Line) -> tuple[str, date, time]:
    return same(line.plan.title, line.plan.series.begins_on, line.plan.series.starts)


def _line(number: int, said: Mapping[Column, Any], otherwise: Mapping[Any, Any]) -> Line:
    series = _series(said)
    format = said[Column.FORMAT] or (Format.CLUB if series.rule else Format.EVENT)
    habit, venue = HABITS[format], said[Column.VENUE]
    goal = said[Column.GOAL] or otherwise.get(Column.GOAL)
    if goal is None:
        raise Wrong(N_("It says no goal."))
    plan = Plan(
        format=format, title=said[Column.TITLE], summary=said[Column.SUMMARY],
        description=said[Column.DESCRIPTION], bring=said[Column.BRING], goal_ids=(goal,),
        why=said[Column.WHY] or otherwise.get(Column.WHY, ""),
        age_from=_or(said[Column.AGE_FROM], habit.ages[0]),
        age_to=_or(said[Column.AGE_TO], max(habit.ages[1], said[Column.AGE_FROM] or 0)),
        capacity=_or(said[Column.CAPACITY], habit.capacity),
        signup=said[Column.SIGNUP] or habit.signup, register=habit.register,
        drawing=habit.drawing, price_cents=said[Column.PRICE], staff_ids=said[Column.STAFF],
        venue_id=venue if isinstance(venue, UUID) else None,
        way_there=venue if isinstance(venue, str) else "", series=series,
    )  # fmt: skip
    activities.check(plan)
    return Line(number, plan)


def _or(said: int | None, otherwise: Any) -> Any:
    return otherwise if said is None else said


def _series(said: Mapping[Column, Any]) -> Series:
    """Return when it is: on days that are listed, by a rule to the last day, or once."""
    first, last, listed = said[Column.BEGINS_ON], said[Column.ENDS_ON], said[Column.DATES]
    times = {"starts": said[Column.STARTS], "ends": said[Column.ENDS]}
    if first is None and not listed:
        raise Wrong(N_("It says no day."))
    if listed:
        days = listed | ({first} if first else frozenset())
        return Series(begins_on=min(days), ends_on=max(days), rule=LISTED, extra=days, **times)
    rule = _rule(said[Column.REPEATS], first)
    if rule and last is None:
        raise Wrong(N_("It repeats, and has no last day."))
    return Series(begins_on=first, ends_on=last or first, rule=rule, **times)


def _rule(repeats: Repeats | None, first: date) -> Rule | None:
    if repeats is Repeats.LISTED:
        raise Wrong(N_("Its days are not in the table."))
    if repeats in (None, Repeats.ONCE):
        return None
    return Rule.weekly(first.weekday(), interval=2 if repeats is Repeats.FORTNIGHTLY else 1)


def _cell(column: Column, given: str, known: Words) -> Any:
    text = rules.written(given)
    if column in NEEDED:
        rules.filled(text)
    if column in LABELS:
        return rules.one_of(known.labels[LABELS[column]], text, None)
    if column in known.named:
        return _named(column, text, known.named[column])
    if column in _READ:
        return _READ[column](text)
    return rules.words(text, LENGTHS[column])


def _named(column: Column, text: str, rows: Mapping[str, UUID]) -> Any:
    """Return the goal or the people of that name; a place may be elsewhere, in words."""
    if column is Column.STAFF:
        return tuple(dict.fromkeys(rules.one_of(rows, one, None) for one in _apart(text)))
    if column is Column.VENUE and plain(text) not in rows:
        return rules.words(text, LENGTHS[column])
    return rules.one_of(rows, text, None)


def _day(text: str) -> date | None:
    return rules.day(text) if text else None


def _days(text: str) -> frozenset[date]:
    return frozenset(map(rules.day, _apart(text)))


def _apart(text: str) -> list[str]:
    return [one.strip() for one in _BETWEEN.split(text) if one.strip()]


def _time(text: str) -> time:
    found = _MOMENT.fullmatch(text)
    try:
        if found:
            return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        pass
    raise Wrong(N_("“%(word)s” is no time like 14:30."), word=text[:40])


def _number(text: str, most: int) -> int | None:
    if not text:
        return None
    if not _WHOLE.fullmatch(text) or int(text) > most:
        raise Wrong(N_("“%(word)s” is no number up to %(most)s."), word=text[:40], most=most)
    return int(text)


def _cents(text: str) -> int:
    if not text or plain(text) in FREE:
        return 0
    found = _MONEY.fullmatch(text)
    if found is None:
        raise Wrong(N_("“%(word)s” is no amount like 2,50."), word=text[:40])
    return int(found[1]) * 100 + int((found[2] or "").strip("-").ljust(2, "0"))


_READ: Final[Mapping[Column, Callable[[str], Any]]] = MappingProxyType(
    {
        Column.BEGINS_ON: _day, Column.ENDS_ON: _day, Column.DATES: _days,
        Column.STARTS: _time, Column.ENDS: _time, Column.PRICE: _cents,
        Column.AGE_FROM: partial(_number, most=activities.OLDEST),
        Column.AGE_TO: partial(_number, most=activities.OLDEST),
        Column.CAPACITY: partial(_number, most=MOST_PLACES),
    }
)  # fmt: skip
