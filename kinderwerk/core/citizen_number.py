"""Recognising a Dutch citizen number (BSN), which has no place here, so that it can be masked."""

import re
from typing import Final

MASK: Final = "•••••••••"
#: A day as people write it is nobody's number: 04-05-2019, 4.5.2019, 2019-05-04.
_DAY: Final = (
    r"(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])([.-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d"
    r"|(?:19|20)\d\d([.-])(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)
_CANDIDATE: Final = r"(?P<digits>(?<![\d+])\d(?:[ .\-]?\d){7,8}(?!\d))"
_EITHER: Final = re.compile(f"{_DAY}|{_CANDIDATE}")
_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def passes_eleven_test(digits: str) -> bool:
    """Tell whether eight or nine digits satisfy the check that every BSN satisfies."""
    padded = digits.zfill(9)
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, padded, strict=True))
    return total % 11 == 0 and int(padded) > 0


def mask(text: str) -> str:
    """Return the text with everything that looks like a citizen number covered."""
    return _EITHER.sub(_covered, text)


def _covered(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found["digits"] or "")
    return MASK if digits and passes_eleven_test(digits) else found[0]
