"""Reading outlines of areas from GeoJSON as public bodies publish it.

`read` never raises for what is in the file: it returns the areas and what is to be said about
them. Outlines come out in degrees, valid, as polygons whose outer ring runs anticlockwise.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import process_time
from typing import Any, Final

from shapely.geometry import MultiPolygon

from kinderwerk.core.words import N_
from kinderwerk.places.reading import codes, shapes, words
from kinderwerk.places.reading.codes import Code, Level
from kinderwerk.places.reading.columns import Columns, plain
from kinderwerk.places.reading.findings import Finding, Findings, Unreadable, Where
from kinderwerk.places.reading.grids import Grid
from kinderwerk.places.rules import CodeScheme

#: A whole city with every bend of its borders is a tenth of this.
MOST_BYTES: Final = 32 * 1024 * 1024
MOST_AREAS: Final = 5_000
#: Of computing; a file that needs more was made to need it.
MOST_SECONDS: Final = 30.0

_SCRIPT: Final = re.compile(r"\s*(?:var|let|const|window|export|callback|\w+\s*[=(])")


@dataclass(frozen=True, slots=True)
class Area:
    """One municipality, district or neighbourhood, as drawn in the file."""

    number: int
    code: Code
    name: str
    outline: MultiPolygon
    district_code: str | None = None
    district_name: str | None = None


@dataclass(slots=True)
class Outlines:
    areas: list[Area] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    grid: Grid | None = None
    #: How many areas lie in other municipalities than the one asked for.
    elsewhere: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to read a file as: how its codes are made, and whose areas we are after."""

    scheme: CodeScheme = CodeScheme.NL_CBS
    municipality: str = ""
    columns: Columns = field(default_factory=Columns)


def read(data: bytes, wanted: Wanted | None = None) -> Outlines:
    wanted = wanted or Wanted()
    outlines = Outlines()
    try:
        document = load(data)
        features = listed(document)
        outlines.grid = Grid.of(document, features, wanted.scheme)
        _read_all(features, wanted, outlines)
    except Unreadable as reason:
        outlines.findings.fault(reason.at())
    return outlines


