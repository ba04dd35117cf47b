"""What can be written down about parenting support, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kinderwerk.core.errors import Refusal
from kinderwerk.support import rules

TODAY = date(2031, 5, 14)
NOW = datetime(2031, 5, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize("days", [0, 1, 366])
def test_a_talk_was_today_or_within_a_year(days: int) -> None:
    rules.check_held(TODAY - timedelta(days=days), TODAY)
    rules.check_begun(TODAY - timedelta(days=days), TODAY)


@pytest.mark.parametrize(
    ("days", "held", "begun"),
    [
        (1, rules.NotYetHeld, rules.NotYetBegun),
        (-367, rules.TooLongAgo, rules.BegunTooLongAgo),
    ],
)
def test_a_slip_of_the_finger_is_refused(
    days: int, held: type[Refusal], begun: type[Refusal]
) -> None:
    with pytest.raises(held):
        rules.check_held(TODAY + timedelta(days=days), TODAY)
    with pytest.raises(begun):
        rules.check_begun(TODAY + timedelta(days=days), TODAY)


def test_somebody_asks_again_after_four_weeks_unless_it_is_agreed_otherwise() -> None:
    assert rules.follow_up(TODAY) == date(2031, 6, 11)
    rules.check_follow_up(rules.follow_up(TODAY), TODAY)
    rules.check_follow_up(TODAY, TODAY)
    rules.check_follow_up(TODAY + rules.LATEST, TODAY)


@pytest.mark.parametrize(
    ("days", "refusal"), [(-1, rules.FollowUpInThePast), (93, rules.FollowUpTooFar)]
)
def test_asking_again_is_neither_forgotten_nor_in_the_past(
    days: int, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        rules.check_follow_up(TODAY + timedelta(days=days), TODAY)


def test_a_short_contact_is_put_right_within_two_days() -> None:
    rules.check_correctable(NOW - timedelta(hours=48), NOW)
    with pytest.raises(rules.TooLateToCorrect):
        rules.check_correctable(NOW - timedelta(hours=48, seconds=1), NOW)


def test_a_short_contact_has_no_place_for_words() -> None:
    told = rules.ShortContact.__annotations__
    assert "str" not in {str(kind) for kind in told.values()} | {
        getattr(kind, "__name__", "") for kind in told.values()
    }
