"""What a table shows and hides, in small examples that can be checked by hand."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.disclosure.audit import exposed
from kinderwerk.disclosure.knowledge import Incomplete
from kinderwerk.disclosure.protection import Protected, protect
from kinderwerk.disclosure.tables import Axis, Kind, Shown, Split, Table, share

KIND = st.sampled_from(Kind)


def row(
    kind: Kind, counts: Mapping[str, int], *, adds: bool = True, total: int | None = None
) -> Table:
    parts = tuple(counts)
    axis = Axis("area", ("all", *parts), (Split("all", parts, adds),))
    whole = sum(counts.values()) if total is None else total
    cells = {("all",): whole, **{(part,): count for part, count in counts.items()}}
    return Table(name="t", kind=kind, axes=(axis,), counts=cells)


def printed(protected: Protected) -> dict[str, int | None]:
    return {key[0]: shown.count for (_, key), shown in protected.shown.items()}


def visits(**counts: int) -> dict[str, int | None]:
    return printed(protect([row(Kind.PARTICIPATION, counts)]))


def test_participation_is_shown_as_it_is_and_nobody_as_nought() -> None:
    assert visits(a=5, b=0, c=31) == {"all": 36, "a": 5, "b": 0, "c": 31}


def test_a_small_count_takes_a_second_cell_with_it() -> None:
    assert visits(a=3, b=40, c=9) == {"all": 52, "a": None, "b": 40, "c": None}


def test_two_small_counts_hide_each_other_only_where_their_sum_leaves_both_open() -> None:
    assert visits(a=1, b=4, c=30) == {"all": 35, "a": None, "b": None, "c": 30}
    assert visits(a=4, b=4, c=30) == {"all": 38, "a": None, "b": None, "c": None}


def test_a_total_of_small_parts_is_hidden_when_it_would_tell_them() -> None:
    assert visits(a=4, b=3, c=0) == {"all": None, "a": None, "b": None, "c": 0}


def test_sensitive_counts_are_rounded_to_five_and_none_is_not_told_from_few() -> None:
    signals = row(Kind.SENSITIVE, {"a": 0, "b": 9, "c": 57, "d": 43, "e": 81})
    assert printed(protect([signals])) == {
        "all": 190, "a": None, "b": None, "c": 55, "d": 45, "e": 80,
    }  # fmt: skip


def test_no_row_keeps_exactly_one_hidden_cell_even_where_nothing_adds_up() -> None:
    children = row(Kind.PARTICIPATION, {"a": 3, "b": 12, "c": 20}, adds=False, total=30)
    assert printed(protect([children])) == {"all": 30, "a": None, "b": None, "c": 20}


def test_children_who_happen_to_add_up_are_protected_as_a_sum() -> None:
    children = row(Kind.PARTICIPATION, {"a": 4, "b": 4, "c": 20}, adds=False, total=28)
    assert printed(protect([children])) == {"all": 28, "a": None, "b": None, "c": None}


def test_a_count_that_only_two_editions_together_give_away_is_protected() -> None:
    """The half-year less the first quarter is the second quarter, printed or not."""
    axis = Axis("period", ("H1", "Q1", "Q2"), (Split("H1", ("Q1", "Q2")),))
    counts = {("H1",): 43, ("Q1",): 40, ("Q2",): 3}
    earlier = {("t", ("Q1",)): Shown(Kind.PARTICIPATION, 40)}
    half_year = Table(
        name="t", kind=Kind.PARTICIPATION, axes=(axis,), counts=counts,
        unpublished=frozenset({("Q2",)}),
    )  # fmt: skip
    protected = protect([half_year], earlier)
    assert printed(protected) == {"H1": None, "Q1": 40}
    assert not protected.unproven


def test_what_earlier_editions_gave_away_is_said_to_be_unproven() -> None:
    axis = Axis("period", ("H1", "Q1", "Q2"), (Split("H1", ("Q1", "Q2")),))
    counts = {("H1",): 43, ("Q1",): 40, ("Q2",): 3}
    earlier = {
        ("t", (period,)): Shown(Kind.PARTICIPATION, count)
        for period, count in (("H1", 43), ("Q1", 40))
    }
    quarter = Table(name="t", kind=Kind.PARTICIPATION, axes=(axis,), counts=counts)
    assert protect([quarter], earlier).unproven == {("t", ("Q2",))}


def test_the_audit_finds_what_a_careless_table_gives_away() -> None:
    careless = row(Kind.PARTICIPATION, {"a": 3, "b": 12, "c": 20})
    shown = {
        ("t", key): Shown(Kind.PARTICIPATION, None if key == ("a",) else count)
        for key, count in careless.counts.items()
    }
    assert exposed([careless], shown) == {("t", ("a",))}


def test_the_audit_finds_what_bounds_give_away() -> None:
    careless = row(Kind.PARTICIPATION, {"a": 4, "b": 4, "c": 20})
    shown = {
        ("t", key): Shown(Kind.PARTICIPATION, None if count == 4 else count)
        for key, count in careless.counts.items()
    }
    assert exposed([careless], shown) == {("t", ("a",)), ("t", ("b",))}


def test_a_total_with_only_some_of_its_parts_is_refused() -> None:
    axis = Axis("area", ("all", "a", "b"), (Split("all", ("a", "b")),))
    counts = {("all",): 10, ("a",): 10}
    with pytest.raises(Incomplete):
        protect([Table(name="t", kind=Kind.PARTICIPATION, axes=(axis,), counts=counts)])


def test_percentages_are_whole_and_only_of_twenty_or_more_that_are_shown() -> None:
    def shown(count: int | None) -> Shown:
        return Shown(Kind.PARTICIPATION, count)

    assert share(shown(9), shown(20)) == 45
    assert share(shown(1), 200) == 1
    assert share(shown(0), 20) == 0
    assert share(shown(9), shown(19)) is None
    assert share(shown(None), 400) is None
    assert share(shown(9), shown(None)) is None


def test_a_hidden_count_does_not_say_why_it_is_hidden() -> None:
    protected = protect([row(Kind.PARTICIPATION, {"a": 3, "b": 40, "c": 9})])
    assert protected.at("t", "a") == protected.at("t", "c")
    assert protected.at("t", "a").label == "too small to show"
    assert protected.at("t", "b").label == "40"


@given(KIND, st.integers(0, 10_000), st.integers(0, 10_000))
def test_rounding_keeps_order(kind: Kind, one: int, other: int) -> None:
    lesser, greater = sorted((one, other))
    assert kind.rounded(lesser) <= kind.rounded(greater)


@given(KIND, st.integers(0, 10_000))
def test_a_rounded_count_lies_within_what_its_rounding_leaves_open(kind: Kind, count: int) -> None:
    if not kind.small(count):
        first, last = kind.before_rounding(kind.rounded(count))
        assert first <= count <= last
        assert abs(kind.rounded(count) - count) <= kind.base // 2


def test_a_year_and_one_half_do_not_give_away_the_small_number_of_the_other() -> None:
    halves = Axis("period", ("year", "first", "second"), (Split("year", ("first", "second")),))
    parts = ("a", "b", "c")
    areas = Axis("area", ("all", *parts), (Split("all", parts),))
    counts = {
        ("first", "a"): 60, ("first", "b"): 41, ("first", "c"): 3,
        ("second", "a"): 0, ("second", "b"): 0, ("second", "c"): 40,
    }  # fmt: skip
    for half in ("first", "second"):
        counts[half, "all"] = sum(counts[half, part] for part in parts)
    for area in areas.members:
        counts["year", area] = counts["first", area] + counts["second", area]

    def edition(period: str) -> Table:
        apart = frozenset(key for key in counts if key[0] != period)
        return Table(
            name="t", kind=Kind.PARTICIPATION, axes=(halves, areas), counts=counts,
            unpublished=apart,
        )  # fmt: skip

    told: dict[tuple[str, tuple[str, ...]], Shown] = {}
    for period in ("first", "year", "second"):
        told |= protect([edition(period)], told).shown
    hidden = [told["t", (period, "c")].hidden for period in ("first", "year", "second")]
    assert hidden[0]
    assert hidden[1] or hidden[2], "else the first is what the year is more than the second"
