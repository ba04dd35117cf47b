"""Finding out which column or property means what, by its published name or as told."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from kinderwerk.core.words import N_
from kinderwerk.places.reading.findings import Unreadable

_SIGNS: Final = re.compile(r"[\W_]+")
_NUMBERED: Final = re.compile(r"_\d{1,3}$")  # StatLine numbers its columns: Codering_3

#: Names in use, likeliest first, as `plain` gives them.
KNOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "code": (
            "buurtcode", "bucode", "codering", "gwbcode", "statcode", "regiocode", "code",
            "wijkcode", "wkcode", "gemeentecode", "gmcode", "plrid", "schluessel", "nr",
            "nummer", "nummerneu", "id",
        ),
        "name": (
            "buurtnaam", "bunaam", "statnaam", "regionaam", "regio", "naam", "name", "wijknaam",
            "wknaam", "gemeentenaam", "gmnaam", "bezeichnung", "stadtteil", "plrname",
        ),
        "district": ("wijkcode", "wkcode", "districtcode", "bezirknr", "stadtbezirknr"),
        "district_name": (
            "wijknaam", "wknaam", "gebied", "gebdnaam", "gebiedsnaam", "stadsdeel", "district",
            "districtname", "stadtbezirk", "bezirk",
        ),
        "water": ("water", "h2o"),
        "residents": (
            "inwoners", "aantalinwoners", "ainw", "aantinw", "bevolking", "bevolkingtotaal",
            "residents", "population", "einwohner", "einwohnerinsgesamt", "bevoelkerung",
        ),
        "year": ("jaar", "year", "jahr", "peiljaar", "stand"),
    }
)  # fmt: skip


def plain(name: str) -> str:
    """Return a heading without case, blanks, signs and StatLine's number."""
    return _SIGNS.sub("", _NUMBERED.sub("", name.strip())).casefold()


@dataclass(frozen=True, slots=True)
class Columns:
    """Says which column to take for what; what is not said is found by the published names."""

    said: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Columns":
        """Read `code=BU_CODE,name=BU_NAAM`."""
        said: dict[str, str] = {}
        for part in filter(str.strip, text.split(",")):
            meaning, equals, name = (piece.strip() for piece in part.partition("="))
            if not equals or not name or not _meaning(meaning):
                raise Unreadable(
                    N_("“%(part)s” is not understood; say for instance code=BU_CODE,name=BU_NAAM."),
                    part=part.strip()[:80],
                )
            said[meaning] = name
        return cls(said)

    def find(self, meaning: str, names: Iterable[str]) -> str | None:
        """Return the name of the column with this meaning, or None."""
        present = list(names)
        if said := self.said.get(meaning):
            return next((name for name in present if name.strip() == said), None)
        by_plain: dict[str, str] = {}
        for name in present:
            by_plain.setdefault(plain(name), name)
        taken = {plain(name) for name in self.said.values()}
        return next(
            (by_plain[known] for known in KNOWN.get(meaning, ())
             if known in by_plain and known not in taken), None,
        )  # fmt: skip

    def need(self, meaning: str, names: Iterable[str]) -> str:
        present = list(names)
        found = self.find(meaning, present)
        if found is None:
            raise Unreadable(
                N_("No column is known to hold the %(meaning)s. There are: %(names)s. "
                   "Say which one: %(meaning)s=…"),
                meaning=meaning,
                names=", ".join(name.strip()[:40] for name in present[:30]) or "-",
            )  # fmt: skip
        return found


def _meaning(word: str) -> bool:
    return word in KNOWN or word.startswith("children")
