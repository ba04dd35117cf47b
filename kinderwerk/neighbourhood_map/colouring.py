"""What the colours of the neighbourhoods tell, and in which steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kinderwerk.core.words import N_, Labelled
from kinderwerk.facts.rules import Measure
from kinderwerk.neighbourhood_map.rules import STEPS, Tint, tint
from kinderwerk.neighbourhood_map.white_spots import Judged


class Colouring(Labelled):
    REACH = "reach", N_("Children reached")
    OFFER = "offer", N_("What can be walked to")
    SUPPORT = "support", N_("Families in parenting support")
    REFERRALS = "referrals", N_("Referrals")


@dataclass(frozen=True, slots=True)
class Scale:
    """From which number on each of the tints after the first begins, and what they are called."""

    steps: tuple[int, int, int]
    words: tuple[str, str, str, str]
    unknown: str = N_("Not known, or too small to show")


SCALES: Final = {
    Colouring.REACH: Scale(
        STEPS,
        (
            N_("Fewer than 10 in 100 children reached"),
            N_("10 to 24 in 100 children reached"),
            N_("25 to 49 in 100 children reached"),
            N_("50 or more in 100 children reached"),
        ),
    ),
    Colouring.OFFER: Scale(
        (1, 10, 30),
        (
            N_("Nothing within walking distance"),
            N_("1 to 9 times something within walking distance"),
            N_("10 to 29 times something within walking distance"),
            N_("30 times or more something within walking distance"),
        ),
        N_("Nobody knows where people live here"),
    ),
    Colouring.SUPPORT: Scale(
        (15, 25, 50),
        (N_("10 to 14 families"), N_("15 to 24 families"), N_("25 to 49 families"),
         N_("50 families or more")),
    ),
    Colouring.REFERRALS: Scale(
        (15, 25, 50),
        (N_("10 to 14 referrals"), N_("15 to 24 referrals"), N_("25 to 49 referrals"),
         N_("50 referrals or more")),
    ),
}  # fmt: skip


def colour(one: Judged, by: Colouring) -> Tint:
    return tint(_number(one, by), SCALES[by].steps)


def _number(one: Judged, by: Colouring) -> int | None:
    if by is Colouring.REACH:
        return one.row.reached
    if by is Colouring.OFFER:
        return one.near.dates if one.near else None
    measure = Measure.SUPPORT_FAMILIES if by is Colouring.SUPPORT else Measure.REFERRALS
    return one.row.shown[measure].count


def legend(by: Colouring) -> Sequence[tuple[Tint, str]]:
    """Return each tint with its words, the darkest first."""
    scale = SCALES[by]
    known = zip((Tint.FEW, Tint.SOME, Tint.MANY, Tint.MOST), scale.words, strict=True)
    return [*reversed(list(known)), (Tint.UNKNOWN, scale.unknown)]
