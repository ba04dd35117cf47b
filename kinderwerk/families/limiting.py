"""How far the use of what is kept of a child can be limited, while that lasts."""

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled


class Limit(Labelled):
    """How far the use of what is kept of a child is limited, while that lasts."""

    UNCOUNTED = "uncounted", N_("Not counted in reports")
    KEPT_ONLY = "kept_only", N_("Kept, and not used")


class Limited(Refusal):
    message = N_("What is kept of this child may not be used for now; this can wait.")
