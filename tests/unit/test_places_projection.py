"""Points whose place is published by the bodies that define the grids."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.places.reading.projection import PROJECTIONS, RD_NEW, from_rd, from_utm

METRE = 1 / 111_000


@pytest.mark.parametrize(
    ("metres", "degrees"),
    [
        ((155_000, 463_000), (5.38720278, 52.15517222)),  # the tower in Amersfoort
        ((92_000, 437_000), (4.47146, 51.91792)),
    ],
)
def test_the_dutch_grid_lands_where_it_is_published(
    metres: tuple[float, float], degrees: tuple[float, float]
) -> None:
    found = from_rd(np.array([metres], dtype=float))[0]
    assert found == pytest.approx(degrees, abs=5 * METRE)


def test_utm_lands_where_it_is_published() -> None:
    on_the_middle_meridian = from_utm(np.array([[500_000.0, 5_761_038.212]]), zone=32)[0]
    assert on_the_middle_meridian == pytest.approx((9.0, 52.0), abs=METRE)
    in_berlin = PROJECTIONS[25833](np.array([[391_841.9, 5_822_078.3]]))[0]
    assert in_berlin == pytest.approx((13.40527, 52.53804), abs=METRE)


@given(x=st.floats(0, 280_000), y=st.floats(300_000, 620_000))
def test_the_dutch_grid_keeps_distances(x: float, y: float) -> None:
    """A hundred metres on the map is a hundred metres on the ground, give or take a hand."""
    here, there = from_rd(np.array([[x, y], [x + 60, y + 80]]))
    east = (there[0] - here[0]) * 111_320 * np.cos(np.radians(here[1]))
    north = (there[1] - here[1]) * 111_250
    assert np.hypot(east, north) == pytest.approx(100, rel=0.01)


def test_every_projection_answers_in_the_shape_it_was_asked() -> None:
    points = np.array([[155_000.0, 463_000.0], [92_000.0, 437_000.0]])
    assert {known(points).shape for known in PROJECTIONS.values()} == {(2, 2)}
    assert RD_NEW in PROJECTIONS
