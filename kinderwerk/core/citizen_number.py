"""Recognising a Dutch citizen number (BSN), which has no place here, so that it can be masked."""

import re
from typing import Final

MASK: Final = "•••••••••"
_CANDIDATE: Final = re.compile(r"(?<![\d+])\d(?:[ .\-]?\d){7,8}(?![\d])")
_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def passes_eleven_test(digits: str) -> bool:
    """Tell whether eight or nine digits satisfy the check that every BSN satisfies."""
    padded = digits.zfill(9)
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, padded, strict=True))
    return total % 11 == 0 and int(padded) > 0


def mask(text: str) -> str:
    """Return the text with everything that looks like a citizen number covered."""
    return _CANDIDATE.sub(_covered, text)


def _covered(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return MASK if passes_eleven_test(digits) else found[0]
