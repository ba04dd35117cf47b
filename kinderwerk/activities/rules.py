"""What an activity must satisfy. Plain values in, refusals out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from uuid import UUID

from kinderwerk.activities import method
from kinderwerk.activities.guide import Guide
from kinderwerk.activities.method import Method
from kinderwerk.activities.series import (
    AS_PLANNED,
    LONGEST_STAY,
    EndsBeforeItStarts,
    Series,
    Slot,
    TooLong,
    Until,
)
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.holidays.rules import GOES_ON, Free


class Format(Labelled):
    DROPIN = "dropin", N_("Open drop-in")
    CLUB = "club", N_("Club (fixed group)")
    COURSE = "course", N_("Course or training")
    HOLIDAY = "holiday", N_("Holiday activity")
    CAMP = "camp", N_("Camp or overnight stay")
    OUTING = "outing", N_("Outing")
    EVENT = "event", N_("Event or street play day")
    OUTREACH = "outreach", N_("Street and playground work, play bus")
    SCHOOL_LESSON = "school_lesson", N_("Guest lesson at a school")
    HOMEWORK = "homework", N_("Homework support")
    ONE_TO_ONE = "one_to_one", N_("Individual contact")
    HOME_VISIT = "home_visit", N_("Home visit")
    PARENT_COURSE = "parent_course", N_("Parent course or parent meeting")
    CHILD_COUNCIL = "child_council", N_("Child council")
    NETWORK = "network", N_("Network meeting")


class State(Labelled):
    DRAFT = "draft", N_("Draft")
    PUBLISHED = "published", N_("Published")
    ENDED = "ended", N_("Ended")


class SignupKind(Labelled):
    NONE = "none", N_("No sign-up: just come")
    SERIES = "series", N_("For the whole series")
    PER_DAY = "per_day", N_("For each date apart")
    CLASS = "class", N_("By school class")

    @property
    def by_parents(self) -> bool:
        """Tell whether a parent signs a child up."""
        return self in BY_PARENTS


class RegisterMode(Labelled):
    TALLY = "tally", N_("Count, without names")
    HEADCOUNT = "headcount", N_("One number per age group")
    NAMED = "named", N_("List with names")
    MIXED = "mixed", N_("Names of the regulars, count the rest")
    HOURS = "hours", N_("Hours only")


class AgeBand(Labelled):
    UP_TO_3 = "0-3", N_("0 to 3")
    UP_TO_6 = "4-6", N_("4 to 6")
    UP_TO_9 = "7-9", N_("7 to 9")
    UP_TO_12 = "10-12", N_("10 to 12")
    UP_TO_15 = "13-15", N_("13 to 15")
    UP_TO_17 = "16-17", N_("16 or 17")
    UP_TO_23 = "18-23", N_("18 to 23")
    ADULT = "adult", N_("Adults")


class Drawing(Labelled):
    """What stands on the card; the picture is drawn by the macro of the same name."""

    BALL = "ball", N_("Ball")
    PAN = "pan", N_("Cooking pan")
    BRUSH = "brush", N_("Paint brush")
    BOOK = "book", N_("Book")
    TENT = "tent", N_("Tent")
    TREE = "tree", N_("Tree")
    DRUM = "drum", N_("Drum")
    TABLE = "table", N_("Table with tea")
    PUZZLE = "puzzle", N_("Puzzle")
    STREET = "street", N_("Street")


@dataclass(frozen=True, slots=True)
class Habit:
    """How an activity of some format begins, unless somebody says otherwise."""

    signup: SignupKind
    register: RegisterMode
    drawing: Drawing
    weekly: bool = False
    capacity: int | None = None
    starts: time = time(14)
    ends: time = time(16)
    ages: tuple[int, int] = (4, 12)
    #: Whether so many may come that nobody can count them all.
    crowded: bool = False


_NO_SIGNUP, _SERIES, _PER_DAY = SignupKind.NONE, SignupKind.SERIES, SignupKind.PER_DAY
_TALLY, _NAMED = RegisterMode.TALLY, RegisterMode.NAMED
HABITS: Final = {
    Format.DROPIN: Habit(_NO_SIGNUP, _TALLY, Drawing.TABLE, weekly=True),
    Format.CLUB: Habit(_SERIES, _NAMED, Drawing.BRUSH, weekly=True, capacity=15, ages=(6, 12)),
    Format.COURSE: Habit(_SERIES, _NAMED, Drawing.PUZZLE, weekly=True, capacity=12, ages=(8, 12)),
    Format.HOLIDAY: Habit(
        _PER_DAY, _NAMED, Drawing.BALL, capacity=24, starts=time(10), ends=time(15), ages=(6, 12)
    ),
    Format.CAMP: Habit(
        _SERIES, _NAMED, Drawing.TENT, capacity=20, starts=time(10), ends=time(15), ages=(8, 12)
    ),
    Format.OUTING: Habit(
        _PER_DAY, _NAMED, Drawing.TREE, capacity=20, starts=time(10), ends=time(16), ages=(6, 12)
    ),
    Format.EVENT: Habit(
        _NO_SIGNUP, _TALLY, Drawing.STREET, starts=time(13), ends=time(17), crowded=True
    ),
    Format.OUTREACH: Habit(
        _NO_SIGNUP, _TALLY, Drawing.STREET, weekly=True, starts=time(15), ends=time(17),
        crowded=True,
    ),
    Format.SCHOOL_LESSON: Habit(
        SignupKind.CLASS, RegisterMode.HEADCOUNT, Drawing.BOOK, starts=time(9), ends=time(10)
    ),
    Format.HOMEWORK: Habit(
        _SERIES, _NAMED, Drawing.BOOK, weekly=True, capacity=12,
        starts=time(15, 30), ends=time(17), ages=(8, 12),
    ),
    Format.ONE_TO_ONE: Habit(_NO_SIGNUP, _NAMED, Drawing.TABLE, ends=time(15)),
    Format.HOME_VISIT: Habit(_NO_SIGNUP, _NAMED, Drawing.TABLE, ends=time(15)),
    Format.PARENT_COURSE: Habit(
        _SERIES, _NAMED, Drawing.TABLE, weekly=True, capacity=12,
        starts=time(9, 30), ends=time(11), ages=(18, 99),
    ),
    Format.CHILD_COUNCIL: Habit(
        _SERIES, _NAMED, Drawing.PUZZLE, weekly=True, capacity=12,
        starts=time(15, 30), ends=time(17), ages=(8, 12),
    ),
    Format.NETWORK: Habit(
        _NO_SIGNUP, RegisterMode.HOURS, Drawing.TABLE, starts=time(9), ends=time(11), ages=(0, 99)
    ),
}  # fmt: skip
#: Never published, never a point on a map, never in a feed other than the worker's own.
PRIVATE: Final = frozenset({Format.HOME_VISIT, Format.ONE_TO_ONE, Format.NETWORK})
#: Those of them that have no venue either: it would be somebody's home.
HOMES: Final = PRIVATE - {Format.NETWORK}
#: Those for which parents sign a child up.
BY_PARENTS: Final = frozenset({SignupKind.SERIES, SignupKind.PER_DAY})
#: What the trail's deeds are called in the history of an activity, and their icons.
DEEDS: Final = {
    "activity.planned": (N_("Planned"), "add"),
    "activity.changed": (N_("Changed"), "edit"),
    "activity.template_kept": (N_("Kept as a template"), "star"),
    "activity.template_gone": (N_("No template any more"), "cross"),
    "activity.published": (N_("Published"), "globe"),
    "activity.withdrawn": (N_("Back to draft"), "back"),
    "activity.ended": (N_("Ended"), "flag"),
    "activity.date_cancelled": (N_("Date cancelled"), "cross"),
    "activity.date_moved": (N_("Date moved"), "clock"),
    "activity.dates_changed": (N_("Dates changed"), "clock"),
    "activity.warning_accepted": (N_("Planned like this in spite of a warning"), "alert"),
    "activity.families_told": (N_("Families told something"), "mail"),
    "activity.photo_shown": (N_("Photo added"), "camera"),
    "activity.photo_described": (N_("Words with the photo changed"), "camera"),
    "activity.photo_removed": (N_("Photo removed"), "camera"),
    "activity.translated": (N_("Translation changed"), "language"),
}
MOST_GOALS: Final = 3
#: Work that is due when an activity got room for more, or for fewer; its subject is the activity.
MORE_ROOM: Final = "activities.more_room"
OLDEST: Final = 120
GROWN: Final = 18
OLD: Final = 99


class Seen(Labelled):
    """Who can be seen on a photo, as somebody says who was there."""

    NOBODY = "nobody", N_("No, nobody can be recognised")
    AGREED = "agreed", N_("No, whoever can be recognised agreed, and so did their parents")
    UNSURE = "unsure", N_("Yes, or I am not sure")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoWish:
    """A photo as it was sent, or none where only the words change."""

    content: bytes | None
    alt: str
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class ByDraw:
    """Until when one signs up for the draw, what is kept apart, and what gives more tickets.

    Every child has one ticket. It has so many more when it lives in the neighbourhood (`near`),
    never had a place (`new`), or was not drawn in the last `months` months (`unlucky`).
    """

    closes_at: datetime
    reserved: int = 0
    near: int = 1
    new: int = 1
    unlucky: int = 1
    months: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Guide):
    """What somebody wants to do: for whom, why, where, with whom and when."""

    format: Format
    title: str
    summary: str = ""
    description: str = ""
    goal_ids: tuple[UUID, ...]  # the primary one first
    why: str
    age_from: int
    age_to: int
    capacity: int | None = None
    signup: SignupKind
    register: RegisterMode
    drawing: Drawing
    venue_id: UUID | None = None
    staff_ids: tuple[UUID, ...] = ()
    partner_ids: tuple[UUID, ...] = ()
    method: Method = method.UNSAID
    price_cents: int = 0
    discount: bool = False
    bring: str = ""
    languages: tuple[str, ...] = ()
    only_for: tuple[UUID, ...] = ()
    signup_opens_at: datetime | None = None
    signup_closes_at: datetime | None = None
    draw: ByDraw | None = None
    series: Series
    until: Until = AS_PLANNED
    free: Free = GOES_ON
    source_uid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How an activity is called in another language."""

    language: str
    title: str
    summary: str = ""


