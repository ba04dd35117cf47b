"""Whether two records may be one and the same child.

Words are compared without accents, capital letters, hyphens and the small words before a surname,
and as they sound where one name has several spellings in Latin letters. Twins share a day of birth
and a surname, so with both the same only the same first name makes two records alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import combinations
from typing import Final
from uuid import UUID

from kinderwerk.families.rules import folded

#: Small words in surnames: Dutch, German, French, Arabic, Turkish; an s or t is left of 's and 't.
PARTICLES: Final = frozenset(
    {
        "van", "von", "vom", "v", "zu", "zum", "zur", "de", "den", "der", "des", "d", "het", "t",
        "s", "te", "ten", "ter", "op", "in", "aan", "bij", "uit", "over", "la", "le", "l", "du",
        "da", "di", "do", "dos", "das", "del", "el", "al", "ul", "bin", "ben", "ibn", "abu", "abi",
        "und", "en", "y",
    }
)  # fmt: skip
#: What is one sound in several spellings, the longer first: Schroeder and Schröder, IJsbrand and
#: Ysbrand, Moestafa and Mustafa, Philip and Filip.
SOUNDS: Final = (
    ("sch", "s"), ("ij", "y"), ("ei", "y"), ("ae", "a"), ("ou", "o"), ("oe", "o"), ("ue", "o"),
    ("u", "o"), ("ph", "f"), ("th", "t"), ("dj", "j"), ("ck", "k"), ("c", "k"), ("i", "y"),
)  # fmt: skip
#: What stays a letter of its own when its accent is taken away.
LETTERS: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
#: In a shorter first name an exchange of two letters makes another name.
LONG: Final = 5


class Names(IntEnum):
    """How far two names are the same; the higher, the surer."""

    PART = 1
    SLIP = 2
    SPELLED = 3
    SWAPPED = 4
    SAME = 5


class Days(IntEnum):
    """How far two dates of birth are the same."""

    ABOUT = 1
    DIGIT = 2
    SWAPPED = 3
    SAME = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A child as far as it is compared; `about`: the day was worked out from an age."""

    id: UUID
    first_name: str
    surname: str
    born_on: date
    about: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Likeness:
    days: Days
    names: Names


@dataclass(frozen=True, slots=True)
class Pair:
    one: UUID
    other: UUID
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Heard:
    """Both names of a child as words, and as these are heard."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    sounds: list[str]
    last_sounds: list[str]


Known = tuple[Person, Heard]


def heard(person: Person) -> Heard:
    first, last = words(person.first_name), words(person.surname)
    return Heard(first, last, _sounds(first), _sounds(last))


def likeness(one: Person, other: Person) -> Likeness | None:
    """Return how alike two records are; None: another child, as far as one can tell."""
    return _likeness(one, other, heard(one), heard(other))


def _likeness(one: Person, other: Person, mine: Heard, its: Heard) -> Likeness | None:
    days = same_day(one, other)
    names = None if days is None else same_name(mine, its)
    if days is None or names is None:
        return None
    sure = names >= Names.SPELLED if days is not Days.SAME else True
    return Likeness(days, names) if sure else None


def same_day(one: Person, other: Person) -> Days | None:
    if one.about or other.about:
        return Days.ABOUT if abs((one.born_on - other.born_on).days) <= 366 else None
    a, b = one.born_on, other.born_on
    if a == b:
        return Days.SAME
    if (a.year, a.month, a.day) == (b.year, b.day, b.month):
        return Days.SWAPPED
    differ = sum(x != y for x, y in zip(f"{a:%Y%m%d}", f"{b:%Y%m%d}", strict=True))
    return Days.DIGIT if differ == 1 else None


def same_name(one: Heard, other: Heard) -> Names | None:
    if not one.first or not other.first:
        return None
    if (one.first, one.last) == (other.first, other.last):
        return Names.SAME
    if one.last and (one.first, one.last) == (other.last, other.first):
        return Names.SWAPPED
    return _nearly(one.sounds, one.last_sounds, other.sounds, other.last_sounds)


def _nearly(
    first: list[str], last: list[str], its_first: list[str], its_last: list[str]
) -> Names | None:
    called = "".join(first) == "".join(its_first)
    family = "".join(last) == "".join(its_last)
    if called and family:
        return Names.SPELLED
    if last and first + last == its_last + its_first:
        return Names.SWAPPED
    if family:
        if _exchanged("".join(first), "".join(its_first)):
            return Names.SLIP
        return Names.PART if _begins(first, its_first) and last else None
    if not called:
        return None
    if _one_slip("".join(last), "".join(its_last)):
        return Names.SLIP
    return Names.PART if _part_of(last, its_last) else None


def words(name: str) -> tuple[str, ...]:
    """Return the words of a name that tell it apart; the small ones where there are no others."""
    plain = folded(name).translate(LETTERS)
    found = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    return tuple(word for word in found if word not in PARTICLES) or tuple(found)


def _sounds(spelled: Iterable[str]) -> list[str]:
    return [sound(word) for word in spelled]


def sound(word: str) -> str:
    """Return a word as it is heard: one sign for what is one sound, and none twice in a row."""
    for letters, heard in SOUNDS:
        word = word.replace(letters, heard)
    return "".join(sign for n, sign in enumerate(word) if n == 0 or sign != word[n - 1])


def _begins(some: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether one is how the other begins: Anna, and Anna Maria."""
    shorter, longer = sorted((list(some), list(others)), key=len)
    return longer[: len(shorter)] == shorter


