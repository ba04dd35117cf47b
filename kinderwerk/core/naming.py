"""Finding names where none may stand."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

#: Small words in names that say nothing of who it is.
PARTICLES: Final = frozenset(
    {
        "de", "den", "der", "van", "von", "het", "ter", "ten", "te", "el", "al", "la", "le", "du",
        "di", "da", "zu", "zum", "zur", "und", "en", "op", "in", "aan", "bij",
    }
)  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019\-][^\W\d_]+)*")
_JOINT: Final = re.compile(r"[-'\u2019]")


def named_in(text: str, names: Iterable[str]) -> Iterator[str]:
    """Yield the places at which a word is part of one of these names, with what stands around it.

    Capitals and accents make no difference, nor does the s of a genitive.
    """
    known = {
        _plain(part)
        for name in names
        for word in _WORD.findall(name)
        for part in (word, *_JOINT.split(word))
        if len(part) > 1 and part.casefold() not in PARTICLES
    }
    for found in _WORD.finditer(text):
        word = _plain(found.group())
        parts = {word, re.sub(r"['\u2019]?s$", "", word), *_JOINT.split(word)}
        if parts & known:
            before = text[max(0, found.start() - 16) : found.start()]
            after = text[found.end() : found.end() + 16]
            yield f"…{before}[{found.group()}]{after}…".replace("\n", " ")


def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
