import json

from shapely.geometry import Point, box

from kinderwerk.places.locating import Locator
from kinderwerk.places.reading import figures, outlines
from kinderwerk.places.reading.figures import Band
from kinderwerk.places.reading.joining import Joined, join
from kinderwerk.places.rules import CodeScheme


def square(code: str, name: str, west: float) -> dict[str, object]:
    ring = [[west, 51.9], [west + 0.01, 51.9], [west + 0.01, 51.91], [west, 51.91], [west, 51.9]]
    return {
        "type": "Feature",
        "properties": {"buurtcode": code, "buurtnaam": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def joined(table: str, *features: dict[str, object], year: int | None = 2024) -> Joined:
    collection = {"type": "FeatureCollection", "features": list(features)}
    return join(
        outlines.read(json.dumps(collection).encode()),
        figures.read(table.encode(), year=year),
        CodeScheme.NL_CBS,
    )


TABLE = (
    "code;naam;inwoners;inwoners_0_tot_15\n"
    "WK059901;Centrum;100;20\nBU05990101;Oost;60;15\nBU05990109;Verdwenen;40;5\n"
)


def test_what_joins_and_what_does_not_is_told_exactly() -> None:
    found = joined(TABLE, square("BU05990101", "Oost", 4.4), square("BU05990102", "West", 4.41))
    assert (len(found.neighbourhoods), found.with_figures) == (2, 1)
    assert [drawn.code for drawn in found.without_figures] == ["BU05990102"]
    assert [row.code.text for row in found.without_outline] == ["BU05990109"]
    assert found.municipality == "GM0599"
    assert not found.faulty


def test_districts_take_their_name_from_the_table() -> None:
    (district,) = joined(TABLE, square("BU05990101", "Oost", 4.4)).districts
    assert (district.code, district.name) == ("WK059901", "Centrum")
    assert district.known
    assert district.known.children == {Band(0, 15): 20}


def test_another_name_under_the_same_code_is_pointed_out() -> None:
    found = joined(TABLE, square("BU05990101", "Zuid", 4.4))
    assert [(drawn.name, name) for drawn, name in found.renamed] == [("Zuid", "Oost")]
    assert not joined(TABLE, square("BU05990101", "  OOST", 4.4)).renamed


def test_figures_without_a_year_are_refused() -> None:
    found = joined(TABLE, square("BU05990101", "Oost", 4.4), year=None)
    assert [fault.text for fault in found.figures.faults] == [
        "It does not say of which year its figures are."
    ]


def test_areas_of_several_municipalities_need_a_choice() -> None:
    found = joined(TABLE, square("BU05990101", "Oost", 4.4), square("BU03630101", "Dam", 4.9))
    assert found.faulty
    assert "GM0363, GM0599" in found.outlines.faults[0].text


def test_a_point_is_found_in_its_area_and_on_its_border() -> None:
    locator = Locator(
        [("west", box(4.4, 51.9, 4.41, 51.91)), ("east", box(4.41, 51.9, 4.42, 51.91))]
    )
    assert locator.find(51.905, 4.405) == "west"
    assert locator.find(51.905, 4.41) == "west"
    assert locator.find(51.905, 4.415) == "east"
    assert locator.find(52.5, 4.4) is None
    assert Locator([("point", Point(4, 52))]).find(51, 4) is None
