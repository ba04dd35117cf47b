"""Where many children live and few are reached: from what may be shown, and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kinderwerk.core.words import N_, Labelled
from kinderwerk.disclosure.tables import Shown
from kinderwerk.facts.rules import Measure
from kinderwerk.neighbourhood_map.rules import STEPS, Area, Row
from kinderwerk.neighbourhood_map.walking import Barrier, Place, on_foot

#: Reached out of a hundred children, below which a neighbourhood is white.
FEW: Final = STEPS[0]


class Spot(Labelled):
    """What a neighbourhood is; `white` are the first two."""

    NOTHING_NEAR = "nothing_near", N_("Nothing to walk to")
    FEW_REACHED = "few_reached", N_("Few children reached")
    NAMELESS = "nameless", N_("Reached without names")
    UNKNOWN = "unknown", N_("Not known")
    REACHED = "reached", N_("Children are reached")

    @property
    def white(self) -> bool:
        return self in (Spot.NOTHING_NEAR, Spot.FEW_REACHED)


@dataclass(frozen=True, slots=True)
class Offer:
    """What takes place somewhere in a period: how often, and for how many children.

    `open_dates` are those of the `dates` to which everybody may come.
    """

    where: Place
    dates: int
    places: int
    open_dates: int = 0


@dataclass(frozen=True, slots=True)
class Near:
    """What is offered within walking distance, all taken together."""

    dates: int = 0
    places: int = 0
    open_dates: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A neighbourhood, what is near, what it is, and for how many children nobody is there yet.

    `missing` is None where nothing is known of the children living there, `near` where nobody
    knows where people live.
    """

    row: Row
    near: Near | None
    spot: Spot
    missing: int | None

    @property
    def area(self) -> Area:
        return self.row.area

    @property
    def nameless(self) -> Shown:
        return self.row.shown[Measure.VISITS_TALLY]


def near(start: Place, offers: Iterable[Offer], barriers: Sequence[Barrier], most: float) -> Near:
    """Add up what somebody who walks `most` metres gets to."""
    found = [one for one in offers if on_foot(start, one.where, barriers) <= most]
    return Near(
        sum(one.dates for one in found),
        sum(one.places for one in found),
        sum(one.open_dates for one in found),
    )


def judge(row: Row, near: Near) -> Judged:
    return Judged(row, near, _spot(row, near), _missing(row))


def _spot(row: Row, near: Near) -> Spot:
    """Decide what a neighbourhood is.

    Whoever comes without a name may live anywhere, so where somebody came so it is never white.
    """
    if not row.area.living:
        return Spot.UNKNOWN
    nameless = row.shown[Measure.VISITS_TALLY]
    if nameless.hidden or nameless.count:
        return Spot.NAMELESS
    if row.reached is not None and row.reached >= FEW:
        return Spot.REACHED
    if not near.dates:
        return Spot.NOTHING_NEAR
    return Spot.UNKNOWN if row.reached is None else Spot.FEW_REACHED


def _missing(row: Row) -> int | None:
    if not row.area.living:
        return None
    return max(0, row.area.living - (row.shown[Measure.CHILDREN].count or 0))


def ranked(judged: Iterable[Judged]) -> list[Judged]:
    """Return the white spots, those first where most children are not reached."""
    white = [one for one in judged if one.spot.white]
    return sorted(white, key=lambda one: (-(one.missing or 0), one.area.name, one.area.id))


def judged(
    rows: Iterable[Row], centres: Mapping[UUID, Place], offers: Sequence[Offer],
    barriers: Sequence[Barrier], most: float,
) -> list[Judged]:  # fmt: skip
    """Judge each neighbourhood; where its people live is not known, nothing is known to be near."""
    return [
        judge(row, near(centres[row.area.id], offers, barriers, most))
        if row.area.id in centres
        else Judged(row, None, Spot.UNKNOWN, _missing(row))
        for row in rows
    ]
