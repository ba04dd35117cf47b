"""How far it is on foot, and which neighbourhoods are white: rules that need no database."""

from math import inf
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.disclosure.tables import Kind, Shown
from kinderwerk.facts.rules import Measure
from kinderwerk.neighbourhood_map import walking
from kinderwerk.neighbourhood_map.rules import Area, Row
from kinderwerk.neighbourhood_map.walking import Barrier, NoPlace, Place, TooLong, TooShort
from kinderwerk.neighbourhood_map.white_spots import Near, Offer, Spot, judge, near, ranked
from kinderwerk.places.rules import Children

HOME = Place(51.9, 4.5)
#: To the east, some 690 metres away.
CLUB = Place(51.9, 4.51)
CANAL = [Place(51.8, 4.505), Place(52.0, 4.505)]
DEGREES = st.floats(-0.05, 0.05)
AROUND = st.builds(lambda n, e: Place(51.9 + n, 4.5 + e), DEGREES, DEGREES)


def test_a_degree_is_as_long_as_it_is_there() -> None:
    assert walking.metres(HOME, Place(51.91, 4.5)) == pytest.approx(1_113, abs=1)
    assert walking.metres(HOME, CLUB) == pytest.approx(687, abs=1)


@pytest.mark.parametrize(("detour", "way"), [(None, inf), (0, 687), (400, 1_087)])
def test_what_lies_across_makes_it_longer(detour: int | None, way: float) -> None:
    assert walking.on_foot(HOME, CLUB, [Barrier(CANAL, detour)]) == pytest.approx(way, abs=1)


def test_whoever_crosses_a_bend_twice_is_on_the_same_side() -> None:
    bend = [Place(51.89, 4.503), Place(51.91, 4.503), Place(51.91, 4.506), Place(51.89, 4.506)]
    assert not walking.crosses(HOME, CLUB, bend)


@given(AROUND, AROUND, st.lists(AROUND, min_size=2, max_size=6))
def test_the_way_back_is_as_long(one: Place, other: Place, line: list[Place]) -> None:
    there = walking.crosses(one, other, line)
    assert walking.crosses(other, one, line) == there
    assert walking.metres(one, other) == pytest.approx(walking.metres(other, one), rel=0.01)


@pytest.mark.parametrize(
    ("text", "found"),
    [("51.92, 4.47", (51.92, 4.47)), (" 51.92 4.47 ", (51.92, 4.47)), ("-1;-2", (-1, -2))],
)
def test_a_place_is_read_as_people_write_it(text: str, found: tuple[float, float]) -> None:
    assert walking.place(text) == found


@pytest.mark.parametrize("text", ["", "51", "here", "91, 4", "51, 181", "1,2,3", "51.92, 4.47\n5"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(NoPlace):
        walking.place(text)


def test_a_line_has_two_places_and_not_thousands() -> None:
    assert walking.line("51.9, 4.5\n\n51.8, 4.5\n") == [(51.9, 4.5), (51.8, 4.5)]
    with pytest.raises(TooShort):
        walking.line("51.9, 4.5")
    with pytest.raises(TooLong):
        walking.line("51.9, 4.5\n" * 501)


def test_only_what_is_near_enough_counts() -> None:
    offers = [Offer(CLUB, 3, 30), Offer(Place(51.9, 4.52), 8, 0, 8)]
    assert near(HOME, offers, [], 700) == Near(3, 30)
    assert near(HOME, offers, [], 1_500) == Near(11, 30, 8)
    assert near(HOME, offers, [Barrier(CANAL)], 5_000) == Near()


def row(living: int | None, reached: int | None, nameless: int | None = 0) -> Row:
    children = None if living is None else Children(0, 14, living, "0 tot 15 jaar", 2024)
    area = Area(uuid4(), f"Area {living}", uuid4(), "District", children)
    shown = {
        Measure.CHILDREN: Shown(Kind.PARTICIPATION, reached),
        Measure.VISITS_TALLY: Shown(Kind.PARTICIPATION, nameless),
    }
    share = None if reached is None or not living else round(100 * reached / living)
    return Row(area, shown, share)


SOMETHING = Near(4, 40)


@pytest.mark.parametrize(
    ("living", "reached", "nameless", "near", "spot"),
    [
        (200, 0, 0, SOMETHING, Spot.FEW_REACHED),
        (200, 18, 0, SOMETHING, Spot.FEW_REACHED),
        (200, 20, 0, SOMETHING, Spot.REACHED),
        (200, 60, 0, Near(), Spot.REACHED),
        (200, 5, 0, Near(), Spot.NOTHING_NEAR),
        (200, None, 0, Near(), Spot.NOTHING_NEAR),
        (200, None, 0, SOMETHING, Spot.UNKNOWN),
        (200, 0, 35, SOMETHING, Spot.NAMELESS),
        (200, 0, None, Near(), Spot.NAMELESS),
        (None, 0, 0, Near(), Spot.UNKNOWN),
        (0, 0, 0, Near(), Spot.UNKNOWN),
    ],
)
def test_what_a_neighbourhood_is(
    living: int | None, reached: int | None, nameless: int | None, near: Near, spot: Spot
) -> None:
    assert judge(row(living, reached, nameless), near).spot is spot


def test_those_come_first_where_most_children_are_not_reached() -> None:
    found = [judge(row(*numbers), SOMETHING) for numbers in ((90, 0), (300, 20), (500, 400))]
    assert [one.missing for one in ranked(found)] == [280, 90]
