"""What a table of children can say: which column is what, and what its cells mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from kinderwerk.core.words import LANGUAGES, N_, Labelled
from kinderwerk.families import rules as families
from kinderwerk.families.rules import Adult, Particulars, Relation
from kinderwerk.imports import rules
from kinderwerk.imports.rules import ANSWERS, Read, Rows, Words, Wrong


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
LENGTHS: Final[Mapping[Column, int]] = {
    Column.FIRST_NAME: 80, Column.SURNAME: 80, Column.CARER_NAME: 120, Column.CARER_PHONE: 32,
    Column.CARER_EMAIL: 254, Column.EMERGENCY_NAME: 120, Column.EMERGENCY_PHONE: 32,
    Column.PICKED_UP_BY: 200,
}  # fmt: skip
PHONES: Final = (Column.CARER_PHONE, Column.EMERGENCY_PHONE)


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


def read(rows: Rows, columns: Mapping[Column, str], known: Words, today: date) -> Read[Line]:
    again = N_("The same child stands in row %(first)s already.")
    cell = partial(_cell, known=known, today=today)
    return rules.read(rows, columns, Column, cell, _line, _same, again)


def _same(line: Line) -> tuple[str, str, date]:
    child = line.child
    return child.first_name.casefold(), child.surname.casefold(), child.born_on


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


def _cell(column: Column, given: str, known: Words, today: date) -> Any:
    text = rules.written(given)
    if column in NEEDED:
        rules.filled(text)
    if column is Column.BORN_ON:
        return _born(text, today)
    choice = {
        Column.RELATION: (known.labels[Relation], Relation.PARENT),
        Column.NEIGHBOURHOOD: (known.homes, None),
        Column.LANGUAGE: (dict(zip(LANGUAGES, LANGUAGES, strict=True)), "nl"),
        Column.GOES_HOME: (ANSWERS, False),
    }.get(column)
    return rules.one_of(choice[0], text, choice[1]) if choice else _text(column, text)


def _born(text: str, today: date) -> date:
    born = rules.day(text)
    if born > today:
        raise Wrong(N_("That day is still to come."))
    if families.age_on(born, today) > families.OLDEST:
        raise Wrong(N_("That is more than %(years)s years ago."), years=families.OLDEST)
    return born


def _text(column: Column, text: str) -> str:
    if column in PHONES:
        return rules.telephone(rules.short(text, LENGTHS[column]))
    if column is Column.CARER_EMAIL:
        rules.address(rules.short(text, LENGTHS[column]))
    return rules.words(text, LENGTHS[column])
