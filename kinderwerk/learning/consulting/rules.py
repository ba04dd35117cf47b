"""The phases of a peer consultation, who may say what in each, and what is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

LONGEST: Final = 4000
SHORT: Final = 600
#: With fewer there is little to hear, with more few are heard.
ADVISERS: Final = range(4, 9)
MOST_MINUTES: Final = 60
MOST_SEATS: Final = 20


class Part(Labelled):
    """What somebody does in a consultation; the clock is kept by the page."""

    BRINGER = "bringer", N_("Case bringer")
    MODERATOR = "moderator", N_("Moderator")
    MINUTES = "minutes", N_("Minute-taker")
    ADVISER = "adviser", N_("Adviser")


class Standing(Labelled):
    PLANNED = "planned", N_("Planned")
    RUNNING = "running", N_("Under way")
    FINISHED = "finished", N_("Finished")
    CANCELLED = "cancelled", N_("Called off")


class Phase(Labelled):
    ROLES = "roles", N_("Share out the roles")
    CASE = "case", N_("Case and key question")
    FEELINGS = "feelings", N_("What does it stir up?")
    QUESTIONS = "questions", N_("Questions about facts")
    HYPOTHESES = "hypotheses", N_("Hypotheses")
    RESPONSE = "response", N_("The bringer responds")
    SOLUTIONS = "solutions", N_("Advice")
    CHOICE = "choice", N_("Choice and first step")
    CLOSING = "closing", N_("Rounding off")


class Kind(Labelled):
    """What is said, each in its own phase and in no other."""

    FEELING = "feeling", N_("Feeling")
    QUESTION = "question", N_("Question")
    HYPOTHESIS = "hypothesis", N_("Hypothesis")
    RESPONSE = "response", N_("Response of the bringer")
    SOLUTION = "solution", N_("Advice")
    FEEDBACK = "feedback", N_("Looking back")

    @property
    def headed(self) -> str:
        """Return what stands above all that was said of this kind."""
        return HEADED[self]


#: How many minutes each takes where nothing else was agreed: about 45 together.
USUAL: Final[Mapping[Phase, int]] = MappingProxyType(
    {
        Phase.ROLES: 2,
        Phase.CASE: 10,
        Phase.FEELINGS: 4,
        Phase.QUESTIONS: 5,
        Phase.HYPOTHESES: 5,
        Phase.RESPONSE: 3,
        Phase.SOLUTIONS: 7,
        Phase.CHOICE: 5,
        Phase.CLOSING: 3,
    }
)
#: What is said in which phase; in the others nothing is written down.
SAID: Final[Mapping[Phase, Kind]] = MappingProxyType(
    {
        Phase.FEELINGS: Kind.FEELING,
        Phase.QUESTIONS: Kind.QUESTION,
        Phase.HYPOTHESES: Kind.HYPOTHESIS,
        Phase.RESPONSE: Kind.RESPONSE,
        Phase.SOLUTIONS: Kind.SOLUTION,
        Phase.CLOSING: Kind.FEEDBACK,
    }
)
HEADED: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.FEELING: N_("What it stirred up"),
        Kind.QUESTION: N_("Questions about facts"),
        Kind.HYPOTHESIS: N_("Hypotheses"),
        Kind.RESPONSE: N_("Response of the bringer"),
        Kind.SOLUTION: N_("Advice"),
        Kind.FEEDBACK: N_("Looking back"),
    }
)
#: While these are said the bringer listens.
BRINGER_LISTENS: Final = frozenset({Kind.FEELING, Kind.QUESTION, Kind.HYPOTHESIS, Kind.SOLUTION})
#: While these are said the team listens; whoever takes the minutes may write for the bringer.
TEAM_LISTENS: Final = frozenset({Kind.RESPONSE})
#: Until then the case can still be written.
CASE_OPEN: Final = (None, Phase.ROLES, Phase.CASE)
#: When ideas are taken up.
CHOOSING: Final = (Phase.CHOICE, Phase.CLOSING)
#: What to do, for those who do it for the first time.
TOLD: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        Phase.ROLES: N_("Who brings the case, who moderates, who takes the minutes?"),
        Phase.CASE: N_(
            "The bringer tells what happens and asks a key question. Nobody asks anything yet."
        ),
        Phase.FEELINGS: N_("Everybody else says one feeling and one sentence. No advice."),
        Phase.QUESTIONS: N_("Only questions about facts. The bringer answers briefly."),
        Phase.HYPOTHESES: N_(
            "The team thinks aloud: what may be going on? The bringer listens. No advice yet."
        ),
        Phase.RESPONSE: N_("The bringer says what struck home, and what did not."),
        Phase.SOLUTIONS: N_(
            "The team says what could be done. The bringer listens. No new hypotheses."
        ),
        Phase.CHOICE: N_("The bringer chooses ideas, and says a first step with a date."),
        Phase.CLOSING: N_("How was it? One sentence each."),
    }
)


class OtherPhase(Refusal):
    message = N_(
        "The phase is another one by now. Nothing of your text is lost: keep it for when it fits."
    )


class BringerListens(Refusal):
    message = N_("The team talks now, and whoever brought the case listens.")


class TeamListens(Refusal):
    message = N_("Now only whoever brought the case speaks.")


class SaidAlready(Refusal):
    message = N_("One feeling each: take yours back first if you want to say another one.")


class MovedAlready(Refusal):
    message = N_("Somebody else moved on a moment ago.")


class NotPlanned(Refusal):
    message = N_("That is only possible before it begins.")


class NotRunning(Refusal):
    message = N_("This consultation is not under way.")


class NotFinished(Refusal):
    message = N_("First round it off. Then there is a first step to tick.")


class CaseClosed(Refusal):
    message = N_("The case was told. What is added now belongs into an answer.")


class TwoParts(Refusal):
    message = N_("Nobody has two parts: choose somebody else for one of them.")
    field = "moderator_id"


class TooMany(Refusal):
    message = N_("That are too many people to hear each of them.")
    field = "adviser_ids"


class WhatFeeling(Refusal):
    message = N_("Say in one or two words what you feel.")
    field = "feeling"


class StepInThePast(Refusal):
    message = N_("Choose a day that is still to come.")
    field = "first_step_on"


class BringerStays(Refusal):
    message = N_("Without whoever brought the case there is nothing to consult: end it instead.")


class NotTheChair(Refusal):
    message = N_("The moderator does that.")


class NotYours(Refusal):
    message = N_("Only whoever brought the case does that.")


class SignalNotHere(Refusal):
    message = N_("This signal cannot be linked to a consultation with these people.")
    field = "signal_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    held_at: datetime
    bringer_id: UUID
    moderator_id: UUID
    minutes_id: UUID | None
    adviser_ids: Sequence[UUID]
    signal_id: UUID | None
    once: UUID

    @property
    def parts(self) -> dict[UUID, Part]:
        """Return who does what; whoever is named twice for one part has it once."""
        chosen = {one: Part.ADVISER for one in self.adviser_ids}
        leading = [self.bringer_id, self.moderator_id]
        leading += [self.minutes_id] if self.minutes_id else []
        if len(set(leading)) < len(leading):
            raise TwoParts
        kinds = (Part.BRINGER, Part.MODERATOR, Part.MINUTES)
        return chosen | dict(zip(leading, kinds, strict=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    case_text: str
    key_question: str
    only_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What somebody says, in the phase in which they began to write it."""

    phase: Phase
    text: str
    feeling: str = ""
    only_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    first_step: str
    on: date
    only_words: bool = False


