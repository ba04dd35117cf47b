"""What a case of the reporting code holds, what is still missing, and what may be decided."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.naming import named_in
from kinderwerk.core.words import N_, Labelled

LONGEST: Final = 4000
#: In how many days somebody looks again, unless they choose another day.
REVIEW_DAYS: Final = 7
AFTER_CLOSING: Final = timedelta(days=14)


class ProtocolName(Labelled):
    NL_MELDCODE = "nl_meldcode", N_("Reporting code (the Netherlands)")
    DE_8A = "de_8a", N_("Procedure of § 8a (Germany)")


class Status(Labelled):
    OPEN = "open", N_("Running")
    CLOSED = "closed", N_("Closed")


class Ending(Labelled):
    NO_SUSPICION = "no_suspicion", N_("No suspicion after all")
    SAFE = "safe", N_("Safe, with help")
    TAKEN_OVER = "taken_over", N_("Reported, and somebody else has taken over")
    MOVED = "moved", N_("Moved away, and handed over there")
    OTHER = "other", N_("For another reason")


class Need(Labelled):
    """What a step needs to be done."""

    FACT = "fact", N_("A fact, as it was seen or heard")
    CONSULTATION = "consultation", N_("A consultation, or why there is none")
    TALK_PARENTS = "talk_parents", N_("The talk with the parents, or why there is none")
    TALK_CHILD = "talk_child", N_("The talk with the child, or why there is none")
    WEIGHING = "weighing", N_("The five questions")
    ASSESSMENT = "assessment", N_("The danger, in one word")
    DECISION_REPORT = "decision_report", N_("The decision whether to report")
    DECISION_HELP = "decision_help", N_("The decision about help")


class EntryKind(Labelled):
    KINDCHECK = "kindcheck", N_("Child check")
    CONSULTATION = "consultation", N_("Consultation")
    TALK_PARENTS = "talk_parents", N_("Talk with the parents")
    TALK_CHILD = "talk_child", N_("Talk with the child")
    ASSESSMENT = "assessment", N_("The danger, in one word")
    REPORT = "report", N_("The report")
    FOLLOW_UP = "follow_up", N_("Following up")


class Whom(Labelled):
    COLLEAGUE = "colleague", N_("A colleague")
    OFFICER = "officer", N_("The protection officer")
    ADVISER = "adviser", N_("Who advises from outside")
    EXPERT = "expert", N_("An expert on injuries")


class Finding(Labelled):
    """What a child check or an assessment came to."""

    NO_CONCERN = "no_concern", N_("No concern")
    CONCERN = "concern", N_("Concern")
    UNCLEAR = "unclear", N_("Not clear")
    REFUSED = "refused", N_("They did not want to talk about it")
    NO_NEED = "no_danger_no_need", N_("No danger, and no help needed")
    NEED = "no_danger_but_need", N_("No danger, but help is needed")
    LATENT = "latent_danger", N_("Latent danger")
    ACUTE = "acute_danger", N_("Acute danger")


class About(Labelled):
    """The two decisions, in this order."""

    REPORT = "report", N_("Is it necessary to report?")
    HELP = "help", N_("Is it possible to give or organise help (too)?")


class Choice(Labelled):
    """Whether a child wants to be there when it is talked about."""

    ALONE = "alone", N_("Talk with us alone")
    WITH_SOMEBODY = "with_somebody", N_("Talk with somebody it trusts")
    WITH_PARENTS = "with_parents", N_("Be there with the parents")
    NOT = "not", N_("Not take part")


FINDINGS: Final[Mapping[EntryKind, Sequence[Finding]]] = {
    EntryKind.KINDCHECK: (
        Finding.NO_CONCERN, Finding.CONCERN, Finding.UNCLEAR, Finding.REFUSED,
    ),
    EntryKind.ASSESSMENT: (Finding.NO_NEED, Finding.NEED, Finding.LATENT, Finding.ACUTE),
}  # fmt: skip
#: What may also be written down as not having happened, with the reason.
MAY_FAIL: Final = frozenset({EntryKind.CONSULTATION, EntryKind.TALK_PARENTS, EntryKind.TALK_CHILD})
#: Which need each kind of entry meets.
MEETS: Final[Mapping[EntryKind, Need]] = {
    EntryKind.CONSULTATION: Need.CONSULTATION,
    EntryKind.TALK_PARENTS: Need.TALK_PARENTS,
    EntryKind.TALK_CHILD: Need.TALK_CHILD,
    EntryKind.ASSESSMENT: Need.ASSESSMENT,
}
DECIDES: Final[Mapping[About, Need]] = {
    About.REPORT: Need.DECISION_REPORT,
    About.HELP: Need.DECISION_HELP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A case as it begins: about which children of the family."""

    signal_id: UUID
    child_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is sealed of an entry: who was there, what was said, what came back, what was agreed."""

    said: str
    who: str = ""
    answer: str = ""
    agreed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was done in a case; what was not `held` says why in its words."""

    kind: EntryKind
    day: date
    words: Words
    held: bool = True
    whom: Whom | None = None
    nameless: bool = False
    finding: Finding | None = None
    children_count: int | None = None
    care_shared: bool | None = None
    parents_told: bool | None = None
    review_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    about: About
    yes: bool
    motive: str
    decider_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildTold:
    """What was done for the child itself: each on a day, or the reason why not."""

    informed_on: date | None = None
    choice: Choice | None = None
    outcome_told_on: date | None = None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    ending: Ending
    why: str
    knows_missing: bool = False


