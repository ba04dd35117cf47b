"""What comes back from a child has the types that it should have, or is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pytest

from kinderwerk.files.plain import Plain


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Key:
    low: int


@dataclass(slots=True)
class Told:
    name: str
    year: int | None
    share: float
    colour: Colour = Colour.RED
    values: Mapping[str, str | int] = field(default_factory=dict)
    by_key: Mapping[Key, int | None] = field(default_factory=dict)
    pair: tuple[str, int] = ("", 0)
    rest: tuple[Key, ...] = ()
    raw: bytes = b""


PLAIN = Plain({bytes: (bytes.hex, bytes.fromhex)})
WHOLE = Told(
    name="Zoë", year=None, share=2.0, values={"a": "1", "b": 1}, by_key={Key(3): None, Key(4): 5},
    pair=("x", 7), rest=(Key(1), Key(2)), raw=b"\x00\xff",
)  # fmt: skip


def test_what_is_given_can_be_taken() -> None:
    assert PLAIN.take(Told, PLAIN.give(WHOLE)) == WHOLE


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (0, 5), (0, None), (1, "2024"), (1, True), (2, "much"), (3, "blue"), (4, [["a", 1.5]]),
        (4, 7), (5, [["low", 1]]), (6, ["x"]), (6, "x7"), (7, [[1, 2]]), (7, {}), (8, "zz"),
    ],
)  # fmt: skip
def test_anything_else_is_refused(place: int, wrong: Any) -> None:
    given = PLAIN.give(WHOLE)
    given[place] = wrong
    with pytest.raises((ValueError, TypeError)):
        PLAIN.take(Told, given)


@pytest.mark.parametrize("wrong", [None, "text", [], [1], {"name": "Zoë"}])
def test_a_row_is_whole(wrong: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        PLAIN.take(Told, wrong)


def test_what_is_not_plain_is_not_taken() -> None:
    with pytest.raises(TypeError):
        PLAIN.take(set[int], [1])
