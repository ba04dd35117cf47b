"""What families read of the trail."""

from typing import Final

from kinderwerk.core.words import N_, Labelled


class Kind(Labelled):
    """What somebody did, as NEN 7513 tells them apart."""

    CREATED = "created", N_("Added")
    CHANGED = "changed", N_("Changed")
    REMOVED = "removed", N_("Removed")
    READ = "read", N_("Looked at")
    SEARCHED = "searched", N_("Looked for")
    PRINTED = "printed", N_("Printed")
    EXPORTED = "exported", N_("Taken out as a file")
    TRANSFERRED = "transferred", N_("Passed on")
    EMERGENCY = "emergency", N_("Looked at in an emergency")


#: What parents are told of: never that there is a signal, support or a referral, nor that somebody
#: looked in an emergency whether there is.
FOR_FAMILIES: Final[dict[str, str]] = {
    "child": N_("Details of a child"),
    "family": N_("Details of a family"),
    "consent": N_("Consent"),
    "medical": N_("What helpers must know about health and food"),
    "signup": N_("Sign-ups"),
    "register": N_("Attendance"),
}
