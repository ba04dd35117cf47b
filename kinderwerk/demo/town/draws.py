"""What more children want to do than there is room for, so that places are drawn."""

from dataclasses import dataclass
from typing import Final

from kinderwerk.activities.rules import Drawing, Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An activity with places by draw; names are collected until `closes_in` days from today."""

    title: str
    summary: str
    why: str
    format: Format
    drawing: Drawing
    in_days: int
    days: int
    closes_in: int
    capacity: int
    reserved: int
    asked: int


DRAWS: Final = (
    Drawn(
        title="Weekend in de blokhut", format=Format.CAMP, drawing=Drawing.TREE, in_days=16,
        summary="Twee nachten slapen in het bos, met een kampvuur en een speurtocht.",
        why="Even weg van huis, ook voor wie nooit op vakantie gaat.", days=3, closes_in=-2,
        capacity=10, reserved=2, asked=15,
    ),
    Drawn(
        title="Zeilen op de plas", format=Format.CAMP, drawing=Drawing.TENT, in_days=34,
        summary="Drie dagen leren zeilen, met een eigen bootje voor twee.",
        why="Wie samen een boot bestuurt, leert op elkaar rekenen.", days=3, closes_in=12,
        capacity=12, reserved=2, asked=9,
    ),
)  # fmt: skip
