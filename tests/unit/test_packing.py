"""Ids handed over in a few pieces: each stands where it stood, with the number that it had."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.facts import packing

#: Few enough halves that different ids share one, as those made at the same moment do.
HALVES = st.integers(0, 3) | st.integers(0, 2**64 - 1)
IDS = st.builds(lambda high, low: UUID(int=high << 64 | low), HALVES, HALVES)
MOST = 2**16 - 1


@given(st.lists(st.tuples(IDS, IDS)))
def test_each_row_gets_its_ids_back(rows: list[tuple[UUID, UUID]]) -> None:
    written = b"".join(one.bytes + other.bytes for one, other in rows)
    for at, (known, which) in enumerate(packing.numbered(written, columns=2)):
        assert known == sorted({row[at].bytes for row in rows})
        assert [known[n] for n in which] == [row[at].bytes for row in rows]


@given(st.dictionaries(IDS, st.integers(1, MOST)))
def test_every_goal_keeps_its_visits(visits: dict[UUID, int]) -> None:
    assert dict(packing.read(packing.told(visits))) == visits


@given(st.dictionaries(IDS, st.integers(1, MOST)))
def test_many_rows_are_told_as_one_is(visits: dict[UUID, int]) -> None:
    goals = sorted(visits)
    at, n = np.arange(len(goals)), np.array([visits[one] for one in goals], np.int64)
    assert packing.all_told(goals, at, n) == packing.told(visits)


def test_no_number_is_cut_off() -> None:
    goal, many = UUID(int=1), MOST + 1
    with pytest.raises(OverflowError):
        packing.told({goal: many})
    with pytest.raises(OverflowError):
        packing.all_told([goal], np.array([0]), np.array([many]))
