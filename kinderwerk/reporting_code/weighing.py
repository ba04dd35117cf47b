"""The five questions of weighing: where each answer leads, and what may be answered next. Pure.

Answers only grow. The newest to a question counts, as long as it is newer than the answer on which
it rests: whoever changes an answer goes through the questions after it again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled


class Question(Labelled):
    SUSPICION = "1", N_("Do I suspect violence at home or child abuse, or a threat of it?")
    UNSAFE = "2", N_("Is there acute or structural unsafety?")
    ABLE = "3", N_("Can I give or organise help that averts further violence or abuse?")
    WILLING = "4", N_("Do those involved accept the help, and will they commit themselves?")
    WORKED = "5", N_("Did the help make it safe and well for all, within the term agreed?")


class Reply(Labelled):
    YES = "yes", N_("Yes")
    NO = "no", N_("No")
    UNCLEAR = "unclear", N_("Not clear")


class Unsafety(Labelled):
    ACUTE = "acute", N_("Acute: there is danger now")
    STRUCTURAL = "structural", N_("Structural: it happens again and again")
    DISCLOSED = "disclosed", N_("Somebody tells it about themselves, and asks for help")


class End(Labelled):
    RECORDED = "recorded", N_("No suspicion: close it, and keep it on record")
    REPORT = "report", N_("Report it")
    ADVICE = "advice", N_("In doubt: ask for advice, then answer again")
    FOLLOWED = "followed", N_("Safe: close it, with agreements for following up")


#: Where an answer leads; what is not clear leads to advice, whichever question it is.
FLOW: Final[Mapping[tuple[Question, Reply], Question | End]] = MappingProxyType(
    {
        (Question.SUSPICION, Reply.NO): End.RECORDED,
        (Question.SUSPICION, Reply.YES): Question.UNSAFE,
        (Question.UNSAFE, Reply.YES): End.REPORT,
        (Question.UNSAFE, Reply.NO): Question.ABLE,
        (Question.ABLE, Reply.NO): End.REPORT,
        (Question.ABLE, Reply.YES): Question.WILLING,
        (Question.WILLING, Reply.NO): End.REPORT,
        (Question.WILLING, Reply.YES): Question.WORKED,
        (Question.WORKED, Reply.NO): End.REPORT,
        (Question.WORKED, Reply.YES): End.FOLLOWED,
        **{(question, Reply.UNCLEAR): End.ADVICE for question in Question},
    }
)
#: Once it is unsafe, these are gone through together with who hears the report.
TOGETHER: Final = (Question.ABLE, Question.WILLING, Question.WORKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One answer with its reason; help that is accepted has a term."""

    question: Question
    reply: Reply
    motive: str = ""
    unsafety: Unsafety | None = None
    term_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Which answers count, what is asked next, and where it ended if it did."""

    path: tuple[tuple[Question, Reply], ...]
    next: Question | None
    end: End | None

    @property
    def open(self) -> tuple[Question, ...]:
        """Return what may be answered now: again, or for the first time."""
        known = tuple(question for question, _ in self.path)
        return known if self.next is None else (*known, self.next)


class NotAskedYet(Refusal):
    message = N_("This question comes after the others. Answer those first.")


class NoMotive(Refusal):
    message = N_("Say why, in a sentence or two.")
    field = "motive"


class WhatUnsafety(Refusal):
    message = N_("Say what kind of unsafety it is.")
    field = "unsafety"


class NoTerm(Refusal):
    message = N_("Say by which day the help must have worked.")
    field = "term_on"


class TermIsPast(Refusal):
    message = N_("Choose a day from today on.")
    field = "term_on"


def standing(answers: Sequence[tuple[Question, Reply]]) -> Standing:
    """Follow the newest answers, in the order in which they were given, to where they lead."""
    path, at = list(_followed(answers)), Question.SUSPICION
    if not path:
        return Standing((), at, None)
    last = path[-1]
    leads = FLOW[last]
    if isinstance(leads, Question):
        return Standing(tuple(path), leads, None)
    if last != (Question.UNSAFE, Reply.YES):
        return Standing(tuple(path), None, leads)
    together = dict(_together(answers))
    left = next((one for one in TOGETHER if one not in together), None)
    return Standing((*path[:-1], *together.items()), left, End.REPORT)


def _followed(answers: Sequence[tuple[Question, Reply]]) -> Iterator[tuple[Question, Reply]]:
    at: Question | End = Question.SUSPICION
    since = -1
    while isinstance(at, Question):
        given = _newest(answers, at, since)
        if given is None:
            return
        since, reply = given
        yield at, reply
        at = FLOW[at, reply]


def _together(answers: Sequence[tuple[Question, Reply]]) -> Iterator[tuple[Question, Reply]]:
    """Yield what counts since it turned out to be unsafe; none of it leads anywhere else."""
    since = -1
    for question in (Question.UNSAFE, *TOGETHER):
        given = _newest(answers, question, since)
        if given is None:
            return
        since, reply = given
        yield question, reply


def _newest(
    answers: Sequence[tuple[Question, Reply]], question: Question, since: int
) -> tuple[int, Reply] | None:
    """Return the last answer to a question and its place, if it is later than that place."""
    places = [place for place, (asked, _) in enumerate(answers) if asked is question]
    if not places or places[-1] <= since:
        return None
    return places[-1], answers[places[-1]][1]


def check(answers: Sequence[tuple[Question, Reply]], wish: Weighed, today: date) -> None:
    """Refuse an answer out of turn, without a reason, or without what belongs to it."""
    if wish.question not in standing(answers).open:
        raise NotAskedYet
    if not wish.motive.strip():
        raise NoMotive
    if wish.question is Question.UNSAFE and wish.reply is Reply.YES and wish.unsafety is None:
        raise WhatUnsafety
    if wish.question is Question.WILLING and wish.reply is Reply.YES:
        if wish.term_on is None:
            raise NoTerm
        if wish.term_on < today:
            raise TermIsPast
