"""From pointing the way to going along, and who carries it until someone took over."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kinderwerk.core import ids
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.core.working_days import after


class Kind(Labelled):
    INFORMATION = "information", N_("Gave information")
    SIGNPOSTING = "signposting", N_("Pointed the way")
    COLD = "cold", N_("Referred")
    WARM = "warm", N_("Warm handover")
    ACCOMPANIED = "accompanied", N_("Went along")
    JOINT_SUPPORT = "joint_support", N_("Keep working together")


class Subject(Labelled):
    CHILD = "child", N_("This child")
    FAMILY = "family", N_("The whole family")


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


class Party(Labelled):
    """Who is asked to agree."""

    PARENTS = "parents", N_("The parents")
    YOUNG = "young", N_("The child itself")


class Nudge(Labelled):
    """What takes too long, so that somebody asks how it stands."""

    NO_ANSWER = "no_answer", N_("No answer yet")
    NO_CONTACT = "no_contact", N_("No first contact yet")


_DECLINED: Final = (Status.DECLINED_BY_FAMILY, Status.DECLINED_BY_PARTNER)
#: From each status, those that can follow. Nothing goes back to before it was sent, news may come
#: late and pass over a step, and whatever happens a referral can be closed with what came of it.
NEXT: Final[Mapping[Status, Sequence[Status]]] = MappingProxyType(
    {
        Status.PREPARED: (
            Status.SENT, Status.CONSENT_PENDING, Status.DECLINED_BY_FAMILY, Status.CLOSED,
        ),
        Status.CONSENT_PENDING: (Status.PREPARED, Status.DECLINED_BY_FAMILY, Status.CLOSED),
        Status.SENT: (
            Status.RECEIVED, Status.FIRST_CONTACT, Status.TAKEN_OVER, Status.WAITING_LIST,
            Status.NOT_REACHED, *_DECLINED, Status.CLOSED,
        ),
        Status.RECEIVED: (
            Status.FIRST_CONTACT, Status.TAKEN_OVER, Status.WAITING_LIST, Status.NOT_REACHED,
            *_DECLINED, Status.CLOSED,
        ),
        Status.FIRST_CONTACT: (
            Status.TAKEN_OVER, Status.WAITING_LIST, *_DECLINED, Status.ENDED, Status.FEEDBACK,
            Status.CLOSED,
        ),
        Status.WAITING_LIST: (
            Status.FIRST_CONTACT, Status.TAKEN_OVER, Status.NOT_REACHED, *_DECLINED, Status.CLOSED,
        ),
        Status.NOT_REACHED: (
            Status.FIRST_CONTACT, Status.TAKEN_OVER, Status.WAITING_LIST, *_DECLINED,
            Status.FEEDBACK, Status.CLOSED,
        ),
        Status.TAKEN_OVER: (
            Status.ENDED, Status.DECLINED_BY_FAMILY, Status.FEEDBACK, Status.CLOSED,
        ),
        Status.DECLINED_BY_FAMILY: (Status.FEEDBACK, Status.CLOSED),
        Status.DECLINED_BY_PARTNER: (Status.FEEDBACK, Status.CLOSED),
        Status.ENDED: (Status.FEEDBACK, Status.CLOSED),
        Status.FEEDBACK: (Status.CLOSED,),
        Status.CLOSED: (),
    }
)  # fmt: skip
#: How it goes when all goes well.
MAIN: Final = (
    Status.PREPARED, Status.SENT, Status.RECEIVED, Status.FIRST_CONTACT, Status.TAKEN_OVER,
    Status.FEEDBACK, Status.CLOSED,
)  # fmt: skip
#: As long as it is one of these, the partner knows nothing and everything can still be changed.
UNSENT: Final = frozenset({Status.PREPARED, Status.CONSENT_PENDING})
#: Where consent is noted, and not by hand.
BY_CONSENT: Final = UNSENT
#: After these somebody at the partner carries it, or nobody has to any more.
OVER: Final = frozenset({*_DECLINED, Status.ENDED, Status.FEEDBACK, Status.CLOSED})

#: How long what partners let be heard stays in sight of who referred.
LATELY: Final = timedelta(days=91)
#: In working days after sending.
ANSWER_WITHIN: Final = 5
CONTACT_WITHIN: Final = 15
#: Nobody at the partner has answered.
UNANSWERED: Final = (Status.SENT,)
#: Nobody of the partner has spoken with the family. A waiting list is an answer: who keeps watch
#: knows of it, and is not asked again each day.
UNCONTACTED: Final = (Status.SENT, Status.RECEIVED, Status.NOT_REACHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Who agreed, how and when; or why it goes without, and whether the parents were told."""

    method: ConsentMethod = ConsentMethod.PENDING
    parents: bool = False
    young: bool = False
    by: str = ""
    on: date | None = None
    reason: str | None = None
    parents_told: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepare:
    """A referral as somebody wants it; of a family known by one of its children, or by itself.

    `once` is the mark of the form, which may be sent twice.
    """

    partner_id: UUID
    kind: Kind
    subject: Subject
    child_id: UUID | None
    family_id: UUID | None = None
    note: str
    consent: Consent = Consent()
    signal_id: UUID | None = None
    trajectory_id: UUID | None = None
    once: UUID = field(default_factory=ids.confidential)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What can be made different until it is sent."""

    partner_id: UUID
    kind: Kind
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of it: by whose name it was taken over, and with what it is closed."""

    status: Status
    note: str | None = None
    taken_over_by: str | None = None
    outcome: Outcome | None = None


