"""What was protected before is not sought again, and never for other counts or for others."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.disclosure.protection import protect
from kinderwerk.disclosure.remembered import Remembered
from kinderwerk.disclosure.tables import Axis, Kind, Split, Table

PARTS = ("a", "b", "c", "d")
COUNTS = st.fixed_dictionaries(dict.fromkeys(PARTS, st.integers(0, 30)))


def table(counts: dict[str, int], name: str = "visits", kind: Kind = Kind.PARTICIPATION) -> Table:
    axis = Axis("area", ("all", *PARTS), (Split("all", PARTS),))
    cells = {("all",): sum(counts.values()), **{(part,): n for part, n in counts.items()}}
    return Table(name=name, kind=kind, axes=(axis,), counts=cells)


@given(st.lists(st.tuples(st.sampled_from("xy"), COUNTS), max_size=8))
def test_whatever_was_asked_before_the_answer_is_that_of_protecting(
    asked: list[tuple[str, dict[str, int]]],
) -> None:
    remembered = Remembered(most=3)
    for whose, counts in asked + asked:
        assert remembered.protect(whose, [table(counts)]) == protect([table(counts)])
        assert len(remembered) <= 3


@given(COUNTS, COUNTS)
def test_tables_without_relation_are_told_together_as_each_by_itself(
    one: dict[str, int], other: dict[str, int]
) -> None:
    both = [table(one), table(other, "help", Kind.SENSITIVE)]
    assert Remembered().protect("x", both) == protect(both)


def test_it_is_kept_by_whose_it_is_and_by_all_that_decides() -> None:
    remembered, same = Remembered(), table(dict.fromkeys(PARTS, 7))
    for whose, asked in (
        ("x", same),
        ("x", table(dict.fromkeys(PARTS, 7))),
        ("y", same),
        ("x", replace(same, kind=Kind.SENSITIVE)),
        ("x", replace(same, unpublished=frozenset({("a",)}))),
        ("x", replace(same, name="other")),
        ("x", table({**dict.fromkeys(PARTS, 7), "a": 3})),
    ):
        remembered.protect(whose, [asked])
    assert len(remembered) == 6


def test_what_lies_within_another_table_is_not_protected_alone() -> None:
    with pytest.raises(ValueError, match="together"):
        Remembered().protect("x", [replace(table(dict.fromkeys(PARTS, 7)), within="visits")])
