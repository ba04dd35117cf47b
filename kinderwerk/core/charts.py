"""The geometry of charts, worked out here so that templates only draw.

Across, positions are percentages of the width; down, they are pixels. So a chart fills a phone as
well as a sheet of paper while its letters keep their size. A value of None is one that may not be
told: it is drawn as an open outline whose length says nothing.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Final

#: The colour of each goal theme on paper; static/css/tokens.css has the same ones, and dark ones.
THEMES: Final = {
    "talent": "#8a5a00",
    "signalling": "#b23a2c",
    "inclusion": "#6b4a8a",
    "participation": "#20639b",
    "lifestyle": "#1f7a4d",
    "parenting": "#a33468",
    "competence": "#0f6e68",
    "encounter": "#a34a14",
    "play": "#55700c",
    "safety": "#3e4c9a",
    "equal_chances": "#75592d",
    "language": "#0b6a8c",
}
PLAIN: Final = "#1f7a4d"
#: Series of a stacked chart, in their order.
SERIES: Final = (PLAIN, "#f5b83d", "#2a78b8", "#d9503f", "#6b4a8a", "#857c6e")

LABEL: Final = 22
BAR: Final = 22
GAP: Final = 16
HIDDEN_WIDTH: Final = 12.0
#: Bars in one chart, so that it can stand on a sheet of A4 with what is written around it.
ON_A_PAGE: Final = 10
LINE_TOP: Final = 34
LINE_HEIGHT: Final = 160
LINE_FOOT: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """One value to draw: `text` is how it is written, `target` what was agreed."""

    label: str
    value: float | None
    text: str
    theme: str = ""
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    text: str
    theme: str
    colour: str
    y: int
    width: float
    target: float | None
    hidden: bool
    height: int = BAR

    @property
    def label_y(self) -> int:
        return self.y - 7


@dataclass(frozen=True, slots=True)
class BarChart:
    id: str
    height: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One row of a stacked chart: a value for each series."""

    label: str
    values: Sequence[float]
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    series: int
    colour: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    text: str
    y: int
    parts: tuple[Part, ...]
    height: int = BAR

    @property
    def label_y(self) -> int:
        return self.y - 7


@dataclass(frozen=True, slots=True)
class Key:
    series: int
    label: str
    colour: str


@dataclass(frozen=True, slots=True)
class StackedChart:
    id: str
    height: int
    rows: tuple[Row, ...]
    legend: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Point:
    label: str
    text: str
    x: float
    y: float | None


@dataclass(frozen=True, slots=True)
class Piece:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Tick:
    text: str
    y: float


@dataclass(frozen=True, slots=True)
class LineChart:
    id: str
    colour: str
    points: tuple[Point, ...]
    pieces: tuple[Piece, ...]
    ticks: tuple[Tick, ...]
    height: int = LINE_TOP + LINE_HEIGHT + LINE_FOOT


def ceiling(highest: float) -> float:
    """Return the next round number at or above: 1, 2, 2.5 or 5 times a power of ten."""
    if highest < 1e-6:
        return 1.0
    power = 10.0 ** floor(log10(highest))
    steps = (1.0, 2.0, 2.5, 5.0, 10.0)
    return next(step * power for step in steps if step * power >= highest * (1 - 1e-9))


def _share(value: float, whole: float) -> float:
    return round(100 * max(value, 0) / whole, 2) if whole > 0 else 0.0


def _y(index: int) -> int:
    return LABEL + index * (LABEL + BAR + GAP)


def _height(rows: int) -> int:
    return rows * (LABEL + BAR + GAP)


def bars_in_parts(id: str, data: Sequence[Datum]) -> list[BarChart]:
    """Lay bars out in as many charts as fit a page each, all to the same scale."""
    parts = [data[start : start + ON_A_PAGE] for start in range(0, len(data), ON_A_PAGE)]
    return [bars(f"{id}-{n}", part, longest(data)) for n, part in enumerate(parts, 1)]


def longest(data: Sequence[Datum]) -> float:
    return max((v for d in data for v in (d.value, d.target) if v is not None), default=0.0)


def bars(id: str, data: Sequence[Datum], whole: float | None = None) -> BarChart:
    """Lay bars under each other, the longest value or target, or `whole`, filling the width.

    `id` is unique on the page; it names the chart's title for screen readers.
    """
    whole = longest(data) if whole is None else whole
    return BarChart(
        id,
        _height(len(data)),
        tuple(
            Bar(
                label=datum.label,
                text=datum.text,
                theme=datum.theme,
                colour=THEMES.get(datum.theme, PLAIN),
                y=_y(index),
                width=HIDDEN_WIDTH if datum.value is None else _share(datum.value, whole),
                target=None if datum.target is None else _share(datum.target, whole),
                hidden=datum.value is None,
            )
            for index, datum in enumerate(data)
        ),
    )


def stacked(id: str, series: Sequence[str], data: Sequence[Whole]) -> StackedChart:
    """Divide each row's full width over the series, by their share in that row's sum."""
    if len(series) > len(SERIES):
        raise ValueError(f"at most {len(SERIES)} series can be told apart")
    return StackedChart(
        id,
        _height(len(data)),
        tuple(
            Row(whole.label, whole.text, _y(index), _parts(whole.values))
            for index, whole in enumerate(data)
        ),
        tuple(Key(n, label, SERIES[n - 1]) for n, label in enumerate(series, 1)),
    )


def _parts(values: Sequence[float]) -> tuple[Part, ...]:
    total, before, parts = sum(values), 0.0, []
    for number, value in enumerate(values, 1):
        x, end = _share(before, total), _share(before + value, total)
        if end > x:
            parts.append(Part(number, SERIES[number - 1], x, round(end - x, 2)))
        before += value
    return tuple(parts)


def line(id: str, data: Sequence[Datum], *, theme: str = "") -> LineChart:
    """Draw a course over time; an untold value leaves a gap in the line."""
    top = ceiling(max((d.value for d in data if d.value is not None), default=0.0))
    points = tuple(
        Point(datum.label, datum.text, _centre(index, len(data)), _down(datum.value, top))
        for index, datum in enumerate(data)
    )
    pieces = tuple(
        Piece(one.x, one.y, other.x, other.y)
        for one, other in itertools.pairwise(points)
        if one.y is not None and other.y is not None
    )
    ticks = tuple(
        Tick(f"{value:g}", LINE_TOP + LINE_HEIGHT * (1 - value / top))
        for value in (0.0, top / 2, top)
    )
    return LineChart(id, THEMES.get(theme, PLAIN), points, pieces, ticks)


def _centre(index: int, count: int) -> float:
    return round(100 * (index + 0.5) / count, 2)


def _down(value: float | None, top: float) -> float | None:
    return None if value is None else round(LINE_TOP + LINE_HEIGHT * (1 - value / top), 1)
