"""The key with which a child comes back, four picture-words in order, and how often to guess."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from kinderwerk.core.picture_words import CODES

SIZE: Final = 4
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """How often something may be tried in a window of time."""

    name: str
    most: int
    window: timedelta


#: From one address come whole schools and community centres.
GUESSES_PLACE: Final = Budget("guess from", 60, timedelta(minutes=15))
#: All that may be guessed at the talks of one neighbourhood, and at all of them.
GUESSES_BOX: Final = Budget("guess at", 300, timedelta(days=1))
GUESSES_ALL: Final = Budget("guess", 3000, timedelta(days=1))
#: What may be sent: from one address, to one neighbourhood, and by one child.
SENT_PLACE: Final = Budget("sent from", 60, timedelta(minutes=15))
SENT_BOX: Final = Budget("sent to", 200, timedelta(hours=1))
SENT_TALK: Final = Budget("sent in", 20, timedelta(hours=1))


def possible() -> int:
    """Return how many keys there are in one neighbourhood: no picture comes twice in one."""
    found = 1
    for taken in range(SIZE):
        found *= len(CODES) - taken
    return found


def drawn(number: int) -> Key:
    """Return the key with this number; every key is as likely where the number is any."""
    left, key = list(CODES), []
    for _ in range(SIZE):
        number, at = divmod(number, len(left))
        key.append(left.pop(at))
    return tuple(key)


def number(secret: bytes, sent: str, attempt: int) -> int:
    """Return which key goes with what was sent: the same again for the same, and else any."""
    return int.from_bytes(hmac.digest(secret, f"{attempt}:{sent}".encode(), "sha256"))


def is_key(codes: Sequence[str]) -> bool:
    return len(codes) == SIZE and all(code in CODES for code in codes)


def tag(secret: bytes, neighbourhood_id: UUID, codes: Sequence[str]) -> str:
    """Return what stands for a key; without the secret nobody finds the key that fits it."""
    return hmac.digest(secret, f"{neighbourhood_id}:{' '.join(codes)}".encode(), "sha256").hex()


def expected_tries(living: int) -> float:
    """Return after how many different guesses the first of so many keys is found, on average."""
    return (possible() + 1) / (living + 1)


def chance(living: int, tries: int) -> float:
    """Return how likely so many different guesses find one of the keys that are in use."""
    missed = 1.0
    for key in range(living):
        missed *= max(0.0, 1 - tries / (possible() - key))
    return 1 - missed
