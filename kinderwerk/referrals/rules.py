"""From pointing the way to going along, and who carries it until someone took over."""

from kinderwerk.core.words import N_, Labelled


class Kind(Labelled):
    INFORMATION = "information", N_("Gave information")
    SIGNPOSTING = "signposting", N_("Pointed the way")
    COLD = "cold", N_("Referred")
    WARM = "warm", N_("Warm handover")
    ACCOMPANIED = "accompanied", N_("Went along")
    JOINT_SUPPORT = "joint_support", N_("Keep working together")


class Status(Labelled):
    PREPARED = "prepared", N_("Prepared")
    CONSENT_PENDING = "consent_pending", N_("Waiting for consent")
    SENT = "sent", N_("Sent")
    RECEIVED = "received", N_("Received by the partner")
    FIRST_CONTACT = "first_contact_made", N_("First contact made")
    TAKEN_OVER = "taken_over", N_("Taken over")
    DECLINED_BY_FAMILY = "declined_by_family", N_("Declined by the family")
    DECLINED_BY_PARTNER = "declined_by_partner", N_("Declined by the partner")
    WAITING_LIST = "waiting_list", N_("On the partner's waiting list")
    NOT_REACHED = "not_reached", N_("Not reached")
    ENDED = "ended", N_("Ended")
    FEEDBACK = "feedback_received", N_("Answer received")
    CLOSED = "closed", N_("Closed")


class Outcome(Labelled):
    HELP_STARTED = "help_started", N_("Help has started")
    NOT_NEEDED = "help_not_needed", N_("Help was not needed")
    REFUSED = "refused", N_("Refused")
    MOVED = "moved", N_("Moved away")
    UNKNOWN = "unknown", N_("Not known")


class ConsentMethod(Labelled):
    ORAL = "oral", N_("Said so, and I noted it")
    PAPER = "paper", N_("On paper")
    PORTAL = "portal", N_("On the family page")
    WITHOUT = "without", N_("Without consent, for a reason")
    PENDING = "pending", N_("Not asked yet")