class NobodyNamed(Refusal):
    message = N_("Say first on the signal which child or family it is about.")


class RunsAlready(Refusal):
    message = N_("A case runs about this signal already.")


class SignalIsClosed(Refusal):
    message = N_("This signal is closed. Open it again first.")


class NamesInside(Refusal):
    message = N_("This is asked without names, and there are names in it: %(places)s")
    field = "said"


class NotYet(Refusal):
    message = N_("Choose a day that has been.")
    field = "day"


class NoWhom(Refusal):
    message = N_("Say with whom you talked it over.")
    field = "whom"


class NoFinding(Refusal):
    message = N_("Say what it came to.")
    field = "finding"


class ToldOrNot(Refusal):
    message = N_("Say whether the parents were told.")
    field = "parents_told"


class WhyNotTold(Refusal):
    message = N_("Say why the parents were not told.")
    field = "answer"


class NoReview(Refusal):
    message = N_("Say when somebody looks again.")
    field = "review_on"


class ReviewInThePast(Refusal):
    message = N_("Choose a day from today on.")
    field = "review_on"


class ReportFirst(Refusal):
    message = N_("First decide whether it is necessary to report, then about help.")


class NotYourself(Refusal):
    message = N_("Somebody else has to agree: not who decided, nor who wrote it down.")


class SaidAlready(Refusal):
    message = N_("Somebody has agreed with this decision already.")


class IsClosed(Refusal):
    message = N_("This case is closed. Open it again first.")


class StillMissing(Refusal):
    message = N_("Some steps are still missing. Say that you know it, or do them first.")
    field = "knows_missing"


def check_entry(wish: Entry, today: date, names: Iterable[str], *, always_nameless: bool) -> None:
    """Refuse what lies ahead, what does not say what it must, and names where none may be."""
    if wish.day > today:
        raise NotYet
    if wish.kind is EntryKind.CONSULTATION and wish.held and wish.whom is None:
        raise NoWhom
    if wish.kind is EntryKind.CONSULTATION and is_nameless(wish, always=always_nameless):
        check_nameless(wish.words, names)
    if wish.kind in FINDINGS and wish.finding not in FINDINGS[wish.kind]:
        raise NoFinding
    if wish.kind is EntryKind.REPORT:
        check_told(wish)
    if wish.kind is EntryKind.FOLLOW_UP:
        check_review(wish.review_on, today)


def check_told(wish: Entry) -> None:
    if wish.parents_told is None:
        raise ToldOrNot
    if not wish.parents_told and not wish.words.answer:
        raise WhyNotTold


def is_nameless(wish: Entry, *, always: bool) -> bool:
    """Tell whether nobody may be named; who advises from outside may never hear names there."""
    return wish.nameless or (always and wish.whom is Whom.ADVISER)


def check_review(review_on: date | None, today: date) -> None:
    if review_on is None:
        raise NoReview
    if review_on < today:
        raise ReviewInThePast


def check_nameless(words: Words, names: Iterable[str]) -> None:
    """Refuse words in which somebody of the family is named, and show where."""
    told = " ".join((words.said, words.answer, words.agreed))
    if found := list(named_in(told, names)):
        raise NamesInside(places="; ".join(found))


def check_decision(known: Collection[About], wish: Decision) -> None:
    if wish.about is About.HELP and About.REPORT not in known:
        raise ReportFirst


def check_second(by_id: UUID | None, decision_by: UUID, decider_id: UUID) -> None:
    if by_id in (decision_by, decider_id):
        raise NotYourself
