"""Who may be the same child: forgiving about spelling, and never about twins."""

from datetime import date
from itertools import count
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kinderwerk.families.likeness import (
    Days,
    Likeness,
    Names,
    Person,
    likeness,
    pairs,
    sound,
    words,
)

NUMBERS = count(1)
BORN = date(2022, 4, 5)
NAMES = st.text("abcdeikmnoprstuyäéçğ\u0131ł' -", min_size=1, max_size=14).filter(words)
DAYS = st.dates(date(2008, 1, 1), date(2026, 1, 1))


def person(first_name: str, surname: str, born_on: date = BORN, **given: bool) -> Person:
    return Person(
        id=UUID(int=next(NUMBERS)), first_name=first_name, surname=surname, born_on=born_on, **given
    )


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        (("Sem", "van den Berg"), ("sem", "Berg, v.d."), Names.SAME),
        (("Sem", "van den Berg"), ("SEM", "Berg"), Names.SAME),
        (("Zoë", "Y\u0131lmaz"), ("Zoe", "Yilmaz"), Names.SAME),
        (("Amina", "El-Idrissi"), ("Amina", "Idrissi"), Names.SAME),
        (("Jan-Peter", "in 't Veld"), ("Jan Peter", "Veld"), Names.SAME),
        (("Y\u0131lmaz", "Fatma"), ("Fatma", "Yilmaz"), Names.SWAPPED),
        (("Moestafa", "Öztürk"), ("Mustafa", "Oztoerk"), Names.SPELLED),
        (("IJsbrand", "Schröder"), ("Ysbrand", "Schroeder"), Names.SPELLED),
        (("Sem", "Bakker"), ("Sem", "Baker"), Names.SPELLED),
        (("Sem", "Hendriks"), ("Sem", "Hendirks"), Names.SLIP),
        (("Daniel", "Mulder"), ("Dainel", "Mulder"), Names.SLIP),
        (("Sem", ""), ("Sem", "de Vries"), Names.PART),
        (("Noor", "Kaya"), ("Noor", "Kaya-Visser"), Names.PART),
        (("Sem", "Visser"), ("Sam", "Visser"), None),
        (("Lotte", "Visser"), ("Lotta", "Visser"), None),
        (("Maria", "Visser"), ("Marina", "Visser"), None),
        (("Sem", "Visser"), ("Sem", "Mulder"), None),
    ],
)
def test_names_are_compared_as_people_write_them(
    one: tuple[str, str], other: tuple[str, str], how: Names | None
) -> None:
    found = likeness(person(*one), person(*other))
    assert found == (how and Likeness(Days.SAME, how))


@pytest.mark.parametrize(
    ("other", "how"),
    [
        (date(2022, 4, 5), Days.SAME),
        (date(2022, 5, 4), Days.SWAPPED),
        (date(2023, 4, 5), Days.DIGIT),
        (date(2022, 4, 6), Days.DIGIT),
        (date(2021, 3, 5), None),
    ],
)
def test_a_day_may_be_turned_over_or_one_digit_off(other: date, how: Days | None) -> None:
    found = likeness(person("Sem", "Visser"), person("Sem", "Visser", other))
    assert found == (how and Likeness(how, Names.SAME))


def test_an_age_says_only_about_when_somebody_was_born() -> None:
    told, known = person("Sem", "Visser", date(2022, 10, 1), about=True), person("Sem", "Visser")
    assert likeness(told, known) == Likeness(Days.ABOUT, Names.SAME)
    assert likeness(told, person("Sem", "Visser", date(2019, 1, 1))) is None


@given(NAMES, NAMES, NAMES, DAYS)
def test_twins_are_never_the_same(first: str, other: str, surname: str, day: date) -> None:
    """Same birthday, same surname, another first name: other letters, and not one half of it."""
    assume(letters(first) != letters(other))
    assume(not heard(first) & heard(other))
    assume(not heard(surname) & (heard(first) | heard(other)))
    assert likeness(person(first, surname, day), person(other, surname, day)) is None


def heard(name: str) -> set[str]:
    return {sound(word) for word in words(name)}


def letters(name: str) -> list[str]:
    return sorted("".join(sound(word) for word in words(name)))


@given(NAMES, NAMES, NAMES, NAMES, DAYS, DAYS)
def test_it_does_not_matter_who_comes_first(
    a: str, b: str, c: str, d: str, day: date, other: date
) -> None:
    one, two = person(a, b, day), person(c, d, other)
    assert likeness(one, two) == likeness(two, one)


@given(NAMES, NAMES, DAYS)
def test_the_same_is_the_same(first: str, surname: str, day: date) -> None:
    one, two = person(first, surname, day), person(first.upper(), f"van {surname}", day)
    assert likeness(one, one) == Likeness(Days.SAME, Names.SAME)
    assert likeness(one, two) is not None


def test_many_are_compared_and_the_surest_come_first() -> None:
    """Two thousand, of whom two pairs may be the same, are not compared each with each."""
    crowd = [
        person(
            "Kind",
            f"{pow(7, n + 9, 10**15 + 37):x}",
            date(2010 + n % 15, 1 + n % 12, 1 + n % 28),
        )
        for n in range(2000)
    ]
    sure = [person("Sem", "van den Berg"), person("Sem", "Berg")]
    doubtful = [person("Noor", "Kaya"), person("Noor", "Kaya", date(2022, 5, 4))]
    found = pairs([*doubtful, *crowd, *sure])
    assert [{one.one, one.other} for one in found] == [
        {each.id for each in sure}, {each.id for each in doubtful}
    ]  # fmt: skip
