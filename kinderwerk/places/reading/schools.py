"""Reading a list of schools, or of other places with an address and perhaps a point."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from kinderwerk.core.words import N_
from kinderwerk.places.reading import tables, words
from kinderwerk.places.reading.columns import plain
from kinderwerk.places.reading.findings import Finding, Findings, Unreadable, Where
from kinderwerk.places.reading.tables import Row

KNOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "reference": ("brin", "brinnummer", "vestigingscode", "vestigingsnummer", "schulnummer"),
        "name": (
            "naam", "name", "vestigingsnaam", "schoolnaam", "instellingsnaam", "schulname",
            "bezeichnung",
        ),
        "street": ("straat", "straatnaam", "street", "strasse", "adres", "address", "adresse"),
        "number": ("huisnummer", "huisnummertoevoeging", "hausnummer", "housenumber", "hausnr"),
        "postcode": ("postcode", "plz", "zip", "postleitzahl"),
        "town": ("plaats", "plaatsnaam", "woonplaats", "town", "city", "ort"),
        "phone": ("telefoon", "telefoonnummer", "phone", "telefon", "tel"),
        "website": ("website", "internetadres", "internet", "url", "homepage"),
        "latitude": ("lat", "latitude", "breedtegraad", "breitengrad"),
        "longitude": ("lon", "lng", "long", "longitude", "lengtegraad", "laengengrad"),
    }
)  # fmt: skip
_DUTCH_POSTCODE: Final = re.compile(r"(\d{4})\s*([A-Za-z]{2})")
_PHONE: Final = re.compile(r"[+\d][\d\s()/.-]{5,24}")
_SMALL_WORDS: Final = frozenset(
    ("aan", "am", "an", "bij", "de", "den", "der", "en", "het", "in", "op", "ten", "ter", "van")
)
_DEGREES: Final = re.compile(r"-?\d{1,3}(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """One row; a point is there whole or not at all."""

    number: int
    reference: str
    name: str
    address: str
    postcode: str
    town: str
    phone: str
    website: str
    latitude: float | None
    longitude: float | None
    faults: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Schools:
    rows: list[School] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)


def read(data: bytes) -> Schools:
    """Read the whole list; a row with faults carries them, and they are in the findings too."""
    table = tables.read(data, lambda cells: _find("name", cells) is not None)
    schools = Schools(findings=table.findings)
    if not table.headings:
        return schools
    if _find("name", table.headings) is None:
        schools.findings.fault(
            Finding(
                N_("No column is known to hold the name. There are: %(names)s."),
                {"names": ", ".join(heading[:40] for heading in table.headings[:30])},
            )
        )
        return schools
    columns = {meaning: _find(meaning, table.headings) for meaning in KNOWN}
    seen: dict[str, int] = {}
    for row in table.rows:
        school = _school(row, columns, seen)
        schools.rows.append(school)
        for fault in school.faults:
            schools.findings.fault(fault)
    return schools


def _find(meaning: str, headings: Sequence[str]) -> str | None:
    by_plain = {plain(heading): heading.strip() for heading in reversed(headings)}
    return next((by_plain[known] for known in KNOWN[meaning] if known in by_plain), None)


def _school(row: Row, columns: Mapping[str, str | None], seen: dict[str, int]) -> School:
    faults: list[Finding] = []
    cells = {meaning: words.clean(row.get(heading)) for meaning, heading in columns.items()}
    for check in (_named, _placed, _reachable):
        try:
            check(cells)
        except Unreadable as reason:
            faults.append(reason.at(Where.ROW, row.number))
    first = seen.setdefault(cells["reference"], row.number) if cells["reference"] else row.number
    if first != row.number:
        twice = Unreadable(
            N_("The number %(reference)s stands in row %(first)s already."),
            reference=cells["reference"], first=first,
        )  # fmt: skip
        faults.append(twice.at(Where.ROW, row.number))
    return _made(row.number, cells, tuple(faults))


def _made(number: int, cells: Mapping[str, str], faults: tuple[Finding, ...]) -> School:
    whole = not faults and cells["latitude"]
    return School(
        number=number,
        reference=cells["reference"][:40],
        name=cells["name"][: words.LONGEST_NAME],
        address=" ".join(filter(None, (cells["street"], cells["number"])))[:160],
        postcode=_DUTCH_POSTCODE.sub(lambda m: f"{m[1]} {m[2].upper()}", cells["postcode"])[:10],
        town=_town(cells["town"])[:80],
        phone=cells["phone"],
        website=_website(cells["website"]),
        latitude=_degrees(cells["latitude"]) if whole else None,
        longitude=_degrees(cells["longitude"]) if whole else None,
        faults=faults,
    )


def _named(cells: Mapping[str, str]) -> None:
    words.name(cells["name"])


def _placed(cells: Mapping[str, str]) -> None:
    latitude, longitude = cells["latitude"], cells["longitude"]
    if bool(latitude) != bool(longitude):
        raise Unreadable(N_("It has half a point: latitude or longitude is missing."))
    if not latitude:
        return
    if not (_DEGREES.fullmatch(latitude) and _DEGREES.fullmatch(longitude)):
        raise Unreadable(
            N_("“%(latitude)s, %(longitude)s” is not a latitude and longitude in degrees."),
            latitude=latitude[:30], longitude=longitude[:30],
        )  # fmt: skip
    if abs(_degrees(latitude)) > 90 or abs(_degrees(longitude)) > 180:
        raise Unreadable(
            N_("“%(latitude)s, %(longitude)s” is not a latitude and longitude in degrees."),
            latitude=latitude[:30], longitude=longitude[:30],
        )  # fmt: skip


def _reachable(cells: Mapping[str, str]) -> None:
    if cells["phone"] and not _PHONE.fullmatch(cells["phone"]):
        raise Unreadable(N_("“%(phone)s” is not a phone number."), phone=cells["phone"][:40])
    if cells["website"] and not _website(cells["website"]):
        raise Unreadable(
            N_("“%(website)s” is not the address of a website."), website=cells["website"][:80]
        )


def _degrees(text: str) -> float:
    return float(text.replace(",", "."))


def _website(text: str) -> str:
    """Return a web address with its scheme, or nothing where it is not one."""
    if not text:
        return ""
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or ""):
        return ""
    return "" if " " in address or len(address) > 200 else address


def _town(name: str) -> str:
    """Give a town that was written in capitals its small letters back: Hoek van Holland."""
    if not name.isupper():
        return name
    first, *rest = name.split()
    return " ".join((first.title(), *map(_later_word, rest)))


def _later_word(word: str) -> str:
    if word.casefold() in _SMALL_WORDS:
        return word.casefold()
    return word if len(word) <= 2 else word.title()
