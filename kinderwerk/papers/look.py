"""What is drawn on paper: the colours of the house, and codes that a telephone reads."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

import segno
from markupsafe import Markup

from kinderwerk import paths

#: How the drawings are coloured before a theme is chosen; style sheets do not reach into them.
MAIN, SOFT = "#1f7a4d", "#e3f2e8"
LIGHT: Final = re.compile(r":root\s*{(?P<names>[^}]*)}")
NAMED: Final = re.compile(r"--kw-(?P<name>[\w-]+):\s*(?P<colour>#[0-9a-fA-F]{6})\b")
#: How far from its edge a code stays, in modules: readers look for that.
MARGIN: Final = 4


@cache
def colours() -> Mapping[str, str]:
    """Return the colours of the light mode, those of the house style last."""
    found: dict[str, str] = {}
    for sheet in ("tokens", "house"):
        written = Path(paths.resource("static"), f"css/{sheet}.css").read_text("utf-8")
        plain = re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL)
        if light := LIGHT.search(plain):
            found |= dict(NAMED.findall(light["names"]))
    return found


def in_theme(drawing: Markup, theme: str) -> Markup:
    """Colour a drawing as its theme."""
    known = colours()
    return drawing.replace(MAIN, known.get(theme, MAIN)).replace(
        SOFT, known.get(f"{theme}-soft", SOFT)
    )


def left_to_right(text: str) -> str:
    """Keep the order of a number in a page that is read from the right."""
    return f"\u2066{text}\u2069"


def code(text: str) -> dict[str, str]:
    """Return a QR code: the box that it is drawn in, and the path of its dark modules."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    side = len(rows)
    box = f"{-MARGIN} {-MARGIN} {side + 2 * MARGIN} {side + 2 * MARGIN}"
    return {"box": box, "path": "".join(_path(rows)), "says": text}


def _path(rows: list[bytes]) -> Iterator[str]:
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield f"M{x} {y}h{length}v1h-{length}z"
            x += length
