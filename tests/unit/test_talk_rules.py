# ruff: noqa: RUF001  (words of seven languages)
"""Never a channel of two, never an alert that only one person hears, never a way out of sight."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.core.picture_words import CODES
from kinderwerk.core.words import LANGUAGES
from kinderwerk.talks import keys, rules, words
from kinderwerk.talks.rules import Asking, Duty, House, Lack

ANNE, BO, CEM, DORA = (UUID(int=n) for n in range(1, 5))
MONDAY = datetime(2031, 5, 12, 15)
people = st.sampled_from([UUID(int=n) for n in range(1, 9)])


def house(**given: object) -> House:
    usual: dict[str, object] = {
        "opened": True, "assessed_on": MONDAY.date(), "trained": frozenset({ANNE, BO}),
        "duties": (Duty(ANNE, 0, 840, 1020), Duty(BO, 0, 900, 1080)),
        "confidants": (CEM, DORA),
    }  # fmt: skip
    return House(**{**usual, **given})  # type: ignore[arg-type]


def test_it_is_open_when_two_trained_people_are_there_together() -> None:
    assert house().hours == [(0, 900, 1020)]
    assert house().is_open(MONDAY)
    assert not house().is_open(MONDAY.replace(hour=14, minute=59))
    assert not house().is_open(MONDAY.replace(hour=17))
    assert not house().is_open(MONDAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("given", "lack"),
    [
        ({"trained": frozenset({ANNE})}, Lack.KEEPERS),
        ({"duties": (Duty(ANNE, 0, 0, 900), Duty(BO, 0, 900, 1080))}, Lack.HOURS),
        ({"duties": (Duty(ANNE, 0, 0, 1440), Duty(ANNE, 0, 0, 1440))}, Lack.HOURS),
        ({"assessed_on": None}, Lack.ASSESSMENT),
        ({"assessed_on": date(2030, 5, 1)}, Lack.ASSESSMENT),
        ({"assessed_on": date(2031, 5, 13)}, Lack.ASSESSMENT),
        ({"confidants": (CEM,)}, Lack.CONFIDANTS),
        ({"confidants": (CEM, CEM)}, Lack.CONFIDANTS),
    ],
)
def test_without_one_of_these_it_is_not_open(given: dict[str, object], lack: Lack) -> None:
    assert lack in house(**given).lacks(MONDAY.date())
    assert not house(**given).is_open(MONDAY)


def test_nobody_opens_it_by_saying_so_and_nobody_leaves_one_alone() -> None:
    assert not house(opened=False).is_open(MONDAY)
    assert not house(away=frozenset({BO})).is_open(MONDAY)


def test_it_is_open_from_the_minute_on_in_which_the_second_comes() -> None:
    half_past = house(duties=(Duty(ANNE, 0, 840, 1020), Duty(BO, 0, 930, 1080)))
    assert not half_past.is_open(MONDAY.replace(minute=29))
    assert half_past.is_open(MONDAY.replace(minute=30))


def test_hours_that_follow_each_other_are_one_and_others_are_not() -> None:
    split = (Duty(ANNE, 0, 840, 1080), Duty(BO, 0, 840, 900), Duty(BO, 0, 900, 960))
    assert house(duties=split).hours == [(0, 840, 960)]
    later = (Duty(ANNE, 0, 840, 1080), Duty(BO, 0, 840, 900), Duty(BO, 0, 1000, 1080))
    assert house(duties=later).hours == [(0, 840, 900), (0, 1000, 1080)]
    sunday = (Duty(ANNE, 6, 840, 1080), Duty(BO, 6, 840, 900))
    assert house(duties=sunday).hours == [(6, 840, 900)]


def test_the_next_hours_are_told() -> None:
    assert house().next_hours(MONDAY.replace(hour=9)) == (0, 900)
    assert house().next_hours(MONDAY) == (7, 900)
    assert house().next_hours(MONDAY + timedelta(days=2)) == (5, 900)
    assert house(duties=()).next_hours(MONDAY) is None
    half_past = house(duties=(Duty(ANNE, 0, 840, 1020), Duty(BO, 0, 930, 1080)))
    assert half_past.next_hours(MONDAY.replace(minute=20)) == (0, 930)
    assert half_past.next_hours(MONDAY.replace(minute=40)) == (7, 930)


def test_past_the_line_two_are_needed_and_the_first_is_not_away() -> None:
    assert house().can_go_beside(None)
    assert house(confidants=(CEM, DORA, BO)).can_go_beside(CEM)
    assert not house().can_go_beside(CEM)
    assert house(away=frozenset({CEM})).can_go_beside(None)
    assert not house(away=frozenset({CEM, DORA})).can_go_beside(None)


@pytest.mark.parametrize(("words", "venue_id"), [("Mag ik praten?", None), ("", UUID(int=9))])
def test_a_child_says_something_or_where_it_wants_to_talk(
    words: str, venue_id: UUID | None
) -> None:
    rules.check_asking(Asking(about_staff=False, words=words, venue_id=venue_id, once=uuid4()))


def test_a_child_that_says_nothing_is_asked_again() -> None:
    with pytest.raises(rules.NothingSaid):
        rules.check_asking(Asking(about_staff=False, once=uuid4()))


@pytest.mark.parametrize(("begins", "ends"), [(0, 1), (0, rules.DAY), (840, 900)])
def test_hours_lie_within_a_day(begins: int, ends: int) -> None:
    rules.check_duty(begins, ends)


@pytest.mark.parametrize(("begins", "ends"), [(-1, 10), (900, 900), (900, 840), (900, 1441)])
def test_hours_that_end_before_they_begin_are_none(begins: int, ends: int) -> None:
    with pytest.raises(rules.BackToFront):
        rules.check_duty(begins, ends)


def test_who_has_fewest_talks_answers_and_the_next_reads_along() -> None:
    there = (ANNE, BO, CEM)
    assert rules.pair(None, there, there, {ANNE: 2, BO: 1}) == (CEM, BO)
    assert rules.pair(ANNE, there, there, {ANNE: 2, BO: 1}) == (ANNE, CEM)
    assert rules.pair(None, there, there, {}) == (ANNE, BO)


@pytest.mark.parametrize("chosen", [CEM, DORA])
def test_a_child_chooses_of_those_who_are_there_and_shown(chosen: UUID) -> None:
    with pytest.raises(rules.NotShown):
        rules.pair(chosen, (ANNE, BO, CEM), (ANNE, BO, DORA), {})


def test_an_alert_goes_up_from_those_who_are_there() -> None:
    above = [CEM, DORA]
    assert rules.ladder(ANNE, BO, [ANNE, BO], above, []) == [[ANNE, BO], [CEM], [DORA], above]
    #: The second went home: somebody else who is there hears of it at once.
    assert rules.ladder(ANNE, BO, [CEM, DORA], [], []) == [[ANNE, BO, CEM], [DORA], [ANNE, BO]]
    #: Nobody hears of the same step twice before the last.
    assert rules.ladder(ANNE, BO, [CEM], [BO, CEM, DORA], []) == [
        [ANNE, BO, CEM], [DORA], [BO, CEM, DORA],
    ]  # fmt: skip


def test_an_answer_is_overdue_when_the_minutes_that_were_promised_are_over() -> None:
    assert not rules.is_overdue(None, 30, MONDAY)
    assert not rules.is_overdue(MONDAY, 30, MONDAY + timedelta(minutes=29))
    assert rules.is_overdue(MONDAY, 30, MONDAY + timedelta(minutes=30))


@given(st.sets(people, min_size=2), st.sets(people), st.none() | people)
def test_whoever_is_chosen_somebody_else_reads_along(
    there: set[UUID], shown: set[UUID], chosen: UUID | None
) -> None:
    try:
        keeper, second = rules.pair(chosen, there, shown, {})
    except rules.NotShown:
        assert chosen not in there & shown
        return
    assert keeper != second
    assert {keeper, second} <= there
    assert chosen in (None, keeper)


@given(st.sets(people, max_size=1), st.none() | people)
def test_with_fewer_than_two_there_is_no_talk(there: set[UUID], chosen: UUID | None) -> None:
    with pytest.raises(rules.Closed):
        rules.pair(chosen, there, there, {})


@given(st.lists(people), people, st.sets(people))
def test_what_is_about_somebody_goes_past_them(
    confidants: list[UUID], about: UUID, away: set[UUID]
) -> None:
    able = house(confidants=tuple(confidants), away=frozenset(away)).beside(about)
    assert about not in able
    assert len(able) == len(set(able))
    assert [one in away for one in able] == sorted(one in away for one in able)


@given(people, people, st.sets(people), st.lists(people), st.lists(people), st.booleans())
def test_no_step_of_an_alert_is_only_the_one_whom_the_child_chose(
    keeper: UUID, second: UUID, there: set[UUID], officers: list[UUID], above: list[UUID],
    past_line: bool,
) -> None:  # fmt: skip
    if keeper == second:
        return
    steps = rules.ladder(keeper, second, sorted(there), officers, above, past_line=past_line)
    assert all(set(step) - {keeper} for step in steps)
    assert len(set(steps[0])) >= 2
    assert rules.rung(steps, 10**6) == steps[-1]
    if past_line:
        assert {one for step in steps for one in step} == {keeper, second}
    else:
        assert set(officers) | set(above) | {keeper, second} | there == {
            one for step in steps for one in step
        } | ({keeper} & (set(officers) | set(above) | there))
        if {*officers, *above} - {keeper}:
            assert set(steps[-1]) == {*officers, *above} - {keeper}


def test_whoever_was_chosen_does_not_end_an_alert() -> None:
    assert not rules.ends_alert(ANNE, ANNE, past_line=False)
    assert rules.ends_alert(ANNE, BO, past_line=False)
    assert rules.ends_alert(ANNE, ANNE, past_line=True)


def test_a_key_lasts_thirty_days_after_the_last_message() -> None:
    assert not rules.is_expired(MONDAY, MONDAY + timedelta(days=30, seconds=-1))
    assert rules.is_expired(MONDAY, MONDAY + timedelta(days=30))


@given(st.integers(min_value=0, max_value=2**256 - 1))
def test_a_key_is_four_different_pictures_in_order(number: int) -> None:
    key = keys.drawn(number)
    assert len(set(key)) == keys.SIZE
    assert keys.is_key(key)
    here = uuid4()
    told = keys.tag(b"k" * 32, here, key)
    assert told == keys.tag(b"k" * 32, here, list(key))
    assert told != keys.tag(b"k" * 32, here, key[::-1])
    assert told != keys.tag(b"k" * 32, uuid4(), key)
    assert told != keys.tag(b"l" * 32, here, key)


@given(st.text(), st.text())
def test_the_same_form_gets_the_same_key_and_another_one_another(sent: str, other: str) -> None:
    number = keys.number(b"k" * 32, sent, 0)
    assert number == keys.number(b"k" * 32, sent, 0)
    assert (number == keys.number(b"k" * 32, other, 0)) == (sent == other)
    assert number != keys.number(b"k" * 32, sent, 1)
    assert number != keys.number(b"l" * 32, sent, 0)


def test_every_key_has_a_number() -> None:
    assert {keys.drawn(number)[0] for number in range(len(CODES))} == set(CODES)
    assert keys.drawn(keys.possible()) == keys.drawn(0)
    assert keys.drawn(keys.possible() - 1) != keys.drawn(0)


def test_there_are_more_than_four_thousand_million_keys() -> None:
    assert keys.possible() == 256 * 255 * 254 * 253
    assert not keys.is_key(CODES[:3])
    assert not keys.is_key(["nothing", *CODES[:3]])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_of_danger(language: str) -> None:
    assert words.USUAL[language]


@pytest.mark.parametrize(
    "told",
    [
        "Mijn vader SLAAT mij", "ik wil niet meer leven", "z e l f m o o r d", "hij heeft een mes.",
        "he hits me", "Er schlägt mich", "babam bana vuruyor", "أبي يضربني", "тато б'є мене",
        "tata mnie bije", "hij raakt me aan",
    ],
)  # fmt: skip
def test_danger_is_heard_in_every_language(told: str) -> None:
    assert words.danger(told, words.every_word({}))


@pytest.mark.parametrize(
    "told", ["Ik wil praten over school", "Mijn konijn is ziek", "Kun je morgen?", "", "😀😀😀"]
)
def test_what_is_no_danger_raises_none(told: str) -> None:
    assert not words.danger(told, words.every_word({}))


def test_an_own_list_takes_the_place_of_ours() -> None:
    own = words.every_word({"nl": ["draak"]})
    assert words.danger("Daar is de draak", own)
    assert not words.danger("hij slaat mij", own)
    assert words.listed(" een \n\ntwee  drie\neen\n") == ["een", "twee drie"]


VENUES = ("Buurthuis De Haven", "Speeltuin De Boom")


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("Kom bij mij thuis", words.OtherPlace),
        ("Kom maar naar mijn huis, dan praten we.", words.OtherPlace),
        ("Ik haal je op met de auto", words.OtherPlace),
        ("Zullen we in het park afspreken?", words.OtherPlace),
        ("Let's meet at my place", words.OtherPlace),
        ("Komm zu mir nach Hause", words.OtherPlace),
        ("Przyjdź do mnie", words.OtherPlace),
        ("تعال إلى بيتي", words.OtherPlace),
        ("Bel 06 12345678", words.ContactData),
        ("nul zes een twee drie vier vijf zes", words.ContactData),
        ("0 6 - 1 2 3 4 5 6 7 8", words.ContactData),
        ("mail me: anne@example.org", words.ContactData),
        ("anne apenstaartje example punt org", words.ContactData),
        ("zoek @annevandehaven", words.ContactData),
        ("Ik zit op Snapchat", words.ContactData),
        ("kijk op www.example.org", words.ContactData),
        ("Vertel het niemand", words.Secrecy),
        ("Dit is ons geheim", words.Secrecy),
        ("It is our secret", words.Secrecy),
    ],
)
def test_what_leads_a_child_out_of_sight_is_refused_with_why(
    told: str, why: type[Exception]
) -> None:
    with pytest.raises(why):
        words.check_answer(told, VENUES)


@pytest.mark.parametrize(
    "told",
    [
        "Dank je wel dat je schrijft. Ik lees het morgen weer.",
        "Kom naar Buurthuis De Haven, woensdag om 3 uur. Ik ben er.",
        "We kunnen elkaar zien bij Speeltuin De Boom.",
        "Hoe gaat het thuis?",
        "Is er gevaar? Bel 112.",
        "Je kunt ook de Kindertelefoon bellen: gratis.",
        "Ik heb 3 vragen voor je. Op 14-05 ben ik er.",
    ],
)
def test_what_a_good_colleague_writes_is_not(told: str) -> None:
    words.check_answer(told, VENUES)
