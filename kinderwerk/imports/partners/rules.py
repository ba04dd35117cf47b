"""What a table of partners can say: which column is what, and what its cells mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from kinderwerk.core.words import LANGUAGES, N_, Labelled
from kinderwerk.imports import rules
from kinderwerk.imports.rules import Read, Rows, Words, Wrong
from kinderwerk.partners import rules as partners
from kinderwerk.partners.rules import HelpSystem, PartnerType, PartnerWish


class Column(Labelled):
    """What a column can be, called as a wish calls it; the first two have to be there."""

    NAME = "name", N_("What is it called?")
    KIND = "kind", N_("What kind of partner is it?")
    HELP_SYSTEM = "help_system", N_("Help system")
    CONTACT_NAME = "contact_name", N_("Whom do you ask for?")
    PHONE = "phone", N_("Telephone")
    EMAIL = "email", N_("E-mail address")
    WEBSITE = "website", N_("Website")
    HOW_TO_REACH = "how_to_reach", N_("How do you get in?")
    ADDRESS = "address", N_("Street, number and town")
    WORKS_IN = "works_in", N_("For which area does it work?")
    AGE_FROM = "age_from", N_("From what age?")
    AGE_TO = "age_to", N_("Up to what age?")
    WAITING_WEEKS = "waiting_weeks", N_("How long do people wait?")
    CHECKED_ON = "checked_on", N_("When did somebody last ask?")
    LANGUAGES = "languages", N_("Which languages do they speak there?")
    AGREED_FROM = "agreed_from", N_("From which day does the agreement hold?")
    AGREED_UNTIL = "agreed_until", N_("Until which day?")


NEEDED: Final = (Column.NAME, Column.KIND)
#: Names in use for a column in Dutch, English and German, likeliest first, letters only.
KNOWN: Final[Mapping[Column, tuple[str, ...]]] = MappingProxyType(
    {
        Column.NAME: ("naam", "name", "organisatie", "partner", "bezeichnung"),
        Column.KIND: ("soort", "type", "kind", "art"),
        Column.HELP_SYSTEM: ("hulpsysteem", "helpsystem", "hilfesystem", "domein"),
        Column.CONTACT_NAME: ("contactpersoon", "contact", "ansprechpartner", "contactname"),
        Column.PHONE: ("telefoon", "phone", "telefon", "tel"),
        Column.EMAIL: ("email", "mail", "emailadres", "epost"),
        Column.WEBSITE: ("website", "url", "internet", "homepage"),
        Column.HOW_TO_REACH: ("bereikbaar", "aanmelden", "howtoreach", "erreichbar"),
        Column.ADDRESS: ("adres", "address", "adresse"),
        Column.WORKS_IN: ("werkgebied", "gebied", "area", "gebiet"),
        Column.AGE_FROM: ("leeftijdvan", "agefrom", "vanleeftijd", "altervon"),
        Column.AGE_TO: ("leeftijdtot", "ageto", "totleeftijd", "alterbis"),
        Column.WAITING_WEEKS: ("wachttijd", "wachtweken", "waitingweeks", "wartewochen"),
        Column.CHECKED_ON: ("gevraagdop", "checkedon", "stand", "gefragtam"),
        Column.LANGUAGES: ("talen", "languages", "sprachen"),
        Column.AGREED_FROM: ("afspraakvan", "agreedfrom", "vereinbarungab"),
        Column.AGREED_UNTIL: ("afspraaktot", "agreeduntil", "vereinbarungbis"),
    }
)  # fmt: skip
LENGTHS: Final[Mapping[Column, int]] = MappingProxyType(
    {
        Column.NAME: 160, Column.CONTACT_NAME: 120, Column.PHONE: 32, Column.EMAIL: 254,
        Column.WEBSITE: 200, Column.ADDRESS: 200, Column.WORKS_IN: 160, Column.HOW_TO_REACH: 1000,
    }
)  # fmt: skip
NUMBERS: Final = {Column.AGE_FROM: 120, Column.AGE_TO: 120, Column.WAITING_WEEKS: 520}
DAYS: Final = (Column.CHECKED_ON, Column.AGREED_FROM, Column.AGREED_UNTIL)
CHOICES: Final = {Column.KIND: PartnerType, Column.HELP_SYSTEM: HelpSystem}


@dataclass(frozen=True, slots=True)
class Line:
    row: int
    wish: PartnerWish


def read(rows: Rows, columns: Mapping[Column, str], known: Words, today: date) -> Read[Line]:
    again = N_("The same name stands in row %(first)s already.")
    cell, line = partial(_cell, known=known), partial(_line, today=today)
    return rules.read(rows, columns, Column, cell, line, _same, again)


def _same(line: Line) -> str:
    return line.wish.name.casefold()


def _line(number: int, said: Mapping[Column, Any], today: date) -> Line:
    wish = PartnerWish(**{column.value: value for column, value in said.items()})
    partners.check(wish, today)
    return Line(number, wish)


def _cell(column: Column, given: str, known: Words) -> Any:
    text = rules.written(given)
    if column in NEEDED:
        rules.filled(text)
    if column in CHOICES:
        return rules.one_of(known.labels[CHOICES[column]], text, None)
    if column in NUMBERS:
        return _number(text, NUMBERS[column])
    if column in DAYS:
        return rules.day(text) if text else None
    return _languages(text) if column is Column.LANGUAGES else _text(column, text)


def _number(text: str, most: int) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= most):
        raise Wrong(N_("“%(word)s” is no whole number up to %(most)s."), word=text[:40], most=most)
    return int(text) if text else None


def _languages(text: str) -> tuple[str, ...]:
    codes = [code.strip().lower() for code in text.replace("|", ",").split(",") if code.strip()]
    for code in codes:
        if code not in LANGUAGES:
            raise Wrong(
                N_("“%(word)s” is no language that we know. Write %(codes)s."),
                word=code[:40], codes=", ".join(LANGUAGES),
            )  # fmt: skip
    return tuple(dict.fromkeys(codes))


def _text(column: Column, text: str) -> str:
    if column is Column.PHONE:
        return rules.telephone(rules.short(text, LENGTHS[column]))
    checks = {Column.EMAIL: rules.address, Column.WEBSITE: rules.website}
    return rules.words(checks.get(column, str)(rules.short(text, LENGTHS[column])), LENGTHS[column])
