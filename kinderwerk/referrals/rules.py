"""From pointing the way to going along, and who carries it until someone took over."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kinderwerk.core import ids
from kinderwerk.core.errors import Refusal, why_not
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


class Part(Labelled):
    """What can go along besides the name and the note. Nothing does unless somebody ticks it."""

    BORN = "born", N_("Date of birth")
    CARERS = "carers", N_("Names and telephone numbers of the parents")
    HOME = "home", N_("Neighbourhood")


class Shown(Labelled):
    """How the parents saw beforehand what is sent."""

    PAGE = "page", N_("On the family page")
    TOGETHER = "together", N_("We read it together")
    NOT = "not", N_("No, and for a reason")


class Helped(Labelled):
    YES = "yes", N_("Yes")
    SOME = "some", N_("A little")
    NO = "no", N_("No")


class Nudge(Labelled):
    """What takes too long, so that somebody asks how it stands."""

    NO_ANSWER = "no_answer", N_("No answer yet")
    NO_CONTACT = "no_contact", N_("No first contact yet")


_DECLINED: Final = (Status.DECLINED_BY_FAMILY, Status.DECLINED_BY_PARTNER)
#: With these somebody is handed to a partner. Who only points the way sends nothing about anybody.
HANDED: Final = frozenset({Kind.COLD, Kind.WARM, Kind.ACCOMPANIED, Kind.JOINT_SUPPORT})
#: From each status, those that can follow. Nothing goes back to before it was sent, news may come
#: late and pass over a step, and whatever happens a referral can be closed with what came of it.
#: What was closed is opened again only by `check_reopening`, for a reason.
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

#: What a partner can let be heard without an account.
BY_PARTNER: Final = (
    Status.RECEIVED, Status.FIRST_CONTACT, Status.TAKEN_OVER, Status.WAITING_LIST,
    Status.NOT_REACHED, Status.DECLINED_BY_PARTNER, Status.FEEDBACK,
)  # fmt: skip
#: The family no longer wants it, or it is over: the partner has nothing to say or to read any more.
STOPPED: Final = frozenset({Status.DECLINED_BY_FAMILY, Status.CLOSED, *UNSENT})

#: Then somebody of the partner has spoken with the family, at the latest.
MET: Final = frozenset({Status.FIRST_CONTACT, Status.TAKEN_OVER})
DECLINED: Final = frozenset(_DECLINED)

#: How long what partners let be heard stays in sight of who referred.
LATELY: Final = timedelta(days=91)
#: In working days after sending.
ANSWER_WITHIN: Final = 5
CONTACT_WITHIN: Final = 15
#: In working days after sending, the partner is asked again; after the last of them the protection
#: officer knows as well.
REMIND_AFTER: Final = (ANSWER_WITHIN, CONTACT_WITHIN)
#: Nobody at the partner has answered.
UNANSWERED: Final = (Status.SENT,)
#: Nobody of the partner has spoken with the family. A waiting list is an answer: who keeps watch
#: knows of it, and is not asked again each day.
UNCONTACTED: Final = (Status.SENT, Status.RECEIVED, Status.NOT_REACHED)
#: Sent, and nobody took over yet.
WAITING: Final = frozenset({*UNCONTACTED, Status.FIRST_CONTACT, Status.WAITING_LIST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Who agreed, how and when; or why it goes without, and whether the parents were told.

    `agreed` are those of the adults with custody who did; `parents` says that all of them did.
    With a reason it may go although one of them was not asked.
    """

    method: ConsentMethod = ConsentMethod.PENDING
    parents: bool = False
    young: bool = False
    agreed: frozenset[UUID] = frozenset()
    by: str = ""
    on: date | None = None
    reason: str | None = None
    parents_told: bool | None = None


@dataclass(frozen=True, slots=True)
class Holders:
    """Which adults have custody as far as is known, and which are not known to have none."""

    known: frozenset[UUID] = frozenset()
    possible: frozenset[UUID] = frozenset()

    @property
    def asked(self) -> frozenset[UUID]:
        return self.known or self.possible

    def enough(self, consent: Consent) -> bool:
        """Tell whether everybody agreed who has custody now.

        Who agreed once and has lost custody since no longer counts.
        """
        if self.known or consent.agreed:
            return bool(consent.agreed & self.asked) and self.known <= consent.agreed
        return consent.parents


NOBODY_KNOWN: Final = Holders()


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """How the parents saw what is sent, and on which day; or why not."""

    how: Shown
    on: date | None = None
    reason: str = ""


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
    parts: tuple[Part, ...] = ()
    once: UUID = field(default_factory=ids.confidential)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What can be made different until it is sent."""

    partner_id: UUID
    kind: Kind
    note: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of it: who took it over, who keeps watch meanwhile, with what it is closed.

    `once` is the mark of a form of the partner, which may be sent twice.
    """

    status: Status
    note: str | None = None
    taken_over_by: str | None = None
    watched_by: str | None = None
    outcome: Outcome | None = None
    once: UUID | None = None


