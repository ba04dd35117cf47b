"""What a table of venues can say: which column is what, and what is wrong in which row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from kinderwerk.core import citizen_number
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.imports.rules import ANSWERS, Fault, Wrong, one_of, plain, telephone, written
from kinderwerk.places import rules as places
from kinderwerk.places.rules import VenueKind, VenueWish


class Column(Labelled):
    """What a column can be, called as a wish calls it; the first has to be there."""

    NAME = "name", N_("What is it called?")
    KIND = "kind", N_("What kind of place is it?")
    ADDRESS = "address", N_("Street and number")
    POSTCODE = "postcode", N_("Postcode")
    TOWN = "town", N_("Town")
    NEIGHBOURHOOD = "neighbourhood_id", N_("Neighbourhood")
    LATITUDE = "latitude", N_("Latitude")
    LONGITUDE = "longitude", N_("Longitude")
    WHEELCHAIR = "wheelchair", N_("Can a wheelchair get in?")
    TOILET = "toilet", N_("Is there a toilet that a wheelchair can use?")
    OUTDOORS = "outdoors", N_("It is outdoors")
    WATER = "water", N_("Children swim or play in water here")
    ACCESSIBILITY = "accessibility", N_("What else should people know who come?")
    PHONE = "phone", N_("Telephone")
    WEBSITE = "website", N_("Website")


NEEDED: Final = (Column.NAME,)
#: Names in use for a column in Dutch, English and German, likeliest first, letters only.
KNOWN: Final[Mapping[Column, tuple[str, ...]]] = MappingProxyType(
    {
        Column.NAME: ("naam", "name", "locatie", "venue", "ort", "naamlocatie", "gebouw",
                      "accommodatie", "bezeichnung"),
        Column.KIND: ("soort", "kind", "type", "art"),
        Column.ADDRESS: ("adres", "straat", "address", "street", "adresse", "strasse", "straße",
                         "straatenhuisnummer"),
        Column.POSTCODE: ("postcode", "plz", "postleitzahl", "zip"),
        Column.TOWN: ("plaats", "woonplaats", "plaatsnaam", "town", "city", "stadt"),
        Column.NEIGHBOURHOOD: ("buurt", "wijk", "neighbourhood", "neighborhood", "quartier",
                               "stadtteil", "buurtcode"),
        Column.LATITUDE: ("breedtegraad", "latitude", "lat", "breite", "breitengrad"),
        Column.LONGITUDE: ("lengtegraad", "longitude", "lon", "lng", "länge", "längengrad"),
        Column.WHEELCHAIR: ("rolstoel", "wheelchair", "rollstuhl", "rolstoeltoegankelijk"),
        Column.TOILET: ("rolstoeltoilet", "toilet", "toilette"),
        Column.OUTDOORS: ("buiten", "outdoors", "draussen", "draußen"),
        Column.WATER: ("water", "wasser"),
        Column.ACCESSIBILITY: ("toegankelijkheid", "accessibility", "opmerking", "hinweis"),
        Column.PHONE: ("telefoon", "phone", "telefon", "tel"),
        Column.WEBSITE: ("website", "url", "internet", "homepage"),
    }
)  # fmt: skip
LENGTHS: Final[Mapping[Column, int]] = MappingProxyType(
    {
        Column.NAME: 120, Column.ADDRESS: 200, Column.POSTCODE: 16, Column.TOWN: 80,
        Column.ACCESSIBILITY: 400, Column.PHONE: 32, Column.WEBSITE: 200,
    }
)  # fmt: skip
DEGREES: Final = (Column.LATITUDE, Column.LONGITUDE)
#: Nothing said is "not known" for these, and "no" for the others.
OPEN: Final = (Column.WHEELCHAIR, Column.TOILET)
CLOSED: Final = (Column.OUTDOORS, Column.WATER)


@dataclass(frozen=True, slots=True)
class Line:
    row: int
    wish: VenueWish


@dataclass(slots=True)
class Read:
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Words:
    """What the words in cells may be: kinds of places and neighbourhoods by their plain names."""

    kinds: Mapping[str, VenueKind]
    homes: Mapping[str, UUID]


def same(name: str, address: str) -> tuple[str, str]:
    """Return by what a venue is known again: its name, at its address."""
    return plain(name), plain(address)


def read(
    rows: Iterable[tuple[int, Mapping[str, str]]], columns: Mapping[Column, str], words: Words
) -> Read:
    """Take every row over, or say of each of its cells what is wrong there."""
    done, seen = Read(), dict[tuple[str, str], int]()
    for number, cells in rows:
        said: dict[str, Any] = {}
        faults: list[Fault] = []
        for column in Column:
            heading = columns.get(column, "")
            try:
                said[column.value] = _cell(column, cells.get(heading, ""), words)
            except Wrong as wrong:
                faults.append(Fault(number, heading or column.label, wrong.message, wrong.values))
        if not faults:
            faults += _row(number, VenueWish(**said), seen, done.lines)
        done.faults += faults
    return done


def _row(
    number: int, wish: VenueWish, seen: dict[tuple[str, str], int], lines: list[Line]
) -> list[Fault]:
    try:
        places.check(wish)
    except Refusal as refusal:
        return [Fault(number, "", refusal.message)]
    first = seen.setdefault(same(wish.name, wish.address), number)
    if first != number:
        again = N_("The same name stands in row %(first)s already.")
        return [Fault(number, "", again, {"first": first})]
    lines.append(Line(number, wish))
    return []


def _cell(column: Column, given: str, words: Words) -> Any:
    text = written(given)
    if column in NEEDED and not text:
        raise Wrong(N_("This is empty."))
    if column is Column.KIND:
        return one_of(words.kinds, text, VenueKind.PLACE)
    if column is Column.NEIGHBOURHOOD:
        return one_of(words.homes, text, None)
    if column in OPEN or column in CLOSED:
        return one_of(ANSWERS, text, None if column in OPEN else False)
    if column in DEGREES:
        return _degrees(text)
    return _text(column, text)


def _degrees(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise Wrong(N_("“%(word)s” is no number."), word=text[:40]) from None


def _text(column: Column, text: str) -> str:
    if len(text) > LENGTHS[column]:
        raise Wrong(N_("This has more than %(most)s characters."), most=LENGTHS[column])
    if column is Column.PHONE:
        return telephone(text)
    if column is Column.WEBSITE and text and not text.startswith(("https://", "http://")):
        raise Wrong(N_("“%(website)s” is not the address of a website."), website=text[:40])
    if citizen_number.mask(text) != text:
        raise Wrong(N_("This looks like a citizen service number (BSN). We may not have it."))
    return text
