"""Lists of phrases: ours from a file, those of an organisation as it wrote them. Pure."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("phrases.txt")
WORRY, ADVICE, SWEAR = "worry", "advice", "swear"
#: How many other words may stand between two of a phrase.
BETWEEN: Final = 2
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")

Phrases = tuple[str, ...]


def read(text: str) -> Mapping[tuple[str, str], Phrases]:
    """Return the phrases of a file, by list and language."""
    found: dict[tuple[str, str], list[str]] = {}
    heading = ("", "")
    for line in text.splitlines():
        if line.startswith("["):
            name, _, language = line.strip("[] ").partition(" ")
            heading = (name, language)
        elif line.strip() and not line.startswith("#"):
            found.setdefault(heading, []).append(line.strip())
    return {name: tuple(phrases) for name, phrases in found.items()}


OURS: Final = read(FILE.read_text("utf-8"))


def of(name: str) -> Phrases:
    """Return our phrases of a list, in all languages: nobody knows in which a child writes."""
    return tuple(phrase for (one, _), phrases in OURS.items() if one == name for phrase in phrases)


def words(text: str) -> list[str]:
    return [word.replace("\u2019", "'") for word in _WORD.findall(text.casefold())]


def found(text: str, phrases: Iterable[str]) -> list[str]:
    """Return which of these phrases stand in the text, whatever the capitals."""
    said = words(text)
    places: dict[str, list[int]] = {}
    for place, word in enumerate(said):
        places.setdefault(word, []).append(place)
    return [phrase for phrase in phrases if _stands(said, places, phrase.casefold().split())]


def _stands(said: list[str], places: Mapping[str, list[int]], phrase: list[str]) -> bool:
    if not phrase:
        return False
    first = phrase[0]
    begins = [at for at, word in enumerate(said) if _is(word, first)] if first.endswith("*") else (
        places.get(first, [])
    )  # fmt: skip
    return any(_goes_on(said, at + 1, phrase[1:]) for at in begins)


def _goes_on(said: list[str], at: int, rest: list[str]) -> bool:
    if not rest:
        return True
    near = range(at, min(at + BETWEEN + 1, len(said)))
    return any(_is(said[one], rest[0]) and _goes_on(said, one + 1, rest[1:]) for one in near)


def _is(word: str, wanted: str) -> bool:
    if wanted.endswith("*"):
        return word.startswith(wanted[:-1])
    return word == wanted