class NobodyNamed(Refusal):
    message = N_("Choose who this is about.")
    field = "child_id"


class PartnerRetired(Refusal):
    message = N_("We no longer use this partner. Choose another one.")
    field = "partner_id"


class NoAgreement(Refusal):
    message = N_(
        "There is no agreement to share data with this partner that holds today. Nothing about the"
        " family may go there. Give them information, or point the way."
    )


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


class AskAgain(Refusal):
    message = N_(
        "Since they agreed, the child turned twelve or sixteen, or somebody else has custody. "
        "Ask again before it goes."
    )


class NotShown(Refusal):
    message = N_("Note first that the parents read what is sent, or why not.")


class WhyNotShown(Refusal):
    message = N_("Say why the parents do not see it first.")
    field = "shown_reason"


class NoWayBack(Refusal):
    message = N_("Only what is closed can be opened again.")


class WhyAgain(Refusal):
    message = N_("Say why it goes on.")
    field = "reason"


class NotFromHere(Refusal):
    message = N_("That cannot follow from where it stands now.")


class IsSent(Refusal):
    message = N_("This was sent already. What the partner has can no longer be changed.")


class IsClosed(Refusal):
    message = N_("This referral is closed.")


class NobodyTookOver(Refusal):
    message = N_("Say by name who took over at the partner.")
    field = "taken_over_by"


class NobodyWatches(Refusal):
    message = N_("Say who keeps watch while the family waits.")
    field = "watched_by"


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


def check_consent(
    consent: Consent, age: int | None, today: date, holders: Holders = NOBODY_KNOWN
) -> None:
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
    excused = bool(consent.agreed and consent.reason)
    if Party.PARENTS in asked(age) and not excused and not holders.enough(consent):
        raise ParentsNotAsked
    if Party.YOUNG in asked(age) and not consent.young:
        raise YoungNotAsked


def _check_without(consent: Consent) -> None:
    if not consent.reason:
        raise NoReason
    if consent.parents_told is None:
        raise ToldOrNot


def ready(method: ConsentMethod, kind: Kind) -> Status:
    """Return where a referral stands that is not sent yet."""
    waits = method is ConsentMethod.PENDING and kind in HANDED
    return Status.CONSENT_PENDING if waits else Status.PREPARED


def check_step(now: Status, consent: ConsentMethod, step: Step, kind: Kind = Kind.WARM) -> None:
    """Refuse what cannot follow, sending unasked, taking over by nobody, closing with nothing."""
    if now is Status.CLOSED:
        raise IsClosed
    if step.status is Status.SENT and ready(consent, kind) is Status.CONSENT_PENDING:
        raise NotAskedYet
    if step.status not in NEXT[now] or step.status in BY_CONSENT:
        raise NotFromHere
    if step.status is Status.TAKEN_OVER and not step.taken_over_by:
        raise NobodyTookOver
    if step.status is Status.WAITING_LIST and not step.watched_by:
        raise NobodyWatches
    if step.status is Status.CLOSED and step.outcome is None:
        raise NoOutcome


def check_still(consent: Consent, age: int | None, today: date, holders: Holders) -> None:
    """Ask the same again when it is sent, with the age and the custody of that day."""
    try:
        check_consent(consent, age, today, holders)
    except (ParentsNotAsked, YoungNotAsked):
        raise AskAgain from None


def why_again(consent: Consent, age: int | None, today: date, holders: Holders) -> Refusal | None:
    """Return why they are to be asked again, where somebody was asked before."""
    if consent.method in (ConsentMethod.PENDING, ConsentMethod.WITHOUT):
        return None
    return why_not(lambda: check_still(consent, age, today, holders))


def check_showing(showing: Showing, today: date) -> None:
    if showing.how is Shown.NOT and not showing.reason:
        raise WhyNotShown
    if showing.on and showing.on > today:
        raise NotYet


def check_reopening(now: Status, reason: str) -> None:
    if now is not Status.CLOSED:
        raise NoWayBack
    if not reason:
        raise WhyAgain


def answers(now: Status) -> list[Status]:
    """Return what the partner can say happened next."""
    return [status for status in NEXT[now] if status in BY_PARTNER]


def reminders(since: date, today: date, free: Container[date] = ()) -> int:
    """Return how often the partner should have been reminded by now."""
    return sum(today > after(since, many, free) for many in REMIND_AFTER)


def following(now: Status) -> list[Status]:
    """Return what people can say happened next."""
    return [status for status in NEXT[now] if status not in BY_CONSENT]


def course(history: Sequence[Status]) -> tuple[list[Status], int]:
    """Return what happened and what lies ahead in one line, and where in it we are, from 1.

    `history` is every status in the order in which they came; the last is where it stands.
    """
    again = max((at for at, one in enumerate(history[:-1]) if one is Status.CLOSED), default=-1)
    history, now = history[again + 1 :], history[-1]
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
