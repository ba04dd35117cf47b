"""Reading holidays from a calendar or a table, row by row. Runs in the child."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from kinderwerk.calendars import reading as calendars
from kinderwerk.calendars.events import Event
from kinderwerk.calendars.reading import Window
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.holidays import rules
from kinderwerk.holidays.rules import LARGEST_UPLOAD, LONGEST_NAME, MOST_ROWS, Kind, Period, Region
from kinderwerk.places.reading import tables
from kinderwerk.places.reading.columns import plain
from kinderwerk.places.reading.findings import Finding, Findings, Unreadable, Where
from kinderwerk.places.reading.tables import Row

ALWAYS: Final = Window(date(rules.FIRST_YEAR, 1, 1), date(rules.LAST_YEAR, 12, 31))
#: Names in use for a column, likeliest first.
KNOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "name": ("naam", "name", "vakantie", "feestdag", "holiday", "bezeichnung", "ferien"),
        "first": ("eerstedag", "startdate", "begin", "van", "start", "firstday", "beginn", "datum",
                  "date"),
        "last": ("laatstedag", "enddate", "eind", "einde", "tot", "totenmet", "end", "lastday",
                 "ende"),
        "kind": ("soort", "type", "kind", "art"),
        "region": ("regio", "groups", "region", "regionen"),
    }
)  # fmt: skip
REGIONS: Final = {
    "no": Region.NORTH, "noord": Region.NORTH, "north": Region.NORTH, "nord": Region.NORTH,
    "mi": Region.MIDDLE, "midden": Region.MIDDLE, "middle": Region.MIDDLE,
    "central": Region.MIDDLE, "mitte": Region.MIDDLE,
    "zu": Region.SOUTH, "zuid": Region.SOUTH, "south": Region.SOUTH, "sued": Region.SOUTH,
    "alle": Region.ALL, "all": Region.ALL, "overal": Region.ALL, "everywhere": Region.ALL,
    "allemaal": Region.ALL, "ueberall": Region.ALL,
}  # fmt: skip
KINDS: Final = {
    "school": Kind.SCHOOL, "schoolvakantie": Kind.SCHOOL, "schulferien": Kind.SCHOOL,
    "vakantie": Kind.SCHOOL, "public": Kind.PUBLIC, "feestdag": Kind.PUBLIC,
    "feiertag": Kind.PUBLIC, "publicholiday": Kind.PUBLIC,
}  # fmt: skip
_BRACKETS: Final = re.compile(r"\s*\(([^()]*)\)\s*$")
_DASH: Final = re.compile(r"\s[\u2013\u2014]\s")
_SPOKEN: Final = re.compile(r"\b([A-Z]{2}) ([^,]+)")
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[-./](\d{1,2})[-./](\d{4})")


@dataclass(frozen=True, slots=True)
class Usual:
    """What holds where a row does not say so itself."""

    kind: Kind
    region: Region | None


@dataclass(slots=True)
class Holidays:
    periods: list[Period] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)


def read(content: bytes, usual: Usual) -> Holidays:
    """Read the whole file; where it has faults they say where, and nothing of it counts."""
    found = Holidays()
    if len(content) > LARGEST_UPLOAD:
        found.findings.fault(Finding(N_("It is larger than %(most)s MB."), {"most": 1}))
    elif b"BEGIN:VCALENDAR" in content[:10_000].upper():
        _read_calendar(content, usual, found)
    else:
        _read_table(content, usual, found)
    _refuse_overlap(found)
    return found


def _read_calendar(content: bytes, usual: Usual, found: Holidays) -> None:
    calendar = calendars.read(content, ALWAYS)
    found.findings = calendar.findings
    if len(calendar.events) > MOST_ROWS:
        found.findings.fault(Finding(N_("It has more than %(most)s events."), {"most": MOST_ROWS}))
        return
    for event in calendar.events:
        try:
            found.periods += _of_event(event, usual)
        except Unreadable as reason:
            found.findings.fault(reason.at(Where.EVENT, event.number))
    if not calendar.events and not found.findings.faults:
        found.findings.fault(Finding(N_("No event stands in it.")))


def _of_event(event: Event, usual: Usual) -> list[Period]:
    if event.endless:
        raise Unreadable(N_("It repeats without an end."))
    if len(event.dates) > MOST_ROWS:
        raise Unreadable(N_("It has more than %(most)s dates."), most=MOST_ROWS)
    name, region = _named(event.summary)
    made = []
    for moment in event.dates:
        last = (moment.ends - timedelta(microseconds=1)).date()
        made.append(_period(name, moment.starts.date(), last, usual.kind, region or usual.region))
    return made


def _named(summary: str) -> tuple[str, Region | None]:
    """Take the region from the end of a name: Herfstvakantie (midden)."""
    bracket = _BRACKETS.search(summary)
    region = REGIONS.get(plain(bracket[1])) if bracket else None
    name = summary[: bracket.start()] if bracket and region else summary
    name = _DASH.split(name)[-1].strip()
    return name[:1].upper() + name[1:], region


def _read_table(content: bytes, usual: Usual, found: Holidays) -> None:
    table = tables.read(content, lambda cells: _find("first", cells) is not None)
    found.findings = table.findings
    if not table.headings or table.findings.faults:
        return
    missing = [meaning for meaning in ("name", "first") if not _find(meaning, table.headings)]
    if missing:
        told = {"names": ", ".join(heading[:40] for heading in table.headings[:30])}
        found.findings.fault(
            Finding(N_("A column with the name and one with the first day are needed. There are:"
                       " %(names)s."), told)
        )  # fmt: skip
        return
    if len(table.rows) > MOST_ROWS:
        found.findings.fault(Finding(N_("It has more than %(most)s rows."), {"most": MOST_ROWS}))
        return
    columns = {meaning: _find(meaning, table.headings) for meaning in KNOWN}
    for row in table.rows:
        try:
            found.periods += _of_row(row, columns, usual)
        except Unreadable as reason:
            found.findings.fault(reason.at(Where.ROW, row.number))


def _find(meaning: str, headings: Sequence[str]) -> str | None:
    by_plain = {plain(heading): heading.strip() for heading in reversed(headings)}
    return next((by_plain[known] for known in KNOWN[meaning] if known in by_plain), None)


def _of_row(row: Row, columns: Mapping[str, str | None], usual: Usual) -> Iterator[Period]:
    cells = {meaning: row.get(heading) for meaning, heading in columns.items()}
    first = _day(cells["first"])
    last = _day(cells["last"]) if cells["last"] else first
    kind = KINDS.get(plain(cells["kind"])) if cells["kind"] else usual.kind
    if kind is None:
        raise Unreadable(N_("“%(kind)s” is no kind of holiday."), kind=cells["kind"][:40])
    for region in _regions(cells["region"], kind, usual):
        yield _period(_in_dutch(cells["name"]), first, last, kind, region)


def _regions(said: str, kind: Kind, usual: Usual) -> list[Region | None]:
    words = [word for word in re.split(r"[,/]+", said) if word.strip()]
    if not words or kind is Kind.PUBLIC:
        return [usual.region]
    regions = [REGIONS.get(plain(word).removeprefix("regio")) for word in words]
    if None in regions:
        raise Unreadable(
            N_("“%(region)s” is no region; say north, middle, south or everywhere."),
            region=said[:40],
        )
    return list(dict.fromkeys(regions))


def _in_dutch(name: str) -> str:
    """Return the Dutch one of several names: NL Kerstvakantie,DE Weihnachtsferien."""
    spoken = dict(_SPOKEN.findall(name))
    return (spoken.get("NL") or spoken.get("DE") or name).strip()


def _day(text: str) -> date:
    found = _DATE.fullmatch(text)
    try:
        if found:
            year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
            return date(int(year), int(month), int(day))
    except ValueError:
        pass
    raise Unreadable(
        N_("“%(day)s” is no day; write it like 2031-12-25 or 25-12-2031."), day=text[:40]
    )


def _period(name: str, first: date, last: date, kind: Kind, region: Region | None) -> Period:
    if not name:
        raise Unreadable(N_("It has no name."))
    if kind is Kind.PUBLIC:
        region = Region.ALL
    if region is None:
        raise Unreadable(N_("It does not say for which region it is."))
    try:
        rules.check_days(first, last)
    except Refusal as refusal:
        raise Unreadable(refusal.message) from None
    return Period(kind=kind, region=region, name=name[:LONGEST_NAME], first_on=first, last_on=last)


def _refuse_overlap(found: Holidays) -> None:
    """Refuse a file that names a holiday twice: which of the two is right, nobody knows."""
    ordered = sorted(found.periods, key=lambda each: (each.kind, each.region, each.first_on))
    for one, other in pairwise(ordered):
        if one.meets(other) and one != other:
            found.findings.fault(
                Finding(
                    N_("“%(one)s” and “%(other)s” are both on %(day)s."),
                    {"one": one.name, "other": other.name, "day": f"{other.first_on:%d-%m-%Y}"},
                )
            )
    found.periods = list(dict.fromkeys(ordered))
