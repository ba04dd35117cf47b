"""Reading key figures: how many people of which ages live in which neighbourhood.

A band of ages is kept as it was published ("0 to 15") and is never stretched to another one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Final

from kinderwerk.core.words import N_
from kinderwerk.places.reading import codes, tables, words
from kinderwerk.places.reading.codes import Code, Level
from kinderwerk.places.reading.columns import plain
from kinderwerk.places.reading.findings import Findings, Unreadable, Where
from kinderwerk.places.reading.outlines import Wanted
from kinderwerk.places.reading.tables import Row, Table

#: Bands that end later say little about children and young people.
OLDEST: Final = 28
MOST_PEOPLE: Final = 30_000_000

_LEVEL_WORDS: Final[Mapping[str, Level]] = {
    "gemeente": Level.MUNICIPALITY, "wijk": Level.DISTRICT, "buurt": Level.NEIGHBOURHOOD,
    "municipality": Level.MUNICIPALITY, "district": Level.DISTRICT,
    "neighbourhood": Level.NEIGHBOURHOOD,
}  # fmt: skip
_LEVEL_HEADINGS: Final = ("niveau", "recs", "soortregio", "level", "ebene")
_UNKNOWN: Final = frozenset(("", ".", "..", "...", "…", *"-\u2013\u2014xX*/•?"))
#: Statistics Netherlands writes these in its maps for "not known" and "not to be told".
_SECRET: Final = re.compile(r"-9{4,8}[5-9]?(?:[.,]0+)?")
_WHOLE: Final = re.compile(r"\d+(?:[.,]0+)?|\d{1,3}(?:[. \u00a0\u202f']\d{3})+")
_SHARE: Final = re.compile(
    r"(?:^|[_\W])(?:p|pct|perc|procent|prozent|percentage|anteil)(?:[_\W]|$)|%"
)
_BAND: Final = re.compile(
    r"(?<!\d)(?P<low>\d{1,2})[\s_]*(?P<word>t/m|tot(?:[\s_]en[\s_]met)?|bis[\s_]unter|bis|to|until"
    r"|-|\u2013|_)[\s_]*(?P<high>\d{1,2})(?!\d)",
    re.IGNORECASE,
)
_UNDER: Final = re.compile(
    r"(?:onder|jonger[\s_]dan|tot|unter|under)[\s_]*(?P<high>\d{1,2})(?!\d)", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """Ages from `low` up to but not including `high`."""

    low: int
    high: int

    @property
    def label(self) -> str:
        return f"{self.low}\u2013{self.high}"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the table tells of one area; None where it is unknown or kept secret."""

    number: int
    code: Code
    name: str
    residents: int | None
    children: Mapping[Band, int | None]


@dataclass(slots=True)
class KeyFigures:
    year: int | None = None
    bands: Mapping[Band, str] = field(default_factory=dict)
    residents_heading: str = ""
    areas: list[Figures] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class _Headings:
    code: str
    name: str | None
    level: str | None
    residents: str | None
    year: str | None
    bands: Mapping[Band, str]


def read(data: bytes, wanted: Wanted | None = None, year: int | None = None) -> KeyFigures:
    """Read a table; the year is the one told, else that of its column of years."""
    wanted = wanted or Wanted()
    table = tables.read(data, lambda cells: wanted.columns.find("code", cells) is not None)
    figures = KeyFigures(findings=table.findings)
    try:
        if table.headings and not (table.findings.faults and not table.rows):
            headings = _headings(table.headings, wanted)
            figures.bands = headings.bands
            figures.residents_heading = headings.residents or ""
            figures.year = year or _year_within(table.rows, headings.year)
            _read_all(table, headings, wanted, figures)
    except Unreadable as reason:
        figures.findings.fault(reason.at())
    return figures


def year_in_name(name: str) -> int | None:
    """Return the last year that a file's name mentions and that has begun."""
    found = [int(year) for year in _YEAR.findall(name)]
    return next((year for year in reversed(found) if year <= datetime.now(UTC).year), None)


def bands_of(headings: Iterable[str]) -> Mapping[Band, str]:
    """Return the heading of each band of ages, youngest first; a share is no number of people.

    "00_14" may end with the fourteenth year or before it. It ends before it where the next band
    begins with the same age.
    """
    named = {heading: found for heading in headings if (found := _band_named(heading))}
    begins = {low for low, _, _ in named.values()}
    bands: dict[Band, str] = {}
    for heading, (low, high, meeting) in named.items():
        end = high + (meeting is _Ends.WITH or (meeting is _Ends.EITHER and high not in begins))
        if low < end <= OLDEST:
            bands.setdefault(Band(low, end), heading)
    return dict(sorted(bands.items()))


class _Ends(Enum):
    """How a band's last number is meant: its year belongs to the band, does not, or may."""

    WITH = auto()
    BEFORE = auto()
    EITHER = auto()


