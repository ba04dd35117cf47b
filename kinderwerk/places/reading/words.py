"""Names as published, made fit to store and to show."""

import unicodedata
from typing import Final

from kinderwerk.core.words import N_
from kinderwerk.places.reading.findings import Unreadable

LONGEST_NAME: Final = 120


def clean(text: str) -> str:
    """Drop control and direction marks and runs of blanks; compose accents."""
    kept = (
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
    )
    return " ".join("".join(kept).split())


def name(text: str) -> str:
    tidy = clean(text)
    if not tidy:
        raise Unreadable(N_("It has no name."))
    if len(tidy) > LONGEST_NAME:
        raise Unreadable(N_("Its name is longer than %(most)s characters."), most=LONGEST_NAME)
    return tidy


def plain(text: str) -> str:
    """Return letters and digits only, without accents or case, to compare two spellings."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in decomposed if character.isalnum())
