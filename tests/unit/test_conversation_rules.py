"""What may be told of talks with children: never how few, and two themes never at all."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.activities.rules import AgeBand
from kinderwerk.conversations import rules
from kinderwerk.conversations.rules import (
    NAMED,
    REST,
    SENSITIVE,
    Channel,
    Pointed,
    Serious,
    Some,
)
from kinderwerk.conversations.themes import Theme
from kinderwerk.core.periods import Period

YEAR = Period(2026)
LABELS = {one.value: one.label for one in NAMED} | {REST: "Rest"}
TALKS = st.dictionaries(st.sampled_from(Theme), st.integers(0, 60))


def some(theme: Theme, n: int, month: int = 3) -> Some:
    return Some(
        month, Channel.SPOKEN, theme, AgeBand.UP_TO_9, Serious.YES, Pointed.NOBODY, n, 10 * n
    )


@given(TALKS)
def test_what_everybody_hears_names_no_small_count_and_nothing_sensitive(
    talks: dict[Theme, int],
) -> None:
    told = rules.told(YEAR, talks)
    if sum(talks.values()) < 20:
        assert told is None
        return
    for theme, share in told.themes if told else ():
        assert theme not in (*SENSITIVE, Theme.OTHER)
        assert talks[theme] >= 5
        assert share == round(100 * talks[theme] / sum(talks.values()) + 1e-9)
    assert told is None or told.about % 5 == 0


@given(st.lists(st.tuples(st.sampled_from(Theme), st.integers(1, 9), st.integers(1, 12))))
def test_what_a_year_shows_is_right_and_never_one_to_four(
    given: list[tuple[Theme, int, int]],
) -> None:
    talks = [some(theme, n, month) for theme, n, month in given]
    counted: Counter[str] = Counter()
    for theme, n, _ in given:
        counted[theme.value if theme in NAMED else REST] += n
    rows = rules.rows(2026, "theme", LABELS, talks)
    assert [row.name for row in rows] == list(LABELS)
    for row in rows:
        for shown in (*row.halves, row.year):
            assert shown.count not in (1, 2, 3, 4)
        assert row.year.count in (None, counted[row.name])
    assert not any(row.name == one.value for row in rows for one in SENSITIVE)


def test_a_lone_hidden_theme_does_not_follow_from_the_total() -> None:
    talks = [some(Theme.SCHOOL, 40), some(Theme.MONEY, 3), some(Theme.HOME, 30)]
    rows = {row.name: row for row in rules.rows(2026, "theme", LABELS, talks)}
    assert rows["money"].year.hidden
    assert sum(row.year.hidden for row in rows.values()) > 1


@pytest.mark.parametrize(("n", "shown"), [(0, None), (9, None), (10, 10), (12, 10), (13, 15)])
def test_what_is_sensitive_is_told_from_ten_and_rounded(n: int, shown: int | None) -> None:
    assert rules.sensitive(n).count == shown


def test_a_half_year_is_told_once_nothing_is_added_any_more() -> None:
    assert str(rules.settled(date(2026, 7, 10))) == "2025-H2"
    assert str(rules.settled(date(2026, 7, 15))) == "2026-H1"
    assert str(rules.settled(date(2027, 1, 1))) == "2026-H1"
    assert rules.SETTLED > rules.LONGEST_AGO
