"""What parents ask about an activity beside when and where it is."""

from dataclasses import dataclass, fields
from typing import Final

from kinderwerk.core.words import N_, Labelled


class GoingHome(Labelled):
    """How children leave. Parents read it in their own language, so it is no free text."""

    UNSAID = "unsaid", N_("We say nothing about it")
    FETCHED = "fetched", N_("Children are fetched, only by whom you named to us")
    AGREED = "agreed", N_("Your child may go home alone if you told us so")
    FREE = "free", N_("Children come and go as they like")


class Rain(Labelled):
    UNSAID = "unsaid", N_("We say nothing about it")
    GOES_ON = "goes_on", N_("It goes on in the rain too: put on a coat")
    INSIDE = "inside", N_("When it rains, we go inside")
    OFF = "off", N_("In bad weather it is called off; whoever signed up gets a message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What parents are told besides; what is empty is not shown."""

    way_there: str = ""
    going_home: GoingHome = GoingHome.UNSAID
    late_minutes: int | None = None
    in_rain: Rain = Rain.UNSAID
    quiet_place: bool = False
    discount_how: str = ""
    names_shown: bool = False


GUIDE: Final = tuple(each.name for each in fields(Guide))
LATEST: Final = 120
