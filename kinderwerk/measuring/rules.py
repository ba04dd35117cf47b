"""What may be asked of a group, how often, and from how many answers on something is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from kinderwerk.activities.rules import PRIVATE, Format
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.facts import rules as facts
from kinderwerk.facts.rules import Contribution, Measure, Place

LONGEST_QUESTION: Final = 140
LONGEST_OPTION: Final = 60
LONGEST_READING: Final = 1500
LONGEST_NAMES: Final = 300
#: So many questions at one session, and to one series in a month.
MOST: Final = 3
#: Fewer answers than these tell too much about who gave them, also inside.
FEWEST: Final = 5
OPTIONS: Final = range(2, 5)
MOST_PEOPLE: Final = 999
#: From that age on somebody answers as an adult.
GROWN: Final = 18


class Audience(Labelled):
    CHILDREN = "children", N_("The children")
    ADULTS = "adults", N_("Parents and other adults")


class Instrument(Labelled):
    """How something is asked; the pictures are drawn by the macros of the same names."""

    AGAIN = "again", N_("Once more? Yes, maybe, no (from 5 years)")
    FACES = "faces", N_("Three faces (from 5 years)")
    FIVE_FACES = "five_faces", N_("Five faces (from 10 years)")
    SCALE = "scale", N_("A mark from 0 to 10 (from 10 years)")
    DOTS = "dots", N_("Dots: choose between two to four things (from 5 years)")
    SEEN = "seen", N_("What the worker saw: yes, a little, no")

    @property
    def age_from(self) -> int:
        """Below that age nearly everybody picks the best face, so it says nothing."""
        return {Instrument.SEEN: 0, Instrument.FIVE_FACES: 10, Instrument.SCALE: 10}.get(self, 5)


#: What each step of a scale is called, the best first; dots have what they choose between.
STEPS: Final = {
    Instrument.AGAIN: (N_("Yes"), N_("Maybe"), N_("No")),
    Instrument.FACES: (N_("Nice"), N_("So-so"), N_("Not nice")),
    Instrument.FIVE_FACES: (
        N_("Very nice"), N_("Nice"), N_("So-so"), N_("Not so nice"), N_("Not nice at all"),
    ),
    Instrument.SCALE: tuple(str(mark) for mark in range(10, -1, -1)),
    Instrument.SEEN: (N_("Yes, I saw it"), N_("A little"), N_("No, not yet")),
    Instrument.DOTS: (),
}  # fmt: skip


class WrongOptions(Refusal):
    message = N_("Give two to four things to choose between.")
    field = "options"


class Answered(Refusal):
    message = N_(
        "This question was answered already, so its words stay. Put it away, and make a new one."
    )
    field = "text"


class NotHere(Refusal):
    message = N_("This question is not for this session.")


class NotBegun(Refusal):
    message = N_("You can ask once the session has begun.")


class DayIsOver(Refusal):
    """What was told of a day stays: one more tap would be somebody's."""

    message = N_("The day of this session is over. Write all numbers down together, from paper.")


class TooFewChanged(Refusal):
    """Who read the numbers before would know what those few answered."""

    message = N_(
        "These numbers stand here since an earlier day. If only a few of them change, it tells what"
        " those people answered. So change five or more, or let it be."
    )


class EnoughHere(Refusal):
    message = N_("Three questions were asked at this session. That is enough for one day.")


class EnoughThisMonth(Refusal):
    message = N_("This group was asked three questions this month. That is enough.")


class MoreThanThereWere(Refusal):
    message = N_(
        "There are more answers than people: %(asked)d were there. Is the list of this session"
        " complete?"
    )


class NothingToTakeBack(Refusal):
    message = N_("There is nothing to take back any more.")


class NoSuchStep(Refusal):
    message = N_("Choose one of these.")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWish:
    text: str
    instrument: Instrument
    audience: Audience = Audience.CHILDREN
    options: tuple[str, ...] = ()
    indicator_id: UUID | None = None
    put_away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Answers counted from paper: how many for each step, and how many adults were asked."""

    counts: tuple[int, ...]
    asked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingWish:
    """What a team thinks that a period of measuring means."""

    means: str
    talked_with: str = ""
    agreed: str = ""


def check_question(wish: QuestionWish) -> None:
    chosen = len(wish.options) in OPTIONS and len(set(wish.options)) == len(wish.options)
    if chosen != (wish.instrument is Instrument.DOTS) or (wish.options and not chosen):
        raise WrongOptions


def fits(
    instrument: Instrument, audience: Audience, format: Format, age_from: int, age_to: int
) -> bool:
    """Tell whether a question suits who comes; nobody is counted where one family is visited.

    Adults are asked anywhere: they stand at the door when they fetch their child.
    """
    if format in PRIVATE:
        return False
    if audience is Audience.ADULTS:
        return True
    return age_from < GROWN and max(age_from, instrument.age_from) <= age_to


def check_room(*, at_session: int, in_month: int) -> None:
    """Refuse a further question, before anybody is asked it."""
    if at_session >= MOST:
        raise EnoughHere
    if in_month >= MOST:
        raise EnoughThisMonth


def check_answers(answered: int, asked: int) -> None:
    if answered > asked:
        raise MoreThanThereWere(asked=asked)


def month(day: date) -> tuple[date, date]:
    """Return the first day of that month, and of the next one."""
    return day.replace(day=1), date(day.year + day.month // 12, day.month % 12 + 1, 1)


def enough(answered: int) -> bool:
    return answered >= FEWEST


def check_late(before: Sequence[int], after: Sequence[int]) -> None:
    """Refuse to change a few of the answers of which was told on an earlier day."""
    by = [new - old for old, new in zip(before, after, strict=True)]
    rises, falls = sum(n for n in by if n > 0), -sum(n for n in by if n < 0)
    if any(n and not enough(n) for n in (rises, falls)):
        raise TooFewChanged


def contribution(
    organisation_id: UUID, goal_id: UUID, day: date, place: Place | None, *, asked: int,
    answered: int,
) -> Contribution:  # fmt: skip
    """Return what one question at one session adds to the counts."""
    amounts = ((Measure.MEASURED, 1), (Measure.ASKED, asked), (Measure.ANSWERS, answered))
    return facts.total(
        facts.cells(measure, organisation_id, day, place, [goal_id], n)
        for measure, n in amounts
        if answered and n
    )
