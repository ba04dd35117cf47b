"""What a table of children can say: which column is what, and what is wrong in which row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeVar
from uuid import UUID

from kinderwerk.core import citizen_number
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import LANGUAGES, N_, Labelled
from kinderwerk.families import rules as families
from kinderwerk.families.rules import Adult, Particulars, Relation

MOST_ROWS: Final = 1000
#: So long everything that was brought in can be taken back in one go.
UNDONE_WITHIN: Final = timedelta(days=1)


C = TypeVar("C")


class Sort(Labelled):
    """Of what a table has a row for each."""

    CHILDREN = "children", N_("Children and families")
    VENUES = "venues", N_("Venues")


class Column(Labelled):
    """What a column can be; the first four have to be there."""

    FIRST_NAME = "first_name", N_("First name")
    BORN_ON = "born_on", N_("Date of birth")
    CARER_NAME = "carer_name", N_("Name of the parent")
    CARER_PHONE = "carer_phone", N_("Telephone of the parent")
    SURNAME = "surname", N_("Surname")
    CARER_EMAIL = "carer_email", N_("E-mail address of the parent")
    RELATION = "relation", N_("What the adult is to the child")
    LANGUAGE = "language", N_("Language of the parent")
    EMERGENCY_NAME = "emergency_name", N_("Who to call in an emergency")
    EMERGENCY_PHONE = "emergency_phone", N_("Telephone in an emergency")
    NEIGHBOURHOOD = "neighbourhood", N_("Neighbourhood")
    GOES_HOME = "goes_home", N_("May go home alone")
    PICKED_UP_BY = "picked_up_by", N_("Who picks the child up")


NEEDED: Final = (Column.FIRST_NAME, Column.BORN_ON, Column.CARER_NAME, Column.CARER_PHONE)
#: Names in use for a column in Dutch, English and German, likeliest first, letters only.
KNOWN: Final[Mapping[Column, tuple[str, ...]]] = MappingProxyType(
    {
        Column.FIRST_NAME: ("voornaam", "firstname", "vorname", "roepnaam", "naamkind",
                            "givenname"),
        Column.SURNAME: ("achternaam", "surname", "lastname", "nachname", "familienaam",
                         "familyname"),
        Column.BORN_ON: ("geboortedatum", "dateofbirth", "geburtsdatum", "geboren", "born",
                         "birthdate", "gebdatum"),
        Column.CARER_NAME: ("ouder", "naamouder", "parent", "parentname", "elternteil",
                            "nameelternteil", "verzorger", "carer", "contactpersoon"),
        Column.CARER_PHONE: ("telefoon", "telefoonouder", "mobiel", "phone", "parentphone",
                             "mobile", "telefon", "handy", "telefoonnummer"),
        Column.CARER_EMAIL: ("email", "emailouder", "mail", "emailadres", "parentemail",
                             "emailadresse", "epost"),
        Column.RELATION: ("relatie", "relation", "beziehung", "rol"),
        Column.LANGUAGE: ("taal", "language", "sprache"),
        Column.EMERGENCY_NAME: ("noodcontact", "naambijnood", "emergencycontact",
                                "notfallkontakt", "emergencyname"),
        Column.EMERGENCY_PHONE: ("noodnummer", "telefoonbijnood", "emergencyphone",
                                 "notfallnummer", "emergencynumber"),
        Column.NEIGHBOURHOOD: ("buurt", "wijk", "neighbourhood", "neighborhood", "viertel",
                               "stadtteil", "buurtcode"),
        Column.GOES_HOME: ("alleennaarhuis", "goeshomealone", "alleinnachhause",
                           "magalleennaarhuis"),
        Column.PICKED_UP_BY: ("opgehaalddoor", "ophalen", "pickedupby", "abgeholtvon"),
    }
)  # fmt: skip
CITIZEN: Final = frozenset(
    {"bsn", "burgerservicenummer", "sofinummer", "sofi", "citizenservicenumber", "citizennumber",
     "persoonsnummer", "steuerid", "steueridentifikationsnummer", "bsnkind", "bsnouder"}
)  # fmt: skip
CONSENT: Final = ("toestemming", "consent", "einwilligung", "einverstand", "akkoord")
LENGTHS: Final[Mapping[Column, int]] = {
    Column.FIRST_NAME: 80, Column.SURNAME: 80, Column.CARER_NAME: 120, Column.CARER_PHONE: 32,
    Column.CARER_EMAIL: 254, Column.EMERGENCY_NAME: 120, Column.EMERGENCY_PHONE: 32,
    Column.PICKED_UP_BY: 200,
}  # fmt: skip
PHONES: Final = (Column.CARER_PHONE, Column.EMERGENCY_PHONE)
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


class CitizenNumbers(Refusal):
    message = N_(
        "The column “%(heading)s” holds citizen service numbers (BSN). We may not have them: take"
        " that column out of the table, and choose the file again."
    )
    field = "file"


class ColumnMissing(Refusal):
    message = N_("Say which column this is.")


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


@dataclass(frozen=True, slots=True)
class Line:
    """One child with the adult beside it; `home` is the neighbourhood, if the table says it."""

    row: int
    child: Particulars
    adult: Adult
    home: UUID | None

    @property
    def family(self) -> tuple[str, str]:
        """What brothers and sisters have in common: the same adult at the same number."""
        return self.adult.name.casefold(), re.sub(r"\D", "", self.adult.phone)


@dataclass(slots=True)
class Read:
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Words:
    """What the words in cells may be: relations and neighbourhoods by their plain names."""

    relations: Mapping[str, Relation]
    homes: Mapping[str, UUID]


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
    rows: Iterable[tuple[int, Mapping[str, str]]], columns: Mapping[Column, str], words: Words,
    today: date,
) -> Read:  # fmt: skip
    """Take every row over, or say of each of its cells what is wrong there."""
    done, seen = Read(), dict[tuple[str, str, date], int]()
    for number, cells in rows:
        said: dict[Column, Any] = {}
        faults: list[Fault] = []
        for column in Column:
            heading = columns.get(column, "")
            try:
                said[column] = _cell(column, cells.get(heading, ""), words, today)
            except Wrong as wrong:
                faults.append(Fault(number, heading or column.label, wrong.message, wrong.values))
        if not faults:
            line = _line(number, said)
            key = (
                line.child.first_name.casefold(),
                line.child.surname.casefold(),
                line.child.born_on,
            )
            first = seen.setdefault(key, number)
            if first == number:
                done.lines.append(line)
            else:
                again = N_("The same child stands in row %(first)s already.")
                faults.append(Fault(number, "", again, {"first": first}))
        done.faults += faults
    return done


def _line(number: int, said: Mapping[Column, Any]) -> Line:
    adult = Adult(
        name=said[Column.CARER_NAME], phone=said[Column.CARER_PHONE],
        email=said[Column.CARER_EMAIL] or None, language=said[Column.LANGUAGE],
        relation=said[Column.RELATION],
    )  # fmt: skip
    child = Particulars(
        first_name=said[Column.FIRST_NAME], surname=said[Column.SURNAME],
        born_on=said[Column.BORN_ON], emergency_name=said[Column.EMERGENCY_NAME] or adult.name,
        emergency_phone=said[Column.EMERGENCY_PHONE] or adult.phone,
        goes_home_alone=said[Column.GOES_HOME],
        picked_up_by=said[Column.PICKED_UP_BY] or ("" if said[Column.GOES_HOME] else adult.name),
    )  # fmt: skip
    return Line(number, child, adult, said[Column.NEIGHBOURHOOD])


def _cell(column: Column, given: str, words: Words, today: date) -> Any:
    text = written(given)
    if column in NEEDED and not text:
        raise Wrong(N_("This is empty."))
    if column is Column.BORN_ON:
        return _born(text, today)
    known = {
        Column.RELATION: (words.relations, Relation.PARENT),
        Column.NEIGHBOURHOOD: (words.homes, None),
        Column.LANGUAGE: (dict(zip(LANGUAGES, LANGUAGES, strict=True)), "nl"),
        Column.GOES_HOME: (ANSWERS, False),
    }.get(column)
    return one_of(known[0], text, known[1]) if known else _text(column, text)


def written(given: str) -> str:
    """Return what stands in a cell; a spreadsheet's formula is refused."""
    text = _INVISIBLE.sub("", given).strip()
    if text.startswith(_WORKED_OUT):
        raise Wrong(N_("Here stands a formula, and no words."))
    return text


