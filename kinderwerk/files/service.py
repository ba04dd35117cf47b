"""Taking in what people send: drawn anew before anything of it is kept."""

from typing import Final

from kinderwerk.files import bounded
from kinderwerk.files.bounded import Bounds, Unanswered
from kinderwerk.files.rules import (
    LARGEST_PICTURE,
    REFUSALS,
    Broken,
    Redrawn,
    Rendition,
    TooLarge,
)

DRAWER: Final = "kinderwerk.files.pictures"
#: Fifty million pixels, unpacked, and some room to turn them around.
BOUNDS: Final = Bounds(memory=1 << 30, computing=20, seconds=30, answer=5 << 20)


def redraw(content: bytes) -> Redrawn:
    """Have a picture drawn anew in the child; outside a unit of work, for it takes a second."""
    if len(content) > LARGEST_PICTURE:
        raise TooLarge
    try:
        told, pieces = bounded.ask(DRAWER, None, [content], BOUNDS)
        if told:
            raise REFUSALS[told["refused"]]
        return Redrawn(*map(Rendition.of, pieces))
    except (Unanswered, ValueError, TypeError, KeyError):
        raise Broken from None
