"""Reading an upload in a process of its own: this side asks, and `answer` runs in the child."""

from typing import Any, Final

from shapely.geometry import MultiPolygon, mapping, shape

from kinderwerk.core.words import N_
from kinderwerk.files import bounded
from kinderwerk.files.bounded import Bounds, Unanswered
from kinderwerk.files.plain import Plain
from kinderwerk.places.reading import upload as reading
from kinderwerk.places.reading.findings import Finding
from kinderwerk.places.reading.joining import Joined
from kinderwerk.places.rules import CodeScheme, Upload

READER: Final = __name__
#: Twenty megabytes of outlines, unpacked; the reader itself stops after half a minute.
BOUNDS: Final = Bounds(memory=1536 << 20, computing=45, seconds=60, answer=128 << 20)


def _given(outline: MultiPolygon) -> Any:
    return mapping(outline)["coordinates"]


def _taken(coordinates: Any) -> MultiPolygon:
    drawn = shape({"type": "MultiPolygon", "coordinates": coordinates})
    if not isinstance(drawn, MultiPolygon):
        raise TypeError("not an outline")
    return drawn


PLAIN: Final = Plain({MultiPolygon: (_given, _taken)})


def read(upload: Upload, municipality: str | None) -> Joined:
    """Read both files as `upload.read` does; what cannot be read within bounds is a fault."""
    told = [upload.scheme.value, upload.columns, upload.year, municipality]
    pieces = [upload.outlines, *([upload.figures] if upload.figures is not None else [])]
    try:
        given, _ = bounded.ask(READER, told, pieces, BOUNDS)
        read: Joined = PLAIN.take(Joined, given)
    except (Unanswered, ValueError, TypeError):
        read = Joined()
        read.outlines.fault(Finding(N_("These files take too much time or memory to read.")))
    return read


def answer(told: Any, pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    scheme, columns, year, municipality = told
    upload = Upload(
        outlines=pieces[0], figures=pieces[1] if pieces[1:] else None,
        scheme=CodeScheme(scheme), columns=columns, year=year,
    )  # fmt: skip
    return PLAIN.give(reading.read(upload, municipality)), []
