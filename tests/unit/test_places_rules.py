"""Which published figures say how many children live somewhere, and how areas are shaded."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box, mapping

from kinderwerk.places import drawing, rules
from kinderwerk.places.rules import Band, CodeScheme


def band(first: int, last: int, value: float | None, year: int = 2024) -> Band:
    return Band(first, last, value, f"{first}-{last}", year)


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        ([band(0, 14, 400), band(15, 24, 300)], (0, 14, 400)),
        ([band(4, 11, 20), band(0, 3, 10), band(12, 17, 30)], (0, 17, 60)),
        ([band(0, 3, 10), band(4, 11, None)], (0, 11, None)),
        ([band(0, 3, 10), band(12, 17, 30)], (0, 3, 10)),
        ([band(0, 14, 400, 2023), band(0, 11, 300, 2024)], (0, 11, 300)),
    ],
)
def test_bands_are_added_only_where_they_meet(
    bands: list[Band], expected: tuple[int, int, int | None]
) -> None:
    found = rules.children(bands)
    assert found
    assert (found.age_from, found.age_to, found.value) == expected


def test_nothing_published_says_nothing() -> None:
    assert rules.children([]) is None


@pytest.mark.parametrize(
    ("code", "country", "expected"),
    [
        ("GM0599", "nl", CodeScheme.NL_CBS),
        ("05515000", "de", CodeScheme.DE_AGS),
        ("ZOMER", "nl", CodeScheme.FREE),
        (None, "nl", CodeScheme.NL_CBS),
        (None, "de", CodeScheme.DE_AGS),
    ],
)
def test_a_municipality_tells_its_scheme(
    code: str | None, country: str, expected: CodeScheme
) -> None:
    assert rules.scheme_of(code, country) is expected


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=60))
def test_every_number_has_exactly_one_shade(values: list[int]) -> None:
    shades = drawing.shades(values)
    assert 1 <= len(shades) <= drawing.SHADES
    for value in values:
        assert sum(shade.least <= value <= shade.most for shade in shades) == 1


def test_a_picture_holds_all_outlines_and_marks_one() -> None:
    west, east = uuid4(), uuid4()
    outlines = [
        (west, "West", dict(mapping(box(4.40, 51.90, 4.41, 51.91)))),
        (east, "East", dict(mapping(box(4.41, 51.90, 4.42, 51.91)))),
    ]
    picture = drawing.sketch(outlines, values={west: 5, east: None})
    assert [shape.shade for shape in picture.shapes] == [1, None]
    assert picture.width == drawing.WIDTH
    around = drawing.sketch(outlines, here=east, spot=(51.905, 4.415))
    assert [shape.here for shape in around.shapes] == [False, True]
    assert around.spot
    assert 0 < around.spot[0] < around.width


def test_no_outlines_make_no_picture() -> None:
    assert drawing.sketch([]).shapes == ()
