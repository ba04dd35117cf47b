"""What anybody may ask about what is kept of them."""

from dataclasses import dataclass
from uuid import UUID

from kinderwerk.core.words import N_, Labelled


class Right(Labelled):
    """What somebody may ask about what is kept of them (GDPR, articles 15 to 18, 20 and 21)."""

    ACCESS = "access", N_("See what is kept")
    CORRECTION = "correction", N_("Have something corrected")
    ERASURE = "erasure", N_("Have something erased")
    RESTRICTION = "restriction", N_("Have it kept, but not used for now")
    PORTABILITY = "portability", N_("Take it along to somebody else")
    OBJECTION = "objection", N_("Object to something that is done with it")


class Asker(Labelled):
    PARENT = "parent", N_("A parent or carer")
    YOUNG = "young", N_("The young person")
    OTHER = "other", N_("Somebody else whose details are kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks on a page of ours, and how they are reached."""

    organisation_id: UUID
    right: Right
    asker: Asker
    asked_by: str
    words: str
