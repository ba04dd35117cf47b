"""Outlines as public bodies publish them, and as they should not."""

import json
from typing import Any

import pytest

from kinderwerk.places.reading import outlines
from kinderwerk.places.reading.columns import Columns
from kinderwerk.places.reading.outlines import Outlines, Wanted
from kinderwerk.places.rules import CodeScheme

Ring = list[list[float]]
CLOCKWISE: Ring = [[4.4, 51.9], [4.4, 51.91], [4.41, 51.91], [4.41, 51.9], [4.4, 51.9]]
BOW_TIE: Ring = [[4.4, 51.9], [4.41, 51.91], [4.41, 51.9], [4.4, 51.91], [4.4, 51.9]]


def feature(geometry: Any = None, **properties: Any) -> dict[str, Any]:
    geometry = geometry or {"type": "Polygon", "coordinates": [CLOCKWISE]}
    made_up = {"buurtcode": "BU05990101", "buurtnaam": "Oost"}
    return {"type": "Feature", "properties": made_up | properties, "geometry": geometry}


def read(*features: Any, wanted: Wanted | None = None, **members: Any) -> Outlines:
    document = {"type": "FeatureCollection", "features": list(features)} | members
    return outlines.read(json.dumps(document).encode(), wanted)


def faults(found: Outlines) -> list[str]:
    return [finding.text for finding in found.findings.faults]


def test_a_ring_that_runs_clockwise_comes_out_anticlockwise() -> None:
    (area,) = read(feature()).areas
    (polygon,) = area.outline.geoms
    assert polygon.exterior.is_ccw
    assert (area.code.text, area.name, area.district_code) == ("BU05990101", "Oost", "WK059901")


def test_an_outline_that_crosses_itself_is_mended_and_told() -> None:
    found = read(feature({"type": "Polygon", "coordinates": [BOW_TIE]}))
    assert found.areas[0].outline.is_valid
    assert len(found.areas[0].outline.geoms) == 2
    assert (
        found.findings.notices[0].text
        == "Area 1: The outline of Oost crossed itself and was mended."
    )


def test_a_multipolygon_keeps_its_parts_and_holes() -> None:
    far = [[x + 0.1, y] for x, y in CLOCKWISE]
    hole = [[4.403, 51.903], [4.407, 51.903], [4.407, 51.907], [4.403, 51.907], [4.403, 51.903]]
    geometry = {"type": "MultiPolygon", "coordinates": [[CLOCKWISE, hole], [far]]}
    (area,) = read(feature(geometry)).areas
    assert [len(polygon.interiors) for polygon in area.outline.geoms] == [1, 0]


def test_heights_are_left_behind() -> None:
    ring = [[x, y, 3.5] for x, y in CLOCKWISE]
    (area,) = read(feature({"type": "Polygon", "coordinates": [ring]})).areas
    assert not area.outline.has_z


def test_dutch_metres_without_a_word_about_it_are_recognised() -> None:
    ring = [[92_000, 437_000], [92_000, 438_000], [93_000, 438_000], [92_000, 437_000]]
    found = read(feature({"type": "Polygon", "coordinates": [ring]}))
    west, south, _, _ = found.areas[0].outline.bounds
    assert (west, south) == pytest.approx((4.47127, 51.91792), abs=1e-4)


def test_a_declared_grid_is_believed() -> None:
    ring = [[391_000, 5_822_000], [392_000, 5_822_000], [392_000, 5_823_000], [391_000, 5_822_000]]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}}
    wanted = Wanted(scheme=CodeScheme.DE_AGS, municipality="11000000")
    found = read(
        feature({"type": "Polygon", "coordinates": [ring]}, buurtcode="01011101"),
        wanted=wanted, crs=crs,
    )  # fmt: skip
    assert found.areas[0].code.text == "11000000-01011101"
    assert found.areas[0].outline.bounds[0] == pytest.approx(13.39, abs=0.01)


@pytest.mark.parametrize(
    ("name", "epsg"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("EPSG:4326", 4326),
        ("http://www.opengis.net/def/crs/EPSG/0/4258", 4258),
        ("urn:ogc:def:crs:EPSG:9.8.1:4326", 4326),
    ],
)
def test_the_names_of_grids_in_use_are_understood(name: str, epsg: int) -> None:
    found = read(feature(), crs={"type": "name", "properties": {"name": name}})
    assert found.grid
    assert found.grid.epsg == epsg
    assert not faults(found)


@pytest.mark.parametrize(
    "crs",
    [{"type": "name", "properties": {"name": "EPSG:2154"}}, {"type": "link"}, "EPSG:28992", 7, []],
)
def test_an_unknown_grid_is_refused(crs: Any) -> None:
    (fault,) = faults(read(feature(), crs=crs))
    assert "coordinate system" in fault


def test_latitude_before_longitude_is_noticed() -> None:
    swapped = [[y, x] for x, y in CLOCKWISE]
    (fault,) = faults(read(feature({"type": "Polygon", "coordinates": [swapped]})))
    assert fault == "Area 1: Its latitude and longitude have changed places."


def test_dutch_codes_in_another_country_are_noticed() -> None:
    elsewhere = [[x + 20, y] for x, y in CLOCKWISE]
    (fault,) = faults(read(feature({"type": "Polygon", "coordinates": [elsewhere]})))
    assert "outside the country" in fault