class TooManyGoals(Refusal):
    message = N_("Choose one, two or three goals: more makes it vague.")
    field = "second_goal_id"


class GoalTwice(Refusal):
    message = N_("You chose the same goal twice.")
    field = "second_goal_id"


class NoReason(Refusal):
    message = N_("Say in one sentence why this activity serves the goal.")
    field = "why"


class AgesReversed(Refusal):
    message = N_("The highest age is below the lowest.")
    field = "age_to"


class NoRoom(Refusal):
    message = N_("There is room for at least one. Leave it empty if everyone can come.")
    field = "capacity"


class ClosesBeforeItOpens(Refusal):
    message = N_("Signing up ends before it begins. Choose a later moment.")
    field = "signup_closes_at"


class NoHomes(Refusal):
    message = N_("This kind of activity has no venue: a home address never stands in a plan.")
    field = "venue_id"


class NotToBePublished(Refusal):
    message = N_("This kind of activity is never published.")
    field = "format"


class Unknown(Refusal):
    """Something was chosen that this organisation does not have."""

    message = N_("This choice is not there any more. Choose again.")

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__()


class FewerThanSignedUp(Refusal):
    message = N_(
        "%(taken)d children have a place already, so there have to be at least that many places."
    )
    field = "capacity"


class SignupsBegun(Refusal):
    message = N_("Children are signed up already, so the way of signing up stays as it is.")
    field = "signup"


