"""Of which records carers are named, and how each of them is safely reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kinderwerk.access.vocabulary import Resource
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled


class Kind(Labelled):
    """Of what somebody is named; the value is also how the deed is called in the trail."""

    SUPPORT = "support", N_("support trajectory")
    REFERRAL = "referral", N_("referral")


#: Whoever may change the record says who of the family is named on it.
RESOURCES: Final[Mapping[Kind, Resource]] = MappingProxyType(
    {Kind.SUPPORT: Resource.SUPPORT, Kind.REFERRAL: Resource.REFERRAL}
)


class Way(Labelled):
    """How somebody can be reached without anybody else reading or hearing along."""

    MAIL = "mail", N_("By e-mail")
    PHONE = "phone", N_("By telephone: we call")
    IN_PERSON = "in_person", N_("Only face to face")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whom to name, and the way that this person said to be safe."""

    carer_id: UUID
    way: Way


class NothingToReach(Refusal):
    message = N_("That is not known of this person. Choose another way, or note it first.")
    field = "way"


class ReadByAnother(Refusal):
    message = N_("Somebody else of the family reads or answers there too. Choose another way.")
    field = "way"


class CannotBeNamed(Refusal):
    message = N_("This person cannot be named here. Look at who cares for the children.")
    field = "carer_id"
