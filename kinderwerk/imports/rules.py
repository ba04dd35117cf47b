"""What a table can say, of whatever it has rows: headings, cells, and what is wrong in which."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from kinderwerk.core import citizen_number
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

MOST_ROWS: Final = 1000
#: So long everything that was brought in can be taken back in one go.
UNDONE_WITHIN: Final = timedelta(days=1)
CITIZEN: Final = frozenset(
    {"bsn", "burgerservicenummer", "sofinummer", "sofi", "citizenservicenumber", "citizennumber",
     "persoonsnummer", "steuerid", "steueridentifikationsnummer", "bsnkind", "bsnouder"}
)  # fmt: skip
CONSENT: Final = ("toestemming", "consent", "einwilligung", "einverstand", "akkoord")
ANSWERS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("ja", "yes", "j", "y", "1", "true", "waar", "x", "wahr"), True),
    **dict.fromkeys(("nee", "no", "nein", "n", "0", "false", "onwaar", "falsch"), False),
}
_DAY: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_PHONE: Final = re.compile(r"\+?[\d\s()/.-]{6,32}")
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
#: Marks that turn the direction of what follows, and what nobody sees.
_INVISIBLE: Final = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
#: As a cell begins that a spreadsheet works out. A telephone number may begin with a plus.
_WORKED_OUT: Final = ("=", "@", "|")
C = TypeVar("C", bound=Labelled)
L = TypeVar("L")


class Sort(Labelled):
    """Of what a table has a row for each."""

    CHILDREN = "children", N_("Children and families")
    VENUES = "venues", N_("Venues")
    PARTNERS = "partners", N_("Partners")
    ACTIVITIES = "activities", N_("Activities")


class CitizenNumbers(Refusal):
    message = N_(
        "The column “%(heading)s” holds citizen service numbers (BSN). We may not have them: take"
        " that column out of the table, and choose the file again."
    )
    field = "file"


class ColumnMissing(Refusal):
    message = N_("Say which column this is.")


class TakenBack(Refusal):
    message = N_("This table was brought in before, and taken back. Choose the file again.")


class NothingNew(Refusal):
    message = N_("Everything in this table is here already.")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell, or in one row."""

    row: int
    heading: str
    message: str
    values: Mapping[str, str | int] = field(default_factory=dict)


class Wrong(ValueError):
    def __init__(self, message: str, **values: str | int) -> None:
        super().__init__(message)
        self.message, self.values = message, values


@dataclass(slots=True)
class Read(Generic[L]):
    """What came of each row: a line of its kind, or what is wrong in it."""

    lines: list[L] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Words:
    """What words in cells may be, letters only: labels of each kind, and neighbourhoods.

    By column: the rows that cells name, and what holds where they say nothing.
    """

    labels: Mapping[type[Labelled], Mapping[str, Any]]
    homes: Mapping[str, UUID]
    named: Mapping[Any, Mapping[str, UUID]] = field(default_factory=dict)
    otherwise: Mapping[Any, Any] = field(default_factory=dict)


Rows = Iterable[tuple[int, Mapping[str, str]]]


def plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def guess(headings: Sequence[str], known: Mapping[C, Sequence[str]]) -> dict[C, str]:
    """Return which column is likely what, by its heading."""
    by_plain = {plain(heading): heading for heading in reversed(headings)}
    found: dict[C, str] = {}
    for column, names in known.items():
        heading = next((by_plain[name] for name in names if name in by_plain), None)
        if heading is not None and heading not in found.values():
            found[column] = heading
    return found


def want(columns: Mapping[C, str], needed: Sequence[C]) -> None:
    for column in needed:
        if not columns.get(column):
            missing = ColumnMissing()
            missing.field = str(column)
            raise missing


def refuse_citizen_numbers(headings: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Refuse a table with a column of citizen numbers, whatever it is called."""
    kept = list(rows)
    for heading in headings:
        cells = [row.get(heading, "").strip() for row in kept]
        filled = [cell for cell in cells if cell]
        numbers = [cell for cell in filled if citizen_number.mask(cell) == citizen_number.MASK]
        named = plain(heading) in CITIZEN or plain(heading).startswith("bsn")
        phone = any("tel" in plain(heading) or name in plain(heading) for name in ("phone", "mob"))
        if named or (not phone and len(numbers) * 2 > len(filled) > 0):
            raise CitizenNumbers(heading=heading[:80])


def tells_of_consent(headings: Iterable[str]) -> bool:
    return any(word in plain(heading) for heading in headings for word in CONSENT)


def read(
    rows: Rows, columns: Mapping[C, str], every: Iterable[C], cell: Callable[[C, str], Any],
    line: Callable[[int, Mapping[C, Any]], L], same: Callable[[L], Any], again: str,
) -> Read[L]:  # fmt: skip
    """Take every row over, or say of each of its cells what is wrong there.

    `cell` and `line` refuse what is `Wrong`; two lines that are the `same` are told of by `again`.
    """
    done, seen, known = Read[L](), dict[Any, int](), list(every)
    for number, cells in rows:
        said: dict[C, Any] = {}
        faults: list[Fault] = []
        for column in known:
            heading = columns.get(column, "")
            try:
                said[column] = cell(column, cells.get(heading, ""))
            except Wrong as wrong:
                faults.append(Fault(number, heading or column.label, wrong.message, wrong.values))
        if not faults:
            try:
                made = line(number, said)
                first = seen.setdefault(same(made), number)
                if first != number:
                    raise Wrong(again, first=first)
                done.lines.append(made)
            except Wrong as wrong:
                faults.append(Fault(number, "", wrong.message, wrong.values))
            except Refusal as refusal:
                faults.append(Fault(number, "", refusal.message, _written(refusal.values)))
        done.faults += faults
    return done


def _written(values: Mapping[str, object]) -> dict[str, str | int]:
    return {name: one if isinstance(one, int) else str(one) for name, one in values.items()}


def written(given: str) -> str:
    """Return what stands in a cell; a spreadsheet's formula is refused."""
    text = _INVISIBLE.sub("", given).strip()
    if text.startswith(_WORKED_OUT):
        raise Wrong(N_("Here stands a formula, and no words."))
    return text


def filled(text: str) -> str:
    if not text:
        raise Wrong(N_("This is empty."))
    return text


def one_of(known: Mapping[str, Any], text: str, otherwise: Any) -> Any:
    if not text:
        return otherwise
    if plain(text) not in known:
        raise Wrong(N_("“%(word)s” is nothing that we know."), word=text[:40])
    return known[plain(text)]


def day(text: str) -> date:
    found = _DAY.fullmatch(text)
    try:
        if found:
            day, month, year = map(int, found.groups())
            return date(year, month, day)
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Wrong(N_("“%(word)s” is no day like 25-12-2019."), word=text[:40]) from None


def telephone(text: str) -> str:
    if text and not _PHONE.fullmatch(text):
        raise Wrong(N_("“%(word)s” is no telephone number."), word=text[:40])
    return text


def address(text: str) -> str:
    if text and not _MAIL.fullmatch(text):
        raise Wrong(N_("“%(word)s” is no e-mail address."), word=text[:40])
    return text


def website(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise Wrong(N_("“%(website)s” is not the address of a website."), website=text[:40])
    return text


def words(text: str, most: int) -> str:
    """Return a text that is not too long and holds no citizen number."""
    if citizen_number.mask(short(text, most)) != text:
        raise Wrong(N_("This looks like a citizen service number (BSN). We may not have it."))
    return text


def short(text: str, most: int) -> str:
    if len(text) > most:
        raise Wrong(N_("This has more than %(most)s characters."), most=most)
    return text