def check_parts(parts: Mapping[UUID, Part]) -> None:
    if len(parts) > MOST_SEATS:
        raise TooMany


def is_usual(advisers: int) -> bool:
    """Tell whether so many advisers make a good talk; otherwise there is a warning, no more."""
    return advisers in ADVISERS


def kind_of(phase: Phase | None, wish: Saying, part: Part) -> Kind:
    """Return what is said now, or refuse: each kind has its phase, and each phase who listens."""
    if phase is None:
        raise NotRunning
    kind = SAID.get(phase)
    if kind is None or wish.phase is not phase:
        raise OtherPhase
    if part is Part.BRINGER and kind in BRINGER_LISTENS:
        raise BringerListens
    if part not in (Part.BRINGER, Part.MINUTES) and kind in TEAM_LISTENS:
        raise TeamListens
    if kind is Kind.FEELING and not wish.feeling:
        raise WhatFeeling
    return kind


def speaks(phase: Phase | None, part: Part) -> bool:
    """Tell whether somebody with this part has something to write down now."""
    kind = SAID.get(phase) if phase else None
    if kind is None:
        return False
    if part is Part.BRINGER:
        return kind not in BRINGER_LISTENS
    return kind not in TEAM_LISTENS or part is Part.MINUTES


def after(phase: Phase) -> Phase | None:
    order = list(Phase)
    place = order.index(phase) + 1
    return order[place] if place < len(order) else None


def check_step(wish: Step, today: date) -> None:
    if wish.on < today:
        raise StepInThePast


def left(began_at: datetime, minutes: int, now: datetime) -> timedelta:
    """Return how much of a phase is left by the clock of the server; below zero it is over time."""
    return began_at + timedelta(minutes=minutes) - now
