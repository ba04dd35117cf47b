"""Translatable words that live outside the web layer."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Self

#: What the product is written in, and what an organisation writes.
ORIGINAL: Final = "nl"
#: The languages people can choose, in their own names; the first is the language of the product.
LANGUAGES: Final[Mapping[str, str]] = {
    "nl": "Nederlands",
    "en": "English",
    "de": "Deutsch",
    "tr": "Türkçe",
    "ar": "العربية",
    "uk": "Українська",
    "pl": "Polski",
}
TRANSLATED: Final[Mapping[str, str]] = {
    code: name for code, name in LANGUAGES.items() if code != ORIGINAL
}
#: Those in which every page exists; the others cover what parents and children see.
STAFF_LANGUAGES: Final = ("nl", "en", "de")
RIGHT_TO_LEFT: Final = frozenset({"ar"})
#: Those that a native reader signed by name in docs/translations.md; Dutch is the original.
SIGNED: Final = frozenset({"nl"})

#: Text that an organisation wrote in several languages; Dutch is always there.
Translated = dict[str, str]


def N_(text: str) -> str:
    """Mark text for the catalogue; whoever shows it translates it."""
    return text


def is_signed(language: str) -> bool:
    return language in SIGNED


def in_language(text: Translated, language: str) -> str:
    return text.get(language) or text["nl"]


class Labelled(StrEnum):
    """An enumeration whose members are stored by value and shown by label."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