class NobodyNamed(Refusal):
    message = N_("Choose who this is about.")
    field = "child_id"


class PartnerRetired(Refusal):
    message = N_("We no longer use this partner. Choose another one.")
    field = "partner_id"


class NoReason(Refusal):
    message = N_("Say why it goes without consent: who is in danger, and of what.")
    field = "consent_reason"


class ToldOrNot(Refusal):
    message = N_("Say whether the parents were told.")
    field = "parents_told"


class ParentsNotAsked(Refusal):
    message = N_("Until sixteen the parents have to agree: everybody with custody.")
    field = "parents_agreed"


class YoungNotAsked(Refusal):
    message = N_("From twelve on the child itself has to agree.")
    field = "young_agreed"


class NoName(Refusal):
    message = N_("Say who agreed, by name.")
    field = "consent_by"


class NoDay(Refusal):
    message = N_("Say on which day they agreed.")
    field = "consent_on"


class NotYet(Refusal):
    message = N_("Consent cannot be given in the future.")
    field = "consent_on"


class NotAskedYet(Refusal):
    message = N_("Note first who agreed, or why it goes without consent.")


class NotFromHere(Refusal):
    message = N_("That cannot follow from where it stands now.")


class IsSent(Refusal):
    message = N_("This was sent already. What the partner has can no longer be changed.")


class IsClosed(Refusal):
    message = N_("This referral is closed.")


class NobodyTookOver(Refusal):
    message = N_("Say by name who took over at the partner.")
    field = "taken_over_by"


class NoOutcome(Refusal):
    message = N_("Say what came of it.")
    field = "outcome"


def asked(age: int | None) -> frozenset[Party]:
    """Return who agrees at that age in years; for a whole family, which has none, the parents."""
    if age is None or age < 12:
        return frozenset({Party.PARENTS})
    return frozenset({Party.YOUNG}) if age >= 16 else frozenset(Party)


def check_subject(wish: Prepare) -> None:
    if wish.child_id is None and (wish.subject is Subject.CHILD or wish.family_id is None):
        raise NobodyNamed


def check_consent(consent: Consent, age: int | None, today: date) -> None:
    """Refuse consent of too few people or without a name and a day, and going without silently."""
    if consent.method is ConsentMethod.PENDING:
        return
    if consent.method is ConsentMethod.WITHOUT:
        _check_without(consent)
        return
    if not consent.by:
        raise NoName
    if consent.on is None:
        raise NoDay
    if consent.on > today:
        raise NotYet
    if Party.PARENTS in asked(age) and not consent.parents:
        raise ParentsNotAsked
    if Party.YOUNG in asked(age) and not consent.young:
        raise YoungNotAsked


def _check_without(consent: Consent) -> None:
    if not consent.reason:
        raise NoReason
    if consent.parents_told is None:
        raise ToldOrNot


def ready(method: ConsentMethod) -> Status:
    """Return where a referral stands that is not sent yet."""
    return Status.CONSENT_PENDING if method is ConsentMethod.PENDING else Status.PREPARED


def check_step(now: Status, consent: ConsentMethod, step: Step) -> None:
    """Refuse what cannot follow, sending unasked, taking over by nobody, closing with nothing."""
    if now is Status.CLOSED:
        raise IsClosed
    if step.status is Status.SENT and consent is ConsentMethod.PENDING:
        raise NotAskedYet
    if step.status not in NEXT[now] or step.status in BY_CONSENT:
        raise NotFromHere
    if step.status is Status.TAKEN_OVER and not step.taken_over_by:
        raise NobodyTookOver
    if step.status is Status.CLOSED and step.outcome is None:
        raise NoOutcome


def following(now: Status) -> list[Status]:
    """Return what people can say happened next."""
    return [status for status in NEXT[now] if status not in BY_CONSENT]


def course(history: Sequence[Status]) -> tuple[list[Status], int]:
    """Return what happened and what lies ahead in one line, and where in it we are, from 1.

    `history` is every status in the order in which they came; the last is where it stands.
    """
    now = history[-1]
    past = [status for status in dict.fromkeys(history[:-1]) if status is not now]
    reached = max((MAIN.index(one) for one in history if one in MAIN), default=-1)
    ahead = [
        status
        for status in MAIN[reached + 1 :]
        if now not in OVER or status in (Status.FEEDBACK, Status.CLOSED)
    ]
    return [*past, now, *ahead], len(past) + 1


def nudge(
    status: Status, sent_on: date | None, today: date, free: Container[date] = ()
) -> Nudge | None:
    """Tell what takes longer than it should, in working days."""
    if sent_on is None:
        return None
    if status in UNCONTACTED and today > after(sent_on, CONTACT_WITHIN, free):
        return Nudge.NO_CONTACT
    if status in UNANSWERED and today > after(sent_on, ANSWER_WITHIN, free):
        return Nudge.NO_ANSWER
    return None