def _part_of(some: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether one surname is missing, or one half of the other."""
    return set(some) <= set(others) or set(others) <= set(some)


def _one_slip(one: str, other: str) -> bool:
    """Tell whether one letter was missed, added, mistaken, or exchanged with its neighbour."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < LONG or len(longer) - len(shorter) > 1:
        return False
    start = _alike_from_the_front(shorter, longer)
    rest, longer_rest = shorter[start:], longer[start:]
    if len(shorter) < len(longer):
        return rest == longer_rest[1:]
    return rest[1:] == longer_rest[1:] or _turned(rest, longer_rest)


def _exchanged(one: str, other: str) -> bool:
    """Tell whether two letters inside a long first name changed places, and nothing else."""
    if len(one) != len(other) or len(one) < LONG:
        return False
    start = _alike_from_the_front(one, other)
    return 0 < start < len(one) - 2 and _turned(one[start:], other[start:])


def _alike_from_the_front(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _turned(one: str, other: str) -> bool:
    return len(one) > 1 and one[1::-1] == other[:2] and one[2:] == other[2:]


def pairs(people: Iterable[Person]) -> list[Pair]:
    """Return who may be the same, the surest first; only those are compared who share a day of
    birth, or a name as it is heard."""
    known = [(person, heard(person)) for person in people]
    by_day: dict[date, list[Known]] = {}
    by_name: dict[tuple[str, ...], list[Known]] = {}
    for person, names in known:
        if not person.about:
            by_day.setdefault(person.born_on, []).append((person, names))
        alike = tuple(sorted([*names.sounds, *names.last_sounds]))
        by_name.setdefault(alike, []).append((person, names))
    found = dict(_compared([*by_day.values(), *by_name.values()]))
    made = [Pair(*ids, alike) for ids, alike in found.items()]
    return sorted(made, key=lambda pair: (pair.likeness, pair.one, pair.other), reverse=True)


def _compared(blocks: Iterable[Sequence[Known]]) -> Iterator[tuple[tuple[UUID, UUID], Likeness]]:
    for block in blocks:
        in_order = sorted(block, key=lambda each: each[0].id)
        for (one, mine), (other, its) in combinations(in_order, 2):
            if alike := _likeness(one, other, mine, its):
                yield (one.id, other.id), alike
