"""What a parent may say of a referral of theirs."""

from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.referrals.rules import Status

LONGEST: Final = 1000
#: How it stands, in the words of the family.
SAID: Final = {
    Status.PREPARED: N_("Not sent yet"),
    Status.CONSENT_PENDING: N_("Not sent yet"),
    Status.SENT: N_("Sent"),
    Status.RECEIVED: N_("They have it"),
    Status.FIRST_CONTACT: N_("They have spoken with you"),
    Status.TAKEN_OVER: N_("They help you now"),
    Status.WAITING_LIST: N_("You are on their waiting list"),
    Status.NOT_REACHED: N_("They could not reach you"),
    Status.DECLINED_BY_FAMILY: N_("You do not want it"),
    Status.DECLINED_BY_PARTNER: N_("They cannot do it"),
    Status.ENDED: N_("It has ended"),
    Status.FEEDBACK: N_("They told us how it went"),
    Status.CLOSED: N_("It is closed"),
}
#: Then the family can say whether it helped.
ASKED: Final = frozenset({Status.TAKEN_OVER, Status.ENDED, Status.FEEDBACK, Status.CLOSED})


class SentAlready(Refusal):
    message = N_("It was sent already.")


class NotToStop(Refusal):
    message = N_("There is nothing to stop any more.")


class TooEarly(Refusal):
    message = N_("Wait until somebody helps you.")