_WORDS: Final = {
    "t/m": _Ends.WITH, "tot en met": _Ends.WITH, "tot": _Ends.BEFORE, "bis unter": _Ends.BEFORE,
    "to": _Ends.BEFORE, "until": _Ends.BEFORE,
}  # fmt: skip


def _band_named(heading: str) -> tuple[int, int, _Ends] | None:
    if _SHARE.search(heading.casefold()):
        return None
    spaced = re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", heading).casefold()
    if found := _BAND.search(spaced):
        word = " ".join(found["word"].replace("_", " ").split())
        return int(found["low"]), int(found["high"]), _WORDS.get(word, _Ends.EITHER)
    if found := _UNDER.search(spaced):
        return 0, int(found["high"]), _Ends.BEFORE
    return None


def count(raw: str) -> int | None:
    """Read a number of people; None for the many ways to say that it is not known."""
    text = raw.strip()
    if text in _UNKNOWN or _SECRET.fullmatch(text):
        return None
    if not _WHOLE.fullmatch(text):
        raise Unreadable(N_("“%(value)s” is not a number of people."), value=text[:40])
    whole = re.sub(r"[.,]0{1,2}$", "", text)
    people = int(re.sub(r"\D", "", whole)[:12])
    if people > MOST_PEOPLE:
        raise Unreadable(N_("“%(value)s” is not a number of people."), value=text[:40])
    return people


def _headings(present: Sequence[str], wanted: Wanted) -> _Headings:
    code = wanted.columns.need("code", present)
    name = wanted.columns.find("name", present)
    level = next((heading for heading in present if plain(heading) in _LEVEL_HEADINGS), None)
    bands = _bands(present, wanted)
    residents = wanted.columns.find("residents", present)
    if not bands and residents is None:
        raise Unreadable(
            N_("No column tells how many people or children live there. There are: %(names)s."),
            names=", ".join(heading[:40] for heading in present[:30]),
        )
    return _Headings(code, name, level, residents, wanted.columns.find("year", present), bands)


def _bands(present: Sequence[str], wanted: Wanted) -> Mapping[Band, str]:
    """Return the column of each band, by its heading or as told with children0to15=heading."""
    told: dict[Band, str] = {}
    for meaning, heading in wanted.columns.said.items():
        if meaning.startswith("children"):
            band = next(iter(bands_of([meaning])), None) or next(iter(bands_of([heading])), None)
            if band is None or heading not in present:
                raise Unreadable(
                    N_("“%(part)s” does not name a column and its ages; say for instance "
                       "children0to15=a_00_14."),
                    part=f"{meaning}={heading}"[:80],
                )  # fmt: skip
            told[band] = heading
    return dict(sorted({**bands_of(present), **told}.items()))


def _year_within(rows: Sequence[Row], heading: str | None) -> int | None:
    years = {int(year) for row in rows for year in _YEAR.findall(row.get(heading))}
    if len(years) > 1:
        raise Unreadable(
            N_("It holds the figures of more than one year: %(years)s. Keep one."),
            years=", ".join(map(str, sorted(years)[:10])),
        )
    return years.pop() if years else None


def _read_all(table: Table, headings: _Headings, wanted: Wanted, figures: KeyFigures) -> None:
    seen: dict[tuple[Level, str], int] = {}
    for row in table.rows:
        try:
            read_row = _row(row, headings, wanted)
            if _elsewhere(read_row.code, wanted):
                figures.elsewhere += 1
                continue
            first = seen.setdefault((read_row.code.level, read_row.code.key), row.number)
            if first != row.number:
                raise Unreadable(
                    N_("The code %(code)s stands in row %(first)s already."),
                    code=read_row.code.text, first=first,
                )  # fmt: skip
        except Unreadable as reason:
            figures.findings.fault(reason.at(Where.ROW, row.number))
        else:
            figures.areas.append(read_row)


def _row(row: Row, headings: _Headings, wanted: Wanted) -> Figures:
    hint = _LEVEL_WORDS.get(row.get(headings.level).casefold(), Level.NEIGHBOURHOOD)
    code = codes.read(wanted.scheme, row.get(headings.code), hint, wanted.municipality)
    if _elsewhere(code, wanted):
        return Figures(row.number, code, "", None, {})
    name = words.clean(row.get(headings.name))[: words.LONGEST_NAME]
    residents = count(row.get(headings.residents))
    children = {band: count(row.get(heading)) for band, heading in headings.bands.items()}
    for band, known in children.items():
        if known is not None and residents is not None and known > residents:
            raise Unreadable(
                N_("It has %(children)s children (%(band)s) but only %(residents)s residents."),
                band=band.label, children=known, residents=residents,
            )  # fmt: skip
    return Figures(row.number, code, name, residents, children)


def _elsewhere(code: Code, wanted: Wanted) -> bool:
    owner = codes.municipality_of(wanted.scheme, code)
    return bool(wanted.municipality and owner and owner != wanted.municipality)
