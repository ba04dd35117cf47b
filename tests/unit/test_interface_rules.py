"""Interfaces between help systems: told from ten on, rounded, and of half-years that are over."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from kinderwerk.partners.rules import HelpSystem
from kinderwerk.referrals.interfaces import Handover, halves, interfaces, outside

EACH = st.builds(
    Handover, st.sampled_from(HelpSystem), st.booleans(), st.none() | st.integers(0, 90),
    st.booleans(), st.booleans(),
)  # fmt: skip


def test_only_half_years_that_are_over_are_told() -> None:
    assert [str(one) for one in halves(date(2031, 7, 1))] == [
        "2031-H1", "2030-H2", "2030-H1", "2029-H2",
    ]  # fmt: skip
    assert str(halves(date(2031, 6, 30))[0]) == "2030-H2"


def test_a_pair_of_systems_tells_how_many_how_often_and_how_soon() -> None:
    health = [Handover(HelpSystem.HEALTH, answered=n < 20, days=n, declined=n >= 20, waited=n < 15)
              for n in range(40)]  # fmt: skip
    justice = [Handover(HelpSystem.JUSTICE, days=1) for _ in range(9)]
    told = {one.ends: one for one in interfaces([*health, *justice], HelpSystem.YOUTH_HELP)}
    assert told[HelpSystem.HEALTH].answered == 50
    assert told[HelpSystem.HEALTH].days in (19, 20)
    assert told[HelpSystem.HEALTH].waited.count == 15
    assert told[HelpSystem.JUSTICE].handed.hidden
    assert told[HelpSystem.JUSTICE].days is None


def together(many: dict[HelpSystem, int]) -> int | None:
    handovers = [Handover(system) for system, n in many.items() for _ in range(n)]
    found = {one.ends: one for one in interfaces(handovers, HelpSystem.YOUTH_HELP)}
    return found[None].handed.count if None in found else None


def test_all_together_is_told_where_it_takes_no_pair_away() -> None:
    assert together(dict.fromkeys(HelpSystem, 40)) == 200
    assert together(dict.fromkeys(HelpSystem, 4)) == 20
    assert together({HelpSystem.HEALTH: 40}) is None, "only then the pair itself can be told"


@settings(max_examples=20, deadline=None)
@given(st.lists(EACH, max_size=60))
def test_nothing_small_is_ever_told(handovers: list[Handover]) -> None:
    for one in interfaces(handovers, HelpSystem.EDUCATION):
        assert one.begins is HelpSystem.EDUCATION
        held = [each for each in handovers if one.ends in (None, each.system)]
        if len(held) < 10:
            assert one.handed.hidden
            assert (one.answered, one.days) == (None, None)
            assert one.declined.hidden
            assert one.waited.hidden
        if one.days is not None:
            assert sum(each.days is not None for each in held) >= 10
        for shown in (one.handed, one.waited, one.declined):
            assert shown.count is None or (shown.count >= 10 and shown.count % 5 == 0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 45), min_size=5, max_size=5))
def test_who_knows_all_referrals_cannot_take_a_hidden_pair_from_a_report(many: list[int]) -> None:
    """What is left of all, without the pairs that are told, could be any count under ten."""
    often = dict(zip(HelpSystem, many, strict=True))
    handovers = [Handover(system) for system, n in often.items() for _ in range(n)]
    pairs = outside(handovers, HelpSystem.YOUTH_HELP)
    assert [one.ends for one in pairs] == list(HelpSystem)
    hidden = [often[one.ends] for one in pairs if one.ends and one.handed.hidden]
    assert not hidden or sum(hidden) >= 10 or len(hidden) == len(pairs)
    for one in pairs:
        assert one.ends
        assert one.handed.hidden or abs(one.handed.count - often[one.ends]) <= 2
        assert not one.handed.hidden or (one.days, one.answered) == (None, None)


def test_a_report_tells_the_largest_pairs() -> None:
    often = {HelpSystem.HEALTH: 40, HelpSystem.EDUCATION: 12, HelpSystem.JUSTICE: 3}
    handovers = [Handover(system) for system, n in often.items() for _ in range(n)]
    told = {one.ends for one in outside(handovers, HelpSystem.YOUTH_HELP) if not one.handed.hidden}
    assert told == {HelpSystem.HEALTH}