def test_degrees_and_metres_in_one_file_are_refused() -> None:
    metres = [[92_000, 437_000], [92_000, 438_000], [93_000, 438_000], [92_000, 437_000]]
    mixed = read(feature(), feature({"type": "Polygon", "coordinates": [metres]}))
    assert faults(mixed) == ["Some areas are in degrees and others in metres."]


def test_columns_can_be_named() -> None:
    wanted = Wanted(
        municipality="GM0599",
        columns=Columns.parse("code=TEKST, name=NAAM,district_name=GEBIED"),
    )
    drawn = feature()
    drawn["properties"] = {"TEKST": "1701", "NAAM": "Strand", "GEBIED": "Hoek", "code": "rubbish"}
    (area,) = read(drawn, wanted=wanted).areas
    assert (area.code.text, area.name, area.district_name) == ("BU05991701", "Strand", "Hoek")


def test_a_missing_column_is_told_once_with_what_there_is() -> None:
    drawn = feature()
    drawn["properties"] = {"TEKST": "1701", "NAAM": "Strand"}
    assert faults(read(drawn, drawn)) == [
        "No column is known to hold the code. There are: TEKST, NAAM. Say which one: code=…"
    ]


def test_water_is_left_out() -> None:
    wet = feature(buurtcode="BU05999997", buurtnaam="", H2O="JA")
    found = read(feature(H2O="NEE"), wet)
    assert len(found.areas) == 1
    assert not faults(found)


def test_areas_of_other_municipalities_are_counted_and_left_out() -> None:
    found = read(feature(), feature(buurtcode="BU03630000"), wanted=Wanted(municipality="GM0599"))
    assert (len(found.areas), found.elsewhere) == (1, 1)


def test_a_code_given_twice_is_refused_with_both_places() -> None:
    found = read(feature(), feature(buurtcode="05990101"))
    assert faults(found) == ["Area 2: The code BU05990101 was already given to area 1."]


def test_marks_that_turn_text_around_are_taken_out_of_names() -> None:
    (area,) = read(feature(buurtnaam="\u202eOost\u0000  \n West\ud800")).areas
    assert area.name == "Oost West"


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [4.4, 51.9]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [[[4.4, 51.9], [4.5, 51.9], [4.4, 51.9]]]},
        {"type": "Polygon", "coordinates": [CLOCKWISE[:-1]]},
        {"type": "Polygon", "coordinates": CLOCKWISE},
        {"type": "Polygon", "coordinates": [[[4.4], *CLOCKWISE]]},
        {"type": "Polygon", "coordinates": [[["4.4", "51.9"], *CLOCKWISE]]},
        {"type": "Polygon", "coordinates": [[[True, False], *CLOCKWISE]]},
        {"type": "Polygon", "coordinates": [[[4.4, 51.9]] * 4]},
        {"type": "Polygon", "coordinates": {"a": 1}},
        {"type": "MultiPolygon", "coordinates": [4.4, 51.9]},
        {"type": "MultiPolygon", "coordinates": [CLOCKWISE]},
        {"type": "GeometryCollection", "geometries": []},
        {"type": ["Polygon"]},
        {"no": "type"},
        [],
        7,
    ],
)
def test_what_is_not_an_outline_is_refused_with_its_number(geometry: Any) -> None:
    drawn = feature()
    drawn["geometry"] = geometry
    found = read(feature(), drawn | {"properties": {"buurtcode": "BU05990102", "buurtnaam": "W"}})
    assert len(faults(found)) == 1
    assert faults(found)[0].startswith("Area 2: ")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  ", "empty"),
        (b'{"type": "FeatureCollection" "features": []}', "line 1, character 30"),
        (b"var schools = {}", "script"),
        (b'{"type": "Topology"}', "TopoJSON"),
        (b'{"type": "Polygon", "coordinates": []}', "FeatureCollection"),
        (b"null", "FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": {}}', "not a list"),
        (b'{"type": "FeatureCollection", "features": []}', "no areas"),
        (b'{"type": "FeatureCollection", "features": [null]}', "not a GeoJSON feature"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "NaN"),
        (b"[" * 100_000, "nested"),
        (b'{"type":"FeatureCollection","features":' + b"[" * 9_000 + b"]" * 9_000 + b"}", "nested"),
        (b"\x80\x81", "UTF-8"),
        (b"PK\x03\x04\xff", "UTF-8"),
    ],
)
def test_what_is_not_geojson_is_refused_in_a_sentence(data: bytes, word: str) -> None:
    (fault,) = faults(outlines.read(data))
    assert word in fault


def test_numbers_without_end_are_refused() -> None:
    for number in ("1e999", "1" * 6_000, "-1e400"):
        text = json.dumps({"type": "FeatureCollection", "features": [feature()]})
        (fault,) = faults(outlines.read(text.replace("4.41", number).encode()))
        assert fault == "Area 1: Its outline has a coordinate without end."


def test_a_scribble_is_refused_before_it_costs_time() -> None:
    def at(step: int) -> list[float]:
        return [4.4 + (step * 7919 % 4001) / 1e5, 51.9 + (step * 104729 % 3989) / 1e5]

    ring = [at(step) for step in range(3_000)]
    (fault,) = faults(read(feature({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})))
    assert "crosses itself too often" in fault


def test_a_file_that_is_too_large_is_not_even_parsed() -> None:
    (fault,) = faults(outlines.read(b" " * (outlines.MOST_BYTES + 1)))
    assert "larger than 32 MB" in fault


def test_the_list_of_faults_ends_somewhere() -> None:
    found = read(*([None] * 1_000))
    assert len(faults(found)) == 201
    assert faults(found)[-1] == "There are more faults; mend these first."
