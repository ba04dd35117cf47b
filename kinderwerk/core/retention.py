"""What each table holds of whom, and by which line of the table of terms it goes."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

from kinderwerk.core.words import N_, Labelled


class Whose(Labelled):
    """Of whom a table holds something."""

    NOBODY = "nobody", N_("Nobody")
    STAFF = "staff", N_("People at work")
    FAMILY = "family", N_("Children and their families")
    ANYBODY = "anybody", N_("Whoever has an address with us")


class Unit(Labelled):
    DAYS = "days", N_("days")
    MONTHS = "months", N_("months")


class Ending(Labelled):
    """What happens when a term is over."""

    DELETE = "delete", N_("It is deleted")
    ANONYMISE = "anonymise", N_("It is deleted, and only counts stay")
    REVIEW = "review", N_("Somebody looks whether it may go")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as people agree on it."""

    amount: int
    unit: Unit = Unit.MONTHS

    def before(self, day: date) -> date:
        """Return the last day on which something must have begun, to be over on this day."""
        return self._moved(day, -1)

    def after(self, day: date) -> date:
        """Return the first day on which what began on this day is over."""
        over = self._moved(day, 1)
        while self.before(over) < day:  # the 31st of a month, in a month of 30 days
            over += timedelta(days=1)
        return over

    def _moved(self, day: date, sign: int) -> date:
        if self.unit is Unit.DAYS:
            return day + timedelta(days=sign * self.amount)
        months = day.year * 12 + day.month - 1 + sign * self.amount
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Line(Labelled):
    """The lines of the table of terms that an organisation confirms."""

    SIGNUP_OPEN = "signup_open", N_("Sign-ups without a place, and waiting lists")
    CHILD = "child", N_("What we know of a child and its family, and when it came")
    MEDICAL = "medical", N_("What helpers must know of a child's health")
    GUARDIAN = "guardian", N_("Accounts of parents")
    SIGNAL_LOW = "signal_low", N_("Signals: noticed, or a concern")
    SIGNAL_HIGH = "signal_high", N_("Signals: serious, or acute")
    CASE_UNREPORTED = "case_unreported", N_("Reporting code, without a report")
    CASE_REPORTED = "case_reported", N_("Reporting code, with a report")
    REFERRAL = "referral", N_("Referrals")
    SUPPORT = "support", N_("Parenting support over some time")
    CONSENT = "consent", N_("Who agreed to what")
    INCIDENT_MINOR = "incident_minor", N_("Small accidents and incidents")
    INCIDENT_SERIOUS = "incident_serious", N_("Accidents with treatment or liability")
    STAFF = "staff", N_("Accounts of volunteers and people at work")
    CRIMINAL_RECORD = "criminal_record", N_("That a certificate of good conduct was seen")
    PHOTO = "photo", N_("Photographs")
    CHILD_VOICE = "child_voice", N_("What children told us without their name")
    LETTERBOX = "letterbox", N_("Letters of children, and our answers")
    CONVERSATION = "conversation", N_("Register of confidential talks")
    PEER = "peer", N_("Peer consultation")
    LEARNING = "learning", N_("Learning reviews and lessons")
    PARTNER_LINK = "partner_link", N_("Links with which partners answered")
    DRAFT = "draft", N_("Drafts that were not sent")
    OFFLINE = "offline", N_("Lists on a telephone without network")
    OUTBOX = "outbox", N_("Messages that were sent")
    IMPORT_UNDO = "import_undo", N_("Imports that can still be undone")
    INVITATION = "invitation", N_("Invitations")
    TRAIL_SENSITIVE = "trail_sensitive", N_("Access log: what is confidential")
    TRAIL = "trail", N_("Access log: everything else")
    BACKUP = "backup", N_("Backups")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A proposal for one line: when it starts, how long, what then, and on what it rests."""

    starts: str
    span: Span
    ending: Ending
    rests_on: str = N_("Our proposal; no law names a term")


def _days_of(amount: int) -> Span:
    return Span(amount, Unit.DAYS)


_CLOSING: Final = N_("The day it was closed")
_CREATED: Final = N_("The day it was made")

TERMS: Final[dict[Line, Term]] = {
    Line.SIGNUP_OPEN: Term(
        starts=N_("The last day of the activity"), span=Span(3), ending=Ending.DELETE
    ),
    Line.CHILD: Term(
        starts=N_("The last time the child came, or had a place"), span=Span(24),
        ending=Ending.ANONYMISE,
    ),
    Line.MEDICAL: Term(
        starts=N_("The end of the season"), span=Span(1), ending=Ending.DELETE
    ),
    Line.GUARDIAN: Term(
        starts=N_("The last sign-in without a child here"), span=Span(12), ending=Ending.DELETE
    ),
    Line.SIGNAL_LOW: Term(starts=_CLOSING, span=Span(12), ending=Ending.ANONYMISE),
    Line.SIGNAL_HIGH: Term(starts=_CLOSING, span=Span(24), ending=Ending.ANONYMISE),
    Line.CASE_UNREPORTED: Term(starts=_CLOSING, span=Span(60), ending=Ending.REVIEW),
    Line.CASE_REPORTED: Term(
        starts=N_("The day it was closed, and the youngest child is 18"), span=Span(60),
        ending=Ending.REVIEW,
        rests_on=N_("Veilig Thuis keeps its own file until the youngest child is 18"),
    ),
    Line.REFERRAL: Term(starts=_CLOSING, span=Span(24), ending=Ending.ANONYMISE),
    Line.SUPPORT: Term(
        starts=_CLOSING, span=Span(24), ending=Ending.REVIEW,
        rests_on=N_("180 months where the Wmo 2015 pays for it, 240 where it is youth care"),
    ),
    Line.CONSENT: Term(
        starts=N_("The day on which the child's details went"), span=Span(60),
        ending=Ending.DELETE,
    ),
    Line.INCIDENT_MINOR: Term(starts=_CREATED, span=Span(24), ending=Ending.DELETE),
    Line.INCIDENT_SERIOUS: Term(
        starts=N_("The day the child is 18"), span=Span(60), ending=Ending.REVIEW,
        rests_on=N_("Claims of a minor run until five years after the 18th birthday (BW 3:310)"),
    ),
    Line.STAFF: Term(
        starts=N_("The day the last role ended"), span=Span(24), ending=Ending.ANONYMISE
    ),
    Line.CRIMINAL_RECORD: Term(
        starts=N_("The day the last role ended"), span=Span(3), ending=Ending.DELETE
    ),
    Line.PHOTO: Term(
        starts=N_("The day the consent ended, or the last day of the activity"),
        span=_days_of(30), ending=Ending.DELETE,
    ),
    Line.CHILD_VOICE: Term(starts=_CREATED, span=Span(24), ending=Ending.DELETE),
    Line.LETTERBOX: Term(starts=_CLOSING, span=Span(24), ending=Ending.DELETE),
    Line.CONVERSATION: Term(starts=_CREATED, span=Span(24), ending=Ending.DELETE),
    Line.PEER: Term(starts=_CLOSING, span=Span(24), ending=Ending.ANONYMISE),
    Line.LEARNING: Term(
        starts=N_("The day it was closed; a lesson: since it stands as it stands"),
        span=Span(60), ending=Ending.DELETE,
    ),
    Line.PARTNER_LINK: Term(
        starts=N_("The day it stopped working"), span=_days_of(30), ending=Ending.DELETE
    ),
    Line.DRAFT: Term(
        starts=N_("The day somebody last wrote in it"), span=_days_of(30), ending=Ending.DELETE
    ),
    Line.OFFLINE: Term(
        starts=N_("The last time the telephone fetched them"), span=_days_of(3),
        ending=Ending.DELETE, rests_on=N_("The telephone keeps to this by itself"),
    ),
    Line.OUTBOX: Term(
        starts=N_("The day it was sent, or given up"), span=_days_of(30), ending=Ending.DELETE
    ),
    Line.IMPORT_UNDO: Term(starts=_CREATED, span=_days_of(1), ending=Ending.DELETE),
    Line.INVITATION: Term(
        starts=N_("The day it was accepted, withdrawn or too old"), span=Span(3),
        ending=Ending.DELETE,
    ),
    Line.TRAIL_SENSITIVE: Term(
        starts=N_("The day of the entry"), span=Span(60), ending=Ending.DELETE,
        rests_on=N_("NEN 7513 asks for at least five years in health care"),
    ),
    Line.TRAIL: Term(starts=N_("The day of the entry"), span=Span(24), ending=Ending.DELETE),
    Line.BACKUP: Term(starts=_CREATED, span=_days_of(35), ending=Ending.DELETE),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Of whom a table holds something, and how that goes: in one of four ways.

    By a line of the table of terms; along with a row of another table; by work that recurs and
    leaves nothing older than a day or two; or not at all, for a reason.
    """

    whose: Whose
    line: Line | None = None
    along: str | None = None
    tidied: str | None = None
    stays: str | None = None

    @classmethod
    def by(cls, whose: Whose, line: Line) -> Self:
        return cls(whose=whose, line=line)

    @classmethod
    def with_(cls, whose: Whose, table: str) -> Self:
        return cls(whose=whose, along=table)

    @classmethod
    def tidied_by(cls, whose: Whose, job: str) -> Self:
        return cls(whose=whose, tidied=job)

    @classmethod
    def kept(cls, reason: str, whose: Whose = Whose.NOBODY) -> Self:
        return cls(whose=whose, stays=reason)

    @property
    def personal(self) -> bool:
        return self.whose is not Whose.NOBODY
