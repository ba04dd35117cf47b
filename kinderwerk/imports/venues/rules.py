"""What a table of venues can say: which column is what, and what its cells mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from kinderwerk.core.words import N_, Labelled
from kinderwerk.imports import rules
from kinderwerk.imports.rules import ANSWERS, Read, Rows, Words, Wrong, plain
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


def same(name: str, address: str) -> tuple[str, str]:
    """Return by what a venue is known again: its name, at its address."""
    return plain(name), plain(address)


def read(rows: Rows, columns: Mapping[Column, str], known: Words) -> Read[Line]:
    again = N_("The same name stands in row %(first)s already.")
    return rules.read(rows, columns, Column, partial(_cell, known=known), _line, _same, again)


def _same(line: Line) -> tuple[str, str]:
    return same(line.wish.name, line.wish.address)


def _line(number: int, said: Mapping[Column, Any]) -> Line:
    wish = VenueWish(**{column.value: value for column, value in said.items()})
    places.check(wish)
    return Line(number, wish)


def _cell(column: Column, given: str, known: Words) -> Any:
    text = rules.written(given)
    if column in NEEDED:
        rules.filled(text)
    if column is Column.KIND:
        return rules.one_of(known.labels[VenueKind], text, VenueKind.PLACE)
    if column is Column.NEIGHBOURHOOD:
        return rules.one_of(known.homes, text, None)
    if column in OPEN or column in CLOSED:
        return rules.one_of(ANSWERS, text, None if column in OPEN else False)
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
    if column is Column.PHONE:
        return rules.telephone(rules.short(text, LENGTHS[column]))
    if column is Column.WEBSITE:
        rules.website(rules.short(text, LENGTHS[column]))
    return rules.words(text, LENGTHS[column])
