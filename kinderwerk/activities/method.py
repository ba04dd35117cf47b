"""For which children something is meant, and by which method it is done: what funders ask."""

from dataclasses import dataclass, fields
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

LONGEST_NAME: Final = 120


class Prevention(Labelled):
    UNSAID = "unsaid", N_("Not said")
    UNIVERSAL = "universal", N_("Universal: for all children")
    SELECTIVE = "selective", N_("Selective: for children who have a harder time than others")
    INDICATED = "indicated", N_("Indicated: for children who have first problems")


class Recognised(Labelled):
    """Whether a national institute recognised a method."""

    UNKNOWN = "unknown", N_("Not known")
    YES = "yes", N_("Yes")
    NO = "no", N_("No")


class NoName(Refusal):
    message = N_("Which method is it? Write down its name.")
    field = "intervention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    prevention: Prevention = Prevention.UNSAID
    intervention: str = ""
    recognised: Recognised = Recognised.UNKNOWN


METHOD: Final = tuple(each.name for each in fields(Method))
UNSAID: Final = Method()


def check(method: Method) -> None:
    if method.recognised is not Recognised.UNKNOWN and not method.intervention.strip():
        raise NoName
