"""Reading a list of partners, row by row and column by column. Runs in the child."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from kinderwerk.core import citizen_number
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import LANGUAGES, N_
from kinderwerk.partners import rules
from kinderwerk.partners.rules import HelpSystem, PartnerType, PartnerWish
from kinderwerk.places.reading import workbooks
from kinderwerk.places.reading.columns import plain
from kinderwerk.places.reading.findings import Finding, Findings, Unreadable, Where
from kinderwerk.places.reading.tables import Row

MOST_ROWS: Final = 500
#: Names in use for a column, likeliest first, as `plain` writes them.
KNOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "name": ("naam", "name", "organisatie", "partner", "bezeichnung"),
        "kind": ("soort", "type", "kind", "art"),
        "help_system": ("hulpsysteem", "helpsystem", "hilfesystem", "domein"),
        "contact_name": ("contactpersoon", "contact", "ansprechpartner", "contactname"),
        "phone": ("telefoon", "phone", "telefon", "tel"),
        "email": ("email", "mail", "emailadres", "epost"),
        "website": ("website", "url", "internet", "homepage"),
        "address": ("adres", "address", "adresse"),
        "works_in": ("werkgebied", "gebied", "area", "gebiet"),
        "age_from": ("leeftijdvan", "agefrom", "vanleeftijd", "altervon"),
        "age_to": ("leeftijdtot", "ageto", "totleeftijd", "alterbis"),
        "how_to_reach": ("bereikbaar", "aanmelden", "howtoreach", "erreichbar"),
        "waiting_weeks": ("wachttijd", "wachtweken", "waitingweeks", "wartewochen"),
        "checked_on": ("gevraagdop", "checkedon", "stand", "gefragtam"),
        "languages": ("talen", "languages", "sprachen"),
        "agreed_from": ("afspraakvan", "agreedfrom", "vereinbarungab"),
        "agreed_until": ("afspraaktot", "agreeduntil", "vereinbarungbis"),
    }
)  # fmt: skip
LENGTHS: Final = {
    "name": 160, "contact_name": 120, "phone": 32, "email": 254, "website": 200, "address": 200,
    "works_in": 160, "how_to_reach": 1000,
}  # fmt: skip
NUMBERS: Final = {"age_from": 120, "age_to": 120, "waiting_weeks": 520}
DAYS: Final = ("checked_on", "agreed_from", "agreed_until")
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(slots=True)
class Listed:
    """What stands in a file: a wish for each row, with the words that name kinds given along."""

    wishes: list[PartnerWish] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)


def read(content: bytes, today: date, words: Mapping[str, str]) -> Listed:
    """Read the whole file; where it has faults they say where, and nothing of it counts.

    `words` are the labels of kinds and help systems as people read them, plain, with their values.
    """
    listed = Listed()
    table = workbooks.read(content, lambda cells: _find("name", cells) is not None, MOST_ROWS)
    listed.findings = table.findings
    if not table.headings or table.findings.faults:
        return listed
    if not all(_find(meaning, table.headings) for meaning in ("name", "kind")):
        told = {"names": ", ".join(heading[:40] for heading in table.headings[:30])}
        listed.findings.fault(
            Finding(N_("A column with the name and one with the kind are needed. There are:"
                       " %(names)s."), told)
        )  # fmt: skip
        return listed
    columns = {meaning: _find(meaning, table.headings) for meaning in KNOWN}
    seen: dict[str, int] = {}
    for row in table.rows:
        _add(listed, row, columns, today, words, seen)
    return listed


def _find(meaning: str, headings: Sequence[str]) -> str | None:
    by_plain = {plain(heading): heading.strip() for heading in reversed(headings)}
    return next((by_plain[known] for known in KNOWN[meaning] if known in by_plain), None)


def _add(
    listed: Listed, row: Row, columns: Mapping[str, str | None], today: date,
    words: Mapping[str, str], seen: dict[str, int],
) -> None:  # fmt: skip
    """Take a row over, or say of each of its columns what is wrong there."""
    said: dict[str, Any] = {}
    faults = []
    for meaning, heading in columns.items():
        try:
            said[meaning] = _cell(meaning, heading or "", row.get(heading), words)
        except Unreadable as reason:
            faults.append(reason.at(Where.ROW, row.number))
    if not faults:
        try:
            listed.wishes.append(_wish(said, row.number, today, seen))
        except Refusal as refusal:
            faults.append(Finding(refusal.message, {}, Where.ROW, row.number))
        except Unreadable as reason:
            faults.append(reason.at(Where.ROW, row.number))
    for fault in faults:
        listed.findings.fault(fault)


def _wish(said: Mapping[str, Any], number: int, today: date, seen: dict[str, int]) -> PartnerWish:
    wish = PartnerWish(**said)
    rules.check(wish, today)
    first = seen.setdefault(wish.name.casefold(), number)
    if first != number:
        raise Unreadable(N_("The same name stands in row %(first)s already."), first=first)
    return wish


def _cell(meaning: str, column: str, text: str, words: Mapping[str, str]) -> Any:
    """Return what a cell says, as a wish holds it."""
    word = text[:40]
    if meaning in NUMBERS:
        return _number(column, text, NUMBERS[meaning])
    if meaning in DAYS:
        return _day(column, text)
    if meaning == "kind":
        if plain(text) not in words or words[plain(text)] not in set(PartnerType):
            raise Unreadable(
                N_("“%(column)s” names no kind that we know: “%(word)s”."), column=column, word=word
            )
        return PartnerType(words[plain(text)])
    if meaning == "help_system":
        known = words.get(plain(text))
        if text and known not in set(HelpSystem):
            raise Unreadable(
                N_("“%(column)s” names no kind that we know: “%(word)s”."), column=column, word=word
            )
        return HelpSystem(known) if known in set(HelpSystem) else None
    if meaning == "languages":
        return _languages(column, text)
    return _text(meaning, column, text)


def _number(column: str, text: str, most: int) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= most):
        raise Unreadable(
            N_("“%(column)s” is no whole number up to %(most)s: “%(word)s”."),
            column=column, most=most, word=text[:40],
        )  # fmt: skip
    return int(text) if text else None


def _day(column: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable(
            N_("“%(column)s” is no day like 2031-12-25: “%(word)s”."),
            column=column, word=text[:40],
        ) from None  # fmt: skip


def _languages(column: str, text: str) -> tuple[str, ...]:
    codes = [code.strip().lower() for code in text.replace("|", ",").split(",") if code.strip()]
    for code in codes:
        if code not in LANGUAGES:
            raise Unreadable(
                N_("“%(column)s” has a language that we do not know: “%(word)s”. Write %(codes)s."),
                column=column, word=code[:40], codes=", ".join(LANGUAGES),
            )  # fmt: skip
    return tuple(dict.fromkeys(codes))


def _text(meaning: str, column: str, text: str) -> str:
    most = LENGTHS[meaning]
    if meaning == "name" and not text:
        raise Unreadable(N_("“%(column)s” is empty."), column=column)
    if len(text) > most:
        raise Unreadable(
            N_("“%(column)s” has more than %(most)s characters."), column=column, most=most
        )
    if text and meaning == "email" and not _MAIL.fullmatch(text):
        raise Unreadable(
            N_("“%(column)s” is no e-mail address: “%(word)s”."), column=column, word=text[:40]
        )
    if text and meaning == "website" and not text.startswith(("https://", "http://")):
        raise Unreadable(
            N_("“%(column)s” does not begin with http: “%(word)s”."), column=column, word=text[:40]
        )
    return citizen_number.mask(text) if meaning != "phone" else text
