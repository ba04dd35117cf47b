"""How areas are coded, what a venue is, and which published figure says how many children live
somewhere."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: The last age that we call a child when we add bands of ages together.
OLDEST_CHILD: Final = 17
RESIDENTS: Final = "residents"
#: Largest files that are read in a page; the command line reads larger ones.
LARGEST_UPLOAD: Final = 20 * 1024 * 1024


class CodeScheme(Labelled):
    NL_CBS = "nl_cbs", N_("Statistics Netherlands (GM, WK, BU)")
    DE_AGS = "de_ags", N_("German municipality key (AGS)")
    FREE = "free", N_("Codes of our own")


def scheme_of(municipality_code: str | None, country: str) -> CodeScheme:
    """Return the scheme that a municipality's code belongs to, else the usual one there."""
    if municipality_code and re.fullmatch(r"GM\d{4}", municipality_code):
        return CodeScheme.NL_CBS
    if municipality_code and re.fullmatch(r"\d{8}", municipality_code):
        return CodeScheme.DE_AGS
    if municipality_code:
        return CodeScheme.FREE
    return CodeScheme.DE_AGS if country == "de" else CodeScheme.NL_CBS


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What somebody gave us to import: two files, and how to read them."""

    outlines: bytes
    figures: bytes | None
    scheme: CodeScheme
    columns: str
    year: int | None


class AlreadyImported(Refusal):
    message = N_("This import was confirmed or thrown away already.")


class NothingToImport(Refusal):
    """`read` is what was read of the files, with everything that is wrong with them."""

    message = N_("These files cannot be imported as they are; nothing was written.")

    def __init__(self, read: object) -> None:
        self.read = read
        super().__init__()


class OtherMunicipality(Refusal):
    message = N_("The outlines are those of %(theirs)s, and this is %(ours)s.")


class VenueKind(Labelled):
    """What a place is to children, on the map and in lists."""

    PLACE = "place", N_("Building or other place")
    SCHOOL = "school", N_("School")
    PITCH = "pitch", N_("Sports pitch")


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueWish:
    name: str
    kind: VenueKind = VenueKind.PLACE
    address: str = ""
    postcode: str = ""
    town: str = ""
    neighbourhood_id: UUID | None = None
    latitude: float | None = None
    longitude: float | None = None
    wheelchair: bool | None = None
    toilet: bool | None = None
    outdoors: bool = False
    accessibility: str = ""
    phone: str = ""
    website: str = ""
    opening: tuple[Sequence[str] | None, ...] = ()
    water: bool = False


class HalfAPoint(Refusal):
    message = N_("A point has a latitude and a longitude; leave both empty or fill in both.")
    field = "longitude"


class OffTheMap(Refusal):
    message = N_("A latitude lies between -90 and 90, and a longitude between -180 and 180.")
    field = "latitude"


def check(wish: VenueWish) -> None:
    check_point(wish.latitude, wish.longitude)


def check_point(latitude: float | None, longitude: float | None) -> None:
    """Refuse half a point, and one that is nowhere on earth."""
    if (latitude is None) != (longitude is None):
        raise HalfAPoint
    if not (abs(latitude or 0) <= 90 and abs(longitude or 0) <= 180):
        raise OffTheMap  # written so that "not a number" is off the map too


@dataclass(frozen=True, slots=True)
class Band:
    """How many people of some ages live somewhere; both ages belong to the band."""

    age_from: int
    age_to: int
    value: float | None
    label: str
    year: int


@dataclass(frozen=True, slots=True)
class Children:
    """How many children live somewhere, with the band and year that it was published for."""

    age_from: int
    age_to: int
    value: int | None
    label: str
    year: int


def one_band(counted: Iterable[Children]) -> Children | None:
    """Return an example if all were published for the same ages and year, else None."""
    several = {(one.age_from, one.age_to, one.year): one for one in counted}
    return next(iter(several.values())) if len(several) == 1 else None


def children(bands: Iterable[Band]) -> Children | None:
    """Add the bands of the last year that meet, from the youngest on, up to the age of 17.

    Only whole published bands are added; if one of them is not known, neither is the sum.
    """
    known = sorted(bands, key=lambda band: (-band.year, band.age_from, -band.age_to))
    chosen: list[Band] = []
    for band in known:
        if not chosen or (
            band.year == chosen[0].year
            and band.age_from == chosen[-1].age_to + 1
            and band.age_to <= OLDEST_CHILD
        ):
            chosen.append(band)
    if not chosen:
        return None
    counted = [band.value for band in chosen if band.value is not None]
    return Children(
        age_from=chosen[0].age_from,
        age_to=chosen[-1].age_to,
        value=int(sum(counted)) if len(counted) == len(chosen) else None,
        label=" + ".join(band.label for band in chosen),
        year=chosen[0].year,
    )
