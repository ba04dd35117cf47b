"""256 things that a child can point at, each with a drawing and a word in every language.

A name that is nobody's and a key that a child can remember are made of these. Their order is the
alphabet of the keys there are: a word may be mended, a code never changes and never moves. The
drawings are the symbols of the same code in `static/img/picture-words.svg`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kinderwerk.core.words import Translated, in_language

FILE: Final = Path(__file__).with_name("picture_words.txt")
_COLUMNS: Final = ("nl", "de", "tr", "ar", "uk", "pl")


@dataclass(frozen=True, slots=True)
class PictureWord:
    """A thing to point at: its drawing and what it is called; things of one group look alike."""

    code: str
    group: int
    words: Translated

    def said(self, language: str) -> str:
        return in_language(self.words, language)


def read(text: str) -> Iterator[PictureWord]:
    group = -1
    for line in text.splitlines():
        if line.startswith("["):
            group += 1
        elif line and not line.startswith("#"):
            code, *words = line.split(";")
            said = dict(zip(_COLUMNS, words, strict=True)) | {"en": code.replace("-", " ")}
            yield PictureWord(code, group, said)


PICTURES: Final[Mapping[str, PictureWord]] = {
    one.code: one for one in read(FILE.read_text("utf-8"))
}
CODES: Final = tuple(PICTURES)
#: The same, sixteen that belong together at a time.
GROUPS: Final = tuple(
    tuple(one.code for one in PICTURES.values() if one.group == group)
    for group in sorted({one.group for one in PICTURES.values()})
)