class SignupsStand(Refusal):
    message = N_(
        "Children are signed up for dates that are still to come. Cancel those dates first, so"
        " that their parents are told."
    )


class NotWithoutPermission(Refusal):
    message = N_(
        "Then we do not show this photo. Choose one on which nobody can be recognised, such as what"
        " the children made, or ask their parents first."
    )
    field = "seen"


class NoPhoto(Refusal):
    message = N_("Choose a photo.")
    field = "picture"


class NoTitle(Refusal):
    message = N_("Give the title in this language too, or leave both empty.")

    def __init__(self, language: str) -> None:
        self.field = f"title_{language}"
        super().__init__()


class NothingToCome(Refusal):
    message = N_("All dates are past. Change the dates first, so that people can come.")


class Past(Refusal):
    message = N_("This date is past: it cannot be cancelled any more.")


class GoneBy(Refusal):
    message = N_("That moment is past. Choose one that is still to come.")
    field = "starts_at"


class EndsFirst(EndsBeforeItStarts):
    field = "ends_at"


class WasCalledOff(Refusal):
    message = N_("This date was called off, so it cannot move any more.")


class AnotherThen(Refusal):
    message = N_("At that moment there is another date of this activity already.")
    field = "starts_at"


class NoCause(Refusal):
    message = N_("Say in one sentence why it is cancelled. Parents read it.")
    field = "reason"


