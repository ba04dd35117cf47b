"""What linear programming finds, in examples small enough to check by hand."""

import subprocess
import sys

import pytest

from kinderwerk.disclosure.bounds import System, answer, asked, tight, too_tight
from kinderwerk.disclosure.knowledge import ENDLESS
from kinderwerk.disclosure.protection import protect
from kinderwerk.disclosure.tables import Kind, Shown, Table
from tests.unit.test_disclosure import row


def hiding(table: Table, *hidden: str) -> frozenset[str]:
    shown = {
        ("t", key): Shown(table.kind, None if key[0] in hidden else table.kind.rounded(count))
        for key, count in table.counts.items()
    }
    return frozenset(key[0] for _, key in tight([table], shown))


def test_a_count_that_a_sum_determines_is_too_tight() -> None:
    assert hiding(row(Kind.PARTICIPATION, {"a": 3, "b": 12, "c": 20}), "a") == {"a"}


def test_counts_that_a_sum_leaves_too_little_are_too_tight() -> None:
    four = row(Kind.PARTICIPATION, {"a": 4, "b": 4, "c": 20})
    assert hiding(four, "a", "b") == {"a", "b"}
    assert not hiding(row(Kind.PARTICIPATION, {"a": 1, "b": 4, "c": 20}), "a", "b")


def test_rounding_keeps_a_large_count_open_and_a_small_one_only_as_far_as_it_reaches() -> None:
    assert hiding(row(Kind.SENSITIVE, {"a": 3, "b": 57}), "a") == {"a"}
    assert not hiding(row(Kind.SENSITIVE, {"a": 24, "b": 57}), "a")
    assert not hiding(row(Kind.SENSITIVE, {"a": 3, "b": 24, "c": 57}), "a", "b")


def test_what_is_protected_is_open() -> None:
    for kind in Kind:
        table = row(kind, {"a": 3, "b": 41, "c": 26, "d": 2})
        assert not tight([table], protect([table]).shown)


def test_it_sees_what_no_single_relation_tells() -> None:
    """Two are nine together and the first is not the larger one: it is four at most."""
    lines = [(((0, 1), (1, 1)), 9, 9), (((1, 1), (0, -1)), 0, ENDLESS)]
    both = System([3, 6], [(0, 9), (0, 9)], lines, {0: 9, 1: 9})
    assert too_tight(both) == {0, 1}
    assert answer(asked(both), [])[0] == [0, 1]


@pytest.mark.parametrize("apart", [2, 3])
def test_halves_are_no_counts(apart: int) -> None:
    """Between one half and three and a half lie only one, two and three."""
    one = System([1, 2], [(0, ENDLESS), (0, ENDLESS)],
                 [(((0, 2), (1, -1)), 0, 0), (((1, 1),), 1, 7)], {0: apart})  # fmt: skip
    assert too_tight(one) == ({0} if apart > 2 else set())


def test_who_serves_pages_does_not_load_the_solver() -> None:
    asked_ = "import sys, kinderwerk.app; print('scipy' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", asked_], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "False"
