"""The things a child points at: enough of them, each drawn, each called differently."""

import re

import pytest

from kinderwerk import paths
from kinderwerk.core.picture_words import CODES, GROUPS, PICTURES
from kinderwerk.core.words import LANGUAGES

DRAWINGS = paths.resource("static") / "img" / "picture-words.svg"


def test_there_are_256_in_sixteen_groups() -> None:
    assert len(CODES) == 256
    assert [len(group) for group in GROUPS] == [16] * 16
    assert tuple(code for group in GROUPS for code in group) == CODES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_are_called_alike(language: str) -> None:
    words = [one.words[language] for one in PICTURES.values()]
    assert all(word and word == word.strip() for word in words)
    assert len({word.casefold() for word in words}) == len(words)


def test_each_has_its_own_drawing_and_no_drawing_is_left_over() -> None:
    text = DRAWINGS.read_text("utf-8")
    drawn = dict(re.findall(r'<symbol id="([^"]+)"[^>]*>(.+)</symbol>', text))
    assert tuple(drawn) == CODES
    assert len(set(drawn.values())) == len(CODES)
    assert "style=" not in text
    assert "<script" not in text
