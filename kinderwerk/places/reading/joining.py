"""Bringing outlines and figures together, and saying exactly what found no partner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from shapely.geometry import MultiPolygon

from kinderwerk.core.words import N_
from kinderwerk.places.reading import codes, words
from kinderwerk.places.reading.codes import Level
from kinderwerk.places.reading.figures import Band, Figures, KeyFigures
from kinderwerk.places.reading.findings import Finding, Findings
from kinderwerk.places.reading.outlines import Area, Outlines
from kinderwerk.places.rules import CodeScheme

EARLIEST_YEAR: Final = 1990


@dataclass(frozen=True, slots=True)
class Known:
    """Figures of one area as they will be stored."""

    residents: int | None
    children: Mapping[Band, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A neighbourhood with its outline, and its figures where there are any."""

    code: str
    name: str
    district_code: str | None
    outline: MultiPolygon
    known: Known | None = None
    #: Its name in the table, where that is another.
    told_as: str | None = None


@dataclass(frozen=True, slots=True)
class District:
    code: str
    name: str
    outline: MultiPolygon | None = None
    known: Known | None = None


@dataclass(slots=True)
class Joined:
    """Everything that an import would write, and what a person should know before it does."""

    municipality: str | None = None
    year: int | None = None
    bands: Mapping[Band, str] = field(default_factory=dict)
    residents_heading: str = ""
    districts: list[District] = field(default_factory=list)
    neighbourhoods: list[Drawn] = field(default_factory=list)
    #: Neighbourhoods in the table that the outlines do not know.
    without_outline: list[Figures] = field(default_factory=list)
    elsewhere: int = 0
    outlines: Findings = field(default_factory=Findings)
    figures: Findings = field(default_factory=Findings)

    @property
    def faulty(self) -> bool:
        return bool(self.outlines.faults or self.figures.faults)

    @property
    def without_figures(self) -> list[Drawn]:
        """Return neighbourhoods with an outline that the table does not know."""
        return [drawn for drawn in self.neighbourhoods if drawn.known is None]

    @property
    def renamed(self) -> list[tuple[Drawn, str]]:
        """Return those of another name in the table: perhaps the borders are of another year."""
        return [(drawn, drawn.told_as) for drawn in self.neighbourhoods if drawn.told_as]

    @property
    def with_figures(self) -> int:
        return len(self.neighbourhoods) - len(self.without_figures)


def join(outlines: Outlines, figures: KeyFigures | None, scheme: CodeScheme) -> Joined:
    joined = Joined(outlines=outlines.findings, elsewhere=outlines.elsewhere)
    known: dict[tuple[Level, str], Figures] = {}
    if figures is not None:
        known = {(area.code.level, area.code.key): area for area in figures.areas}
        joined.figures, joined.year, joined.bands = figures.findings, figures.year, figures.bands
        joined.residents_heading = figures.residents_heading
        joined.elsewhere += figures.elsewhere
        if figures.year is None and not figures.findings.faults:
            joined.figures.fault(Finding(N_("It does not say of which year its figures are.")))
    _municipality(joined, outlines.areas, scheme)
    _neighbourhoods(joined, outlines.areas, known)
    _districts(joined, outlines.areas, known)
    return joined


def _municipality(joined: Joined, areas: Sequence[Area], scheme: CodeScheme) -> None:
    """Take the municipality from the codes; areas of several need a choice."""
    owners = {owner for area in areas if (owner := codes.municipality_of(scheme, area.code))}
    if len(owners) > 1:
        joined.outlines.fault(
            Finding(
                N_("It holds areas of several municipalities: %(codes)s. Say which one."),
                {"codes": ", ".join(sorted(owners)[:20])},
            )
        )
    joined.municipality = next(iter(owners)) if len(owners) == 1 else None


def _neighbourhoods(
    joined: Joined, areas: Sequence[Area], known: Mapping[tuple[Level, str], Figures]
) -> None:
    drawn_keys = set()
    for area in areas:
        if area.code.level is not Level.NEIGHBOURHOOD:
            continue
        drawn_keys.add(area.code.key)
        row = known.get((Level.NEIGHBOURHOOD, area.code.key))
        other = row and row.name and words.plain(row.name) != words.plain(area.name)
        drawn = Drawn(
            code=area.code.text, name=area.name, district_code=area.district_code,
            outline=area.outline, known=_known(row), told_as=row.name if row and other else None,
        )  # fmt: skip
        joined.neighbourhoods.append(drawn)
    joined.without_outline = [
        row
        for (level, key), row in known.items()
        if level is Level.NEIGHBOURHOOD and key not in drawn_keys
    ]


def _districts(
    joined: Joined, areas: Sequence[Area], known: Mapping[tuple[Level, str], Figures]
) -> None:
    """Gather the districts that are drawn, told of in the table, or named by a neighbourhood."""
    drawn = {area.code.text: area for area in areas if area.code.level is Level.DISTRICT}
    rows = {row.code.text: row for (level, _), row in known.items() if level is Level.DISTRICT}
    named = {area.district_code: area.district_name for area in areas if area.district_code}
    for code in sorted({*drawn, *named}):
        row, area = rows.get(code), drawn.get(code)
        name = (row.name if row else "") or (area.name if area else "") or named.get(code) or code
        joined.districts.append(District(code, name, area.outline if area else None, _known(row)))


def _known(row: Figures | None) -> Known | None:
    return Known(row.residents, row.children) if row else None