def check(plan: Plan) -> None:
    """Refuse a plan that contradicts itself; what it names is looked up elsewhere."""
    if not 1 <= len(plan.goal_ids) <= MOST_GOALS:
        raise TooManyGoals
    if len(set(plan.goal_ids)) < len(plan.goal_ids):
        raise GoalTwice
    if not plan.why.strip():
        raise NoReason
    if not 0 <= plan.age_from <= plan.age_to <= OLDEST:
        raise AgesReversed
    if plan.capacity is not None and plan.capacity < 1:
        raise NoRoom
    opens_at, closes_at = plan.signup_opens_at, plan.signup_closes_at
    if opens_at and closes_at and closes_at <= opens_at:
        raise ClosesBeforeItOpens
    if plan.venue_id and plan.format in HOMES:
        raise NoHomes
    method.check(plan.method)
    _check_when(plan)


def _check_when(plan: Plan) -> None:
    """Refuse dates that cannot be, where it is said already which ones they are."""
    plan.series.check_days()
    if plan.until == AS_PLANNED:
        plan.series.check()


def check_move(slot: Slot, now: datetime, *, off: bool) -> None:
    """Refuse to move a date to where it cannot be."""
    if off:
        raise WasCalledOff
    if slot.starts_at <= now:
        raise GoneBy
    if slot.ends_at <= slot.starts_at:
        raise EndsFirst
    if slot.ends_at - slot.starts_at > LONGEST_STAY:
        raise TooLong


def check_photo(wish: PhotoWish) -> None:
    if wish.seen is Seen.UNSURE:
        raise NotWithoutPermission


def check_wordings(wordings: Sequence[Wording]) -> None:
    for each in wordings:
        if not each.title.strip():
            raise NoTitle(each.language)


def check_published(format: Format) -> None:
    if format in PRIVATE:
        raise NotToBePublished


def check_room(capacity: int | None, taken: Sequence[int]) -> None:
    """Refuse fewer places than children have already; `taken` per series or per date."""
    most = max(taken, default=0)
    if capacity is not None and capacity < most:
        raise FewerThanSignedUp(taken=most)


def first_name(name: str) -> str:
    """Return what parents call somebody who works here."""
    return next(iter(name.split()), "")
