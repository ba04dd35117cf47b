"""Charts keep what they draw inside their frame and tell nothing that may not be told."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.core import charts
from kinderwerk.core.charts import Datum, Whole

AMOUNTS = st.floats(0, 1e9, allow_nan=False)


def datum(value: float | None, **others: float | None) -> Datum:
    return Datum(label="Spel", value=value, text="-", **others)


@given(st.lists(st.tuples(st.none() | AMOUNTS, st.none() | AMOUNTS), max_size=12))
def test_bars_and_targets_stay_inside(values: list[tuple[float | None, float | None]]) -> None:
    chart = charts.bars("reach", [datum(value, target=target) for value, target in values])
    for bar in chart.bars:
        assert 0 <= bar.width <= 100
        assert bar.target is None or 0 <= bar.target <= 100
        assert bar.y + bar.height <= chart.height


def test_the_highest_of_values_and_targets_fills_the_width() -> None:
    short, long = charts.bars("reach", [datum(40), datum(20, target=80)]).bars
    assert (short.width, long.width, long.target) == (50, 25, 100)


@given(st.lists(AMOUNTS, max_size=5))
def test_the_length_of_a_hidden_bar_says_nothing(others: list[float]) -> None:
    chart = charts.bars("reach", [datum(None), *map(datum, others)])
    assert chart.bars[0].hidden
    assert chart.bars[0].width == charts.HIDDEN_WIDTH


@given(st.lists(AMOUNTS, min_size=1, max_size=6))
def test_the_parts_of_a_whole_touch_and_never_overlap(values: list[float]) -> None:
    whole = Whole(label="Leerlingen", values=values, text="-")
    (row,) = charts.stacked("ages", ["een"] * len(values), [whole]).rows
    for one, other in zip(row.parts, row.parts[1:], strict=False):
        assert abs(one.x + one.width - other.x) < 0.02
    assert sum(part.width for part in row.parts) < 100.02


@given(st.lists(st.none() | AMOUNTS, min_size=1, max_size=24))
def test_a_line_is_broken_where_a_value_is_untold(values: list[float | None]) -> None:
    chart = charts.line("visits", [datum(value) for value in values])
    told = sum(a is not None and b is not None for a, b in itertools.pairwise(values))
    assert len(chart.pieces) == told
    for point in chart.points:
        assert point.y is None or charts.LINE_TOP <= point.y <= chart.height - charts.LINE_FOOT


@given(st.floats(1e-3, 1e9, allow_nan=False))
def test_an_axis_ends_at_a_round_number_close_above(highest: float) -> None:
    assert highest * (1 - 1e-6) <= charts.ceiling(highest) <= highest * 2.51


def test_a_long_list_is_laid_out_in_charts_to_one_scale() -> None:
    data = [Datum(label=str(n), value=float(n), text=str(n)) for n in range(1, 31)]
    parts = charts.bars_in_parts("all", data)
    assert [len(part.bars) for part in parts] == [10, 10, 10]
    assert [bar.label for part in parts for bar in part.bars] == [one.label for one in data]
    assert len({part.id for part in parts}) == 3
    widths = [bar.width for part in parts for bar in part.bars]
    assert widths == sorted(widths)
    assert widths[-1] == 100
    assert charts.bars_in_parts("none", []) == []
