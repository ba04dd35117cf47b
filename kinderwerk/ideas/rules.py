"""What children say, who reads it before others see it, and what it takes to be answered."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.activities.rules import AgeBand
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.picture_words import PICTURES
from kinderwerk.core.words import N_, Labelled
from kinderwerk.ideas.said import NoName, NothingSaid
from kinderwerk.places.opening import MIDNIGHT, Opening

LONGEST: Final = 1000
#: How many of one neighbourhood may wait to be read, and how many one address may send in a day:
#: a school shares one.
MOST_WAITING: Final = 300
MOST_A_DAY: Final = 200
#: How long a post may lie unread while somebody is there, until the next one hears of it.
READ_WITHIN: Final = timedelta(hours=2)
#: While nobody said when the board is looked after: on working days.
USUAL: Final = Opening({day: (time(9), time(18)) for day in range(5)})


class Kind(Labelled):
    """What a child has to say."""

    IDEA = "idea", N_("An idea")
    DREAM = "dream", N_("A dream")
    POEM = "poem", N_("A poem")
    COMPLAINT = "complaint", N_("A complaint")
    QUESTION = "question", N_("A question to other children")
    ANSWER = "answer", N_("An answer to another child")


#: What a child asks of grown-ups, and so is answered by them.
ASKING: Final = frozenset({Kind.IDEA, Kind.COMPLAINT})
#: What a child can begin with; an answer belongs to a question.
TO_BEGIN: Final = tuple(kind for kind in Kind if kind is not Kind.ANSWER)
BANDS: Final = (AgeBand.UP_TO_6, AgeBand.UP_TO_9, AgeBand.UP_TO_12, AgeBand.UP_TO_15)


class State(Labelled):
    """How far the reading of it is; nothing is on the board before somebody approved it."""

    NEW = "new", N_("To be read")
    NEEDS_ADULT = "needs_adult", N_("With the protection officer")
    APPROVED = "approved", N_("Approved")
    EDITED = "edited_for_privacy", N_("Approved, without what was private")
    DECLINED = "declined", N_("Not placed")
    ANSWERED = "answered", N_("Answered")
    ARCHIVED = "archived", N_("Off the board")


#: What children see, where it was put on the board.
ON_THE_BOARD: Final = frozenset({State.APPROVED, State.EDITED, State.ANSWERED})
#: What counts as asked: somebody read it, and it is something to answer.
READ: Final = ON_THE_BOARD | {State.ARCHIVED}


class Form(Labelled):
    """In which form a child said it."""

    WRITTEN = "written", N_("Written")
    DRAWN = "drawn", N_("Drawn")
    TOLD = "told", N_("Told to somebody who works here")
    VOTED = "voted", N_("Chosen in a vote")


class Degree(Labelled):
    """How far children took part."""

    INFORMED = "informed", N_("Children heard of it")
    CONSULTED = "consulted", N_("Children were asked")
    COLLABORATIVE = "collaborative", N_("Children decided with us")
    CHILD_LED = "child_led", N_("Children led it")


class Standing(Labelled):
    """How far an idea is; it is answered only once it was decided, why, and told back."""

    OPEN = "open", N_("Waits for a decision")
    DECIDED = "decided", N_("Decided, still to tell back")
    ANSWERED = "answered", N_("Told back")


class How(Labelled):
    """How children heard what became of it."""

    SESSION = "session", N_("Said at a session")
    COUNCIL = "council", N_("In the child council")
    WALL = "wall", N_("On the wall or the board")
    LETTER = "letter", N_("In a letter or a picture")


class Step(Labelled):
    """Who hears that something lies unread: the next one each time that nobody looked."""

    WORKERS = "1", N_("Youth workers")
    COORDINATOR = "2", N_("Coordinator")
    OFFICER = "3", N_("Protection officer")


class ByAPerson(Refusal):
    message = N_(
        "This is about hurting, abuse or sex. Such advice never comes from another child: answer"
        " the question yourself, and do not place this one."
    )


class Worrying(Refusal):
    message = N_(
        "There are words in it that worry. Pass it on to the protection officer, or take those"
        " words out first."
    )


class NotForTheBoard(Refusal):
    message = N_("It says nothing that could stand on the board.")
    field = "words"


class OnTheBoard(Refusal):
    message = N_("This stands on the board, or is to. Read it there once more, and change it then.")


class NotRead(Refusal):
    message = N_("Nobody has read this for the board yet. Do that first.")


class NoBoard(Refusal):
    message = N_("There is no board in this neighbourhood yet.")


class AlreadyRead(Refusal):
    message = N_("A colleague was just a moment earlier with this one. Look what became of it.")


class Unanswered(Refusal):
    message = N_("It closes only once it was decided, why, and told back.")


class NotYet(Refusal):
    message = N_("That day is still to come.")
    field = "told_back_on"


class NotDecided(Refusal):
    message = N_("Decide first, and say why. Then it can be told back.")


class BeforeItWasDecided(Refusal):
    message = N_("Nobody can have told it before it was decided.")
    field = "told_back_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """An idea as the child said it, to somebody who wrote it down."""

    words: str
    band: AgeBand | None
    once: UUID
    occurrence_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a child sends to the board: no name, no address, no account."""

    kind: Kind
    words: str
    pseudonym: str
    band: AgeBand | None
    once: UUID
    picture: bytes = b""
    parent_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a moderator lets stand of a post."""

    words: str
    band: AgeBand | None
    shown: str = ""  # what can be seen on the drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """What is asked of every item: who could say it, in which way, and who with power heard it."""

    how_asked: str
    who_missing: str
    form: Form
    heard_by: str
    heard_on: date | None
    degree: Degree | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    words: str
    band: AgeBand | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    decision: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How and when children heard it."""

    how: How
    on: date


