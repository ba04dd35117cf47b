"""Reading a whole upload: outlines and figures together."""

from datetime import UTC, datetime

from kinderwerk.core.words import N_
from kinderwerk.places.reading import figures, outlines
from kinderwerk.places.reading.columns import Columns
from kinderwerk.places.reading.findings import Unreadable
from kinderwerk.places.reading.joining import EARLIEST_YEAR, Joined, join
from kinderwerk.places.reading.outlines import Wanted
from kinderwerk.places.rules import Upload


def read(upload: Upload, municipality: str | None) -> Joined:
    """Read and join both files; whatever is wrong with either is in the answer."""
    try:
        wanted = Wanted(
            scheme=upload.scheme,
            municipality=municipality or "",
            columns=Columns.parse(upload.columns),
        )
        _check_year(upload.year)
    except Unreadable as reason:
        joined = Joined()
        joined.outlines.fault(reason.at())
        return joined
    drawn = outlines.read(upload.outlines, wanted)
    counted = figures.read(upload.figures, wanted, upload.year) if upload.figures else None
    return join(drawn, counted, upload.scheme)


def _check_year(year: int | None) -> None:
    if year is not None and not EARLIEST_YEAR <= year <= datetime.now(UTC).year:
        raise Unreadable(N_("%(year)s is not a year of which there are figures."), year=year)