def load(data: bytes) -> Any:
    """Parse JSON that somebody sent us: bounded, and with errors that tell where."""
    if len(data) > MOST_BYTES:
        raise Unreadable(
            N_("It is larger than %(most)s MB; take out other municipalities first."),
            most=MOST_BYTES // 1024 // 1024,
        )
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(N_("It is not text in UTF-8, so it is not GeoJSON.")) from None
    if not text.strip():
        raise Unreadable(N_("It is empty."))
    try:
        return json.loads(text, parse_int=_whole, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        if _SCRIPT.match(text):
            raise Unreadable(
                N_("It is a script around GeoJSON; take away what stands before the first “{”.")
            ) from None
        raise Unreadable(
            N_("It is not JSON: line %(line)s, character %(column)s does not belong there."),
            line=error.lineno, column=error.colno,
        ) from None  # fmt: skip
    except RecursionError:
        raise Unreadable(N_("It is nested too deeply to be GeoJSON.")) from None


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 19 else float(digits)


def _no_number(word: str) -> float:
    raise Unreadable(N_("“%(word)s” is not a number that JSON knows."), word=word)


def listed(document: Any) -> Sequence[Any]:
    """Return the features of a document, or say why it has none."""
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "Feature":
        return [document]
    if kind == "Topology":
        raise Unreadable(N_("It is TopoJSON; save it as GeoJSON first."))
    if kind != "FeatureCollection":
        raise Unreadable(
            N_("It is not a GeoJSON FeatureCollection: it holds no areas with a code.")
        )
    features = document.get("features")
    if not isinstance(features, list):
        raise Unreadable(N_("Its list of areas (“features”) is not a list."))
    if not features:
        raise Unreadable(N_("It holds no areas."))
    if len(features) > MOST_AREAS:
        raise Unreadable(
            N_("It holds %(count)s areas; at most %(most)s can be read at once."),
            count=len(features), most=MOST_AREAS,
        )  # fmt: skip
    return features


@dataclass(frozen=True, slots=True)
class _Names:
    """Which property holds what, in this file."""

    code: str
    name: str
    district: str | None
    district_name: str | None
    water: str | None

    @classmethod
    def of(cls, features: Sequence[Any], columns: Columns) -> "_Names":
        present = list(dict.fromkeys(name for feature in features for name in _properties(feature)))
        code = columns.need("code", present)
        name = columns.need("name", present)
        district = columns.find("district", present)
        district_name = columns.find("district_name", present)
        return cls(
            code=code,
            name=name,
            district=None if district == code else district,
            district_name=None if district_name == name else district_name,
            water=columns.find("water", present),
        )


def _properties(feature: Any) -> Mapping[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _read_all(features: Sequence[Any], wanted: Wanted, outlines: Outlines) -> None:
    findings = outlines.findings
    whole = dict(_whole_features(features, findings))
    if not whole:
        return
    names = _Names.of(list(whole.values()), wanted.columns)
    seen: dict[tuple[Level, str], int] = {}
    started = process_time()
    for number, feature in whole.items():
        if process_time() - started > MOST_SECONDS:
            raise Unreadable(N_("Its outlines take too long to read."))
        try:
            area = _area(number, feature, names, wanted, outlines)
        except Unreadable as reason:
            findings.fault(reason.at(Where.FEATURE, number))
            continue
        if area is None:
            continue
        first = seen.setdefault((area.code.level, area.code.key), number)
        if first != number:
            findings.fault(_twice(area, first))
        outlines.areas.append(area)
    if not outlines.areas and not findings.faults:
        findings.fault(Finding(N_("It holds no areas of this municipality.")))


def _whole_features(
    features: Sequence[Any], findings: Findings
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, feature in enumerate(features, 1):
        try:
            _whole_feature(feature)
        except Unreadable as reason:
            findings.fault(reason.at(Where.FEATURE, number))
        else:
            yield number, feature


def _whole_feature(feature: Any) -> None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise Unreadable(N_("It is not a GeoJSON feature."))
    if not isinstance(feature.get("properties"), dict):
        raise Unreadable(N_("It has no properties, so no code and no name."))
    if not isinstance(feature.get("geometry"), dict):
        raise Unreadable(N_("It has no outline."))


def _area(
    number: int, feature: Mapping[str, Any], names: _Names, wanted: Wanted, outlines: Outlines
) -> Area | None:
    """Return the area, or None for water and for areas of other municipalities."""
    properties = feature["properties"]
    if names.water and _text(properties, names.water).strip().upper() in ("JA", "J", "YES"):
        outlines.findings.notice(
            Finding(N_("It is water, and was left out."), {}, Where.FEATURE, number)
        )
        return None
    hint = _hint(names.code)
    code = codes.read(wanted.scheme, _text(properties, names.code), hint, wanted.municipality)
    owner = codes.municipality_of(wanted.scheme, code)
    if wanted.municipality and owner and owner != wanted.municipality:
        outlines.elsewhere += 1
        return None
    name = words.name(_text(properties, names.name))
    assert outlines.grid is not None  # noqa: S101
    drawn = shapes.read(feature["geometry"], outlines.grid)
    if drawn.mended:
        outlines.findings.notice(
            Finding(
                N_("The outline of %(name)s crossed itself and was mended."), {"name": name},
                Where.FEATURE, number,
            )
        )  # fmt: skip
    return Area(
        number, code, name, drawn.outline,
        _district(properties, names, code, wanted), _district_name(properties, names),
    )  # fmt: skip


def _hint(column: str) -> Level:
    known = plain(column)
    if known in ("wijkcode", "wkcode"):
        return Level.DISTRICT
    return Level.MUNICIPALITY if known in ("gemeentecode", "gmcode") else Level.NEIGHBOURHOOD


def _text(properties: Mapping[str, Any], name: str) -> str:
    """Return a property as text; a number without the decimals that a spreadsheet gave it."""
    value = properties.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or isinstance(value, bool | list | dict):
        return ""
    return str(value)


def _district(
    properties: Mapping[str, Any], names: _Names, code: Code, wanted: Wanted
) -> str | None:
    if code.level is not Level.NEIGHBOURHOOD:
        return None
    if named := codes.district_of(wanted.scheme, code):
        return named
    raw = _text(properties, names.district) if names.district else ""
    raw = raw or (_text(properties, names.district_name) if names.district_name else "")
    if not raw.strip():
        return None
    return codes.read(wanted.scheme, raw, Level.DISTRICT, wanted.municipality).text


def _district_name(properties: Mapping[str, Any], names: _Names) -> str | None:
    if names.district_name is None:
        return None
    return words.clean(_text(properties, names.district_name))[: words.LONGEST_NAME] or None


def _twice(area: Area, first: int) -> Finding:
    return Finding(
        N_("The code %(code)s was already given to area %(first)s."),
        {"code": area.code.text, "first": first}, Where.FEATURE, area.number,
    )  # fmt: skip
