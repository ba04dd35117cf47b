"""What people agree to: who is asked, what stands, and words that stay as they were."""

from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.consents import rules
from kinderwerk.families.consents.rules import PHOTOS, Standing, Text
from kinderwerk.families.rules import Answer, Capacity, ConsentPurpose, PhotoScope

MOTHER, FATHER, NEIGHBOUR = UUID(int=1), UUID(int=2), UUID(int=3)
WEBSITE = ConsentPurpose.PHOTO_WEBSITE
#: Never change one of these: new words are a new version, with a line of its own.
PRINTED = {
    "registration 1": "9afa7771e8601215",
    "photo_album 1": "26d23c1ca84908f9",
    "photo_print 1": "79aef70cde7cd8f0",
    "photo_website 1": "1fb93bf85cf1005f",
    "photo_social 1": "6b7ddf2b17a7c217",
    "photo_press 1": "ecbf6a49e0f5abd2",
    "news 1": "77836521f6a476b8",
    "health 1": "ced770fa85222ec3",
    "story 1": "fa24fd07b45e7a40",
}


@dataclass(frozen=True)
class Word:
    answer: Answer
    carer_id: UUID | None = MOTHER
    capacity: Capacity = Capacity.PARENT
    purpose: ConsentPurpose = WEBSITE
    version: int = 1


YES, NO = Word(Answer.GIVEN), Word(Answer.REFUSED)
CHILD = {"capacity": Capacity.CHILD}
words = st.builds(
    Word, st.sampled_from(Answer), st.sampled_from([MOTHER, FATHER, NEIGHBOUR]),
    st.sampled_from(Capacity), st.sampled_from([WEBSITE, ConsentPurpose.NEWS]),
    st.sampled_from([0, 1]),
)  # fmt: skip


def stands(said: list[Any], age: int, purpose: ConsentPurpose = WEBSITE) -> Standing:
    return rules.standing(said, purpose, age, {MOTHER, FATHER})


@pytest.mark.parametrize(
    ("age", "asked"),
    [
        (0, {Capacity.PARENT}), (11, {Capacity.PARENT}),
        (12, {Capacity.PARENT, Capacity.CHILD}), (15, {Capacity.PARENT, Capacity.CHILD}),
        (16, {Capacity.CHILD}), (25, {Capacity.CHILD}),
    ],
)  # fmt: skip
def test_the_age_says_who_is_asked(age: int, asked: set[Capacity]) -> None:
    assert rules.asked(age) == asked


@pytest.mark.parametrize(
    ("said", "age", "standing"),
    [
        ([], 8, Standing.ASKED),
        ([YES], 8, Standing.AGREED),
        ([YES, Word(Answer.WITHDRAWN)], 8, Standing.REFUSED),
        ([YES, Word(Answer.REFUSED, FATHER)], 8, Standing.REFUSED),
        ([YES, Word(Answer.REFUSED, NEIGHBOUR)], 8, Standing.AGREED),
        ([Word(Answer.GIVEN, NEIGHBOUR)], 8, Standing.ASKED),
        ([Word(Answer.GIVEN, version=0)], 8, Standing.ANEW),
        ([YES], 12, Standing.CHILD_ASKED),
        ([YES, Word(Answer.REFUSED, **CHILD)], 12, Standing.REFUSED),
        ([YES, Word(Answer.GIVEN, **CHILD)], 15, Standing.AGREED),
        ([Word(Answer.GIVEN, **CHILD)], 15, Standing.ASKED),
        ([Word(Answer.GIVEN, capacity=Capacity.BOTH)], 15, Standing.AGREED),
        ([NO, Word(Answer.GIVEN, None, **CHILD)], 16, Standing.AGREED),
    ],
)
def test_what_the_answers_come_to(said: list[Word], age: int, standing: Standing) -> None:
    assert stands(said, age) is standing


def test_where_nobody_said_yes_it_is_no() -> None:
    assert stands([Word(Answer.REFUSED, purpose=ConsentPurpose.NEWS)], 8, ConsentPurpose.NEWS) is (
        Standing.REFUSED
    )


@pytest.mark.parametrize("printed", [True, False])
def test_words_that_there_never_were_cannot_be_answered(printed: bool) -> None:
    assert rules.read(WEBSITE, rules.newest(WEBSITE).version, printed=printed)
    assert not rules.read(WEBSITE, rules.newest(WEBSITE).version + 1, printed=printed)


def test_one_no_wins_for_photos_only() -> None:
    said = [
        Word(Answer.GIVEN, purpose=ConsentPurpose.NEWS),
        Word(Answer.REFUSED, FATHER, purpose=ConsentPurpose.NEWS),
    ]
    assert stands(said, 8, ConsentPurpose.NEWS) is Standing.AGREED


@given(st.lists(words, max_size=8), st.integers(0, 20))
def test_no_photo_is_shown_against_anybodys_last_word(said: list[Word], age: int) -> None:
    shown = PhotoScope.WEBSITE in rules.scopes(said, age, {MOTHER, FATHER})
    adults, child = rules.last_words(said, WEBSITE)
    parents = [adults[id] for id in (MOTHER, FATHER) if id in adults]
    asked = [parents] if Capacity.PARENT in rules.asked(age) else []
    asked += [[child] if child else []] if Capacity.CHILD in rules.asked(age) else []
    fine = all(
        any(one.answer is Answer.GIVEN and one.version == 1 for one in party)
        and all(one.answer is Answer.GIVEN for one in party)
        for party in asked
    )
    assert shown is fine


def test_new_words_are_asked_anew_and_a_no_stays_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [YES, Word(Answer.GIVEN, **CHILD)]
    assert stands(said, 13) is Standing.AGREED
    monkeypatch.setattr(rules, "newest", lambda purpose: Text(purpose, 2, {"nl": "Nieuw"}))
    assert stands(said, 13) is Standing.ANEW
    assert stands([NO], 8) is Standing.REFUSED
    assert stands([Word(Answer.GIVEN, version=2)], 8) is Standing.AGREED


def test_the_words_never_change_under_their_number() -> None:
    digests = {
        f"{text.purpose.value} {text.version}": sha256(
            "\n".join(text.words[language] for language in sorted(LANGUAGES)).encode()
        ).hexdigest()[:16]
        for text in rules.texts()
    }
    assert digests == PRINTED


def test_each_purpose_is_put_into_words_in_each_language() -> None:
    for purpose, texts in groupby(rules.texts(), key=lambda text: text.purpose):
        numbers = [text.version for text in texts]
        assert numbers == list(range(1, len(numbers) + 1)), purpose
    assert {text.purpose for text in rules.texts()} == set(ConsentPurpose)
    assert all(set(text.words) == set(LANGUAGES) for text in rules.texts())
    assert set(PHOTOS.values()) == set(PhotoScope) - {PhotoScope.NONE}


def test_words_that_nobody_vouched_for_have_the_dutch_beside() -> None:
    text = rules.newest(WEBSITE)
    assert text.beside("nl", "De Wiekslag") is None
    assert text.beside("tr", "De Wiekslag") == text.words["nl"]
    registered = rules.newest(ConsentPurpose.REGISTRATION)
    assert registered.read_in("ar", "De Wiekslag") != registered.read_in("nl", "De Wiekslag")
    assert "De Wiekslag" in registered.read_in("ar", "De Wiekslag")
