"""What is told of a partner makes sense."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.core.errors import Refusal
from kinderwerk.partners import rules
from kinderwerk.partners.rules import HelpSystem, PartnerType, PartnerWish

TODAY = date(2031, 5, 14)
AGES = st.none() | st.integers(0, 120)


def wish(**given: object) -> PartnerWish:
    return PartnerWish(**{"name": "Team", "kind": PartnerType.GP} | given)  # type: ignore[arg-type]


def test_every_type_belongs_to_a_help_system() -> None:
    assert {rules.usual_system(kind) for kind in PartnerType} == set(HelpSystem)
    assert rules.usual_system(PartnerType.GP) is HelpSystem.HEALTH
    assert rules.usual_system(PartnerType.NEIGHBOURHOOD_TEAM) is HelpSystem.YOUTH_HELP


@given(low=AGES, high=AGES)
def test_ages_hold_somebody(low: int | None, high: int | None) -> None:
    told = wish(age_from=low, age_to=high)
    if low is not None and high is not None and low > high:
        with pytest.raises(rules.AgesTheWrongWay):
            rules.check(told, TODAY)
    else:
        rules.check(told, TODAY)


@pytest.mark.parametrize(
    "wrong", [{"latitude": 51.9}, {"latitude": 91.0, "longitude": 4.0},
              {"checked_on": TODAY + timedelta(days=1)}],
)  # fmt: skip
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        rules.check(wish(**wrong), TODAY)


def test_a_waiting_time_carries_the_day_on_which_it_was_asked() -> None:
    assert rules.checked_day(wish(waiting_weeks=3), TODAY) == TODAY
    asked = TODAY - timedelta(days=9)
    assert rules.checked_day(wish(waiting_weeks=3, checked_on=asked), TODAY) == asked
    assert rules.checked_day(wish(), TODAY) is None


@given(days=st.integers(0, 4000))
def test_what_was_asked_half_a_year_ago_is_asked_again(days: int) -> None:
    assert rules.outdated(TODAY - timedelta(days=days), TODAY) is (days > 183)


def test_what_was_never_asked_is_outdated() -> None:
    assert rules.outdated(None, TODAY)
