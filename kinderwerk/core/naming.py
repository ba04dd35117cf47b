"""Finding in a text the names of people who are known, so that nobody is named in it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kinderwerk.core.ordinary import FORMAL, FREQUENT, ORDINARY, TITLES

#: Small words in names that say nothing of who it is.
PARTICLES: Final = frozenset(
    {
        "de", "den", "der", "van", "von", "het", "ter", "ten", "te", "el", "al", "la", "le", "du",
        "di", "da", "zu", "zum", "zur", "und", "en", "op", "in", "aan", "bij", "tot",
        "bint", "dos", "des", "del", "della",
    }
)  # fmt: skip
_MARKS: Final = "\u0300-\u036f\u064b-\u065f\u0670"
_LETTER: Final = f"[^\\W\\d_][{_MARKS}]*"
_WORD: Final = re.compile(f"(?:{_LETTER})+(?:['\u2019\u02bc\\-\u2010\u2011](?:{_LETTER})+)*")
_JOINT: Final = re.compile("['\u2019\u02bc\\-\u2010\u2011]")
_ENDS: Final = re.compile(r"(?:^|[.!?:;\n\u2022*\"\u201c-\u201e\u00ab\u00bb(\u2013\u2014-]\s*)$")
#: Letters that have no mark that could be taken off.
_ALONE: Final = str.maketrans(
    {"\u0131": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ħ": "h", "þ": "th"}
)
_GERMAN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORDS: Final = FREQUENT | ORDINARY
#: What stands with many names and tells nobody apart.
_NOBODY: Final = PARTICLES | (TITLES - FORMAL)
AROUND: Final = 16


@dataclass(frozen=True, slots=True)
class Suspect:
    """A word that is part of a known name, and what stands around it.

    `sure`: it stands there as a name stands there. Otherwise it may be a word as well.
    """

    around: str
    sure: bool


def plain(word: str) -> str:
    """Return a word without capitals, accents and marks, as somebody in a hurry types it."""
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_ALONE))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_ALONE)


def named_in(text: str, names: Iterable[str]) -> Iterator[str]:
    """Yield the places at which a word is part of one of these names, with what stands around it.

    Capitals and accents make no difference, nor does the s of a genitive.
    """
    known = _known(names)
    clean = _clean(text)
    for found in _WORD.finditer(clean):
        if _written(found.group(), genitive=True) & known.keys():
            yield _around(clean, found)


def suspects(text: str, names: Iterable[str]) -> list[Suspect]:
    """Return the words of a text that are part of a known name; among many names, words too."""
    known = _known(names)
    clean = _clean(text)
    words = list(_WORD.finditer(clean))
    who = [_whose(clean, found, known) for found in words]
    found = []
    for place in (place for place, whose in enumerate(who) if whose):
        sure = _sure(clean, words, who, place)
        if _counts(clean, words[place], sure=sure, titled=_titled(words, place, FORMAL)):
            found.append(Suspect(_around(clean, words[place]), sure))
    return found


def _clean(text: str) -> str:
    """Take out what nobody sees, and write each letter in one piece where that is possible."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFC", seen)


def _known(names: Iterable[str]) -> dict[str, set[int]]:
    """Return the parts of names by which somebody could be recognised, and whose they are."""
    known: dict[str, set[int]] = defaultdict(set)
    for number, name in enumerate(names):
        for word in _WORD.findall(_clean(name)):
            for part in (word, *_JOINT.split(word), _JOINT.sub("", word)):
                if len(part) > 1 and part.casefold() not in _NOBODY:
                    known[plain(part)].add(number)
                    known[plain(part.casefold().translate(_GERMAN))].add(number)
    return known


def _written(word: str, *, genitive: bool) -> set[str]:
    whole = plain(word)
    forms = {whole, _JOINT.sub("", whole), re.sub(r"['\u2019\u02bc]s?$", "", whole)}
    if genitive:
        forms.add(re.sub(r"s$", "", whole))
    return forms | {part for part in _JOINT.split(whole) if len(part) > 1}


def _whose(text: str, found: re.Match[str], known: dict[str, set[int]]) -> set[int]:
    forms = _written(found.group(), genitive=found.group()[0].isupper())
    return {number for form in forms for number in known.get(form, ())}


def _sure(text: str, words: list[re.Match[str]], who: list[set[int]], place: int) -> bool:
    word = words[place].group()
    if not word[0].isupper():
        return False
    if any(_one_name(words, who, place, other) for other in _neighbours(words, place)):
        return True
    if _titled(words, place):
        return True
    return not _begins(text, words[place]) and not _is_word(word) and len(word) > 2


def _counts(text: str, found: re.Match[str], *, sure: bool, titled: bool) -> bool:
    word = found.group()
    if sure or (not _is_word(word) and len(word) > 2):
        return True
    if not word[0].isupper():
        return titled and plain(word) not in FREQUENT
    return not (_begins(text, found) and plain(word) in FREQUENT)


def _is_word(word: str) -> bool:
    return plain(word) in _WORDS


def _begins(text: str, found: re.Match[str]) -> bool:
    return bool(_ENDS.search(text[: found.start()].rstrip(" \t")[-2:] or ""))


def _neighbours(words: list[re.Match[str]], place: int) -> Iterator[int]:
    for step in (-1, 1):
        other = place + step
        while 0 <= other < len(words) and words[other].group().casefold() in PARTICLES:
            other += step
        if 0 <= other < len(words):
            yield other


def _one_name(words: list[re.Match[str]], who: list[set[int]], place: int, other: int) -> bool:
    """Tell whether two words next to each other are two names of one person."""
    one, two = words[place].group(), words[other].group()
    return two[0].isupper() and plain(one) != plain(two) and bool(who[place] & who[other])


def _titled(words: list[re.Match[str]], place: int, titles: frozenset[str] = TITLES) -> bool:
    before = next(iter(_neighbours(words, place)), place)
    return before < place and words[before].group().casefold() in titles


def _around(text: str, found: re.Match[str]) -> str:
    before = text[max(0, found.start() - AROUND) : found.start()]
    after = text[found.end() : found.end() + AROUND]
    return f"…{before}[{found.group()}]{after}…".replace("\n", " ")