def one_of(known: Mapping[str, Any], text: str, otherwise: Any) -> Any:
    if not text:
        return otherwise
    if plain(text) not in known:
        raise Wrong(N_("“%(word)s” is nothing that we know."), word=text[:40])
    return known[plain(text)]


def _born(text: str, today: date) -> date:
    found = _DAY.fullmatch(text)
    try:
        if found:
            day, month, year = map(int, found.groups())
            born = date(year, month, day)
        else:
            born = date.fromisoformat(text[:10])
    except ValueError:
        raise Wrong(N_("“%(word)s” is no day like 25-12-2019."), word=text[:40]) from None
    if born > today:
        raise Wrong(N_("That day is still to come."))
    if families.age_on(born, today) > families.OLDEST:
        raise Wrong(N_("That is more than %(years)s years ago."), years=families.OLDEST)
    return born


def telephone(text: str) -> str:
    if text and not _PHONE.fullmatch(text):
        raise Wrong(N_("“%(word)s” is no telephone number."), word=text[:40])
    return text


def _text(column: Column, text: str) -> str:
    if len(text) > LENGTHS[column]:
        raise Wrong(N_("This has more than %(most)s characters."), most=LENGTHS[column])
    if column in PHONES:
        return telephone(text)
    if column is Column.CARER_EMAIL and text and not _MAIL.fullmatch(text):
        raise Wrong(N_("“%(word)s” is no e-mail address."), word=text[:40])
    if citizen_number.mask(text) != text:
        raise Wrong(N_("This looks like a citizen service number (BSN). We may not have it."))
    return text
