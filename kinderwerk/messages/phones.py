"""Telephone numbers as the world writes them."""

from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat


@lru_cache(maxsize=4096)
def normal(typed: str, country: str) -> str | None:
    """Return a number as E.164, +31612345678; None for what is no number of a telephone.

    `country` is where a number lies that begins without the code of a country: two letters.
    """
    try:
        found = phonenumbers.parse(typed, country)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(found):
        return None
    return phonenumbers.format_number(found, PhoneNumberFormat.E164)