def check_answer(answer: Answer, *, decided_on: date | None, today: date) -> None:
    """Refuse to call an idea answered before it was decided, or ahead of time."""
    if decided_on is None:
        raise NotDecided
    if answer.on > today:
        raise NotYet
    if answer.on < decided_on:
        raise BeforeItWasDecided


class HeardLater(Refusal):
    message = N_("That day is still to come.")
    field = "heard_on"


def check_post(post: Post) -> None:
    """Refuse what says nothing, and a name that is not made of two of our pictures."""
    if not post.words.strip() and not post.picture:
        raise NothingSaid
    if not is_pseudonym(post.pseudonym):
        raise NoName


def is_pseudonym(name: str) -> bool:
    one, _, other = name.partition(" ")
    return one in PICTURES and other in PICTURES and one != other


def check_space(space: Space, today: date) -> None:
    if space.heard_on and space.heard_on > today:
        raise HeardLater


def open_for(hours: Opening, since: datetime, until: datetime, enough: timedelta) -> timedelta:
    """Return how long the board was looked after between two instants; counts up to `enough`."""
    hours = hours if hours.days else USUAL
    first, last = clock.to_wall(since), clock.to_wall(until)
    whole, day = timedelta(), first.date()
    while day <= last.date() and whole < enough:
        if of_day := hours.on(day):
            begins, ends = (datetime.combine(day, at) for at in of_day)
            if of_day[1] == MIDNIGHT:
                ends += timedelta(days=1)
            begins = max(begins, first.replace(tzinfo=None))
            whole += max(timedelta(), min(ends, last.replace(tzinfo=None)) - begins)
        day += timedelta(days=1)
    return whole


def steps_due(hours: Opening, since: datetime, now: datetime) -> int:
    """Return how many should have heard by now that something waits: one at once, when open."""
    most = READ_WITHIN * (len(Step) - 1)
    lain = open_for(hours, since, now, most)
    return 0 if not lain else min(len(Step), 1 + int(lain / READ_WITHIN))
