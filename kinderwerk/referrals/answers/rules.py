"""What a partner may say, and why not."""

from dataclasses import dataclass
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.referrals import rules
from kinderwerk.referrals.rules import Status, Step

LONGEST: Final = 1000


class Stopped(Refusal):
    """The family no longer wants it, or it was closed: nothing is said about anybody any more."""

    message = N_("This referral has stopped. Please forget what you have of it.")


class WrongCode(Refusal):
    """The same for a code that is wrong, was never given, or was tried too often."""

    message = N_("This code does not open the note. Call us for a new one.")
    field = "code"


class NoLink(Refusal):
    message = N_("There is no mail address of this partner. Give the letter, and call.")


class NobodyCalled(Refusal):
    message = N_("Say to whom you read the code out, by name.")
    field = "to"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A code as it is read out, and to whom."""

    code: str
    to: str

    @property
    def in_pairs(self) -> list[str]:
        return [self.code[at : at + 2] for at in range(0, len(self.code), 2)]


def check(now: Status, step: Step) -> None:
    """Refuse what a partner cannot say from here; the same again adds a line."""
    if now in rules.STOPPED:
        raise Stopped
    if step.status is not now and step.status not in rules.answers(now):
        raise rules.NotFromHere
    if step.status is Status.TAKEN_OVER and not step.taken_over_by:
        raise rules.NobodyTookOver
    if step.status is Status.WAITING_LIST and not step.watched_by:
        raise rules.NobodyWatches
    if step.status is Status.FEEDBACK and step.outcome is None:
        raise rules.NoOutcome
