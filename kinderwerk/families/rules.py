"""Who a child is, who cares for it, and how it gets home."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: Nobody older takes part; further back it is a slip of the keyboard.
OLDEST: Final = 25
#: From this age on a young person decides alone, also about what parents see.
OF_AGE: Final = 16
LONGEST_KEY: Final = 400


class Relation(Labelled):
    MOTHER = "mother", N_("Mother")
    FATHER = "father", N_("Father")
    PARENT = "parent", N_("Parent")
    STEPPARENT = "stepparent", N_("Step-parent")
    FOSTER_PARENT = "foster_parent", N_("Foster parent")
    GRANDPARENT = "grandparent", N_("Grandparent")
    GUARDIAN = "guardian", N_("Legal guardian")
    FAMILY_SUPERVISOR = "family_supervisor", N_("Family supervisor")
    OTHER = "other", N_("Someone else")
    SELF = "self", N_("The young person")


class ParentsSee(Labelled):
    """What a young person lets parents see from sixteen on."""

    ALL = "all", N_("Everything, as before")
    SIGNUPS = "signups", N_("Only what I am signed up for")
    NOTHING = "nothing", N_("Nothing")


class PhotoScope(Labelled):
    NONE = "none", N_("No photos")
    INTERNAL_ALBUM = "internal_album", N_("In an album behind a sign-in")
    GROUP_PRINT = "group_print", N_("On a poster, without a name")
    WEBSITE = "website", N_("On our website")
    SOCIAL_MEDIA = "social_media", N_("On social media")
    PRESS = "press", N_("In the press")


class GoingHome(Labelled):
    ALONE = "alone", N_("May go home alone")
    PICKED_UP = "picked_up", N_("Is picked up")


class ConsentPurpose(Labelled):
    REGISTRATION = "registration", N_("That we keep these details, to let the child take part")
    PHOTO_ALBUM = "photo_album", N_("Photos in an album behind a sign-in")
    PHOTO_PRINT = "photo_print", N_("Photos on a poster, without a name")
    PHOTO_WEBSITE = "photo_website", N_("Photos on our website")
    PHOTO_SOCIAL = "photo_social", N_("Photos on social media")
    PHOTO_PRESS = "photo_press", N_("Photos in the press")
    NEWS = "news", N_("News from the neighbourhood")
    HEALTH = "health", N_("What helpers must know about health and food")
    STORY = "story", N_("A story in a report, without a name")


class ConsentMethod(Labelled):
    PORTAL = "portal", N_("Online")
    ORAL = "oral", N_("By word of mouth")
    PAPER = "paper", N_("On paper")


class Capacity(Labelled):
    """For whom somebody answered."""

    PARENT = "parent", N_("The parent")
    CHILD = "child", N_("The child")
    BOTH = "both", N_("Parent and child")


class Answer(Labelled):
    GIVEN = "given", N_("Given")
    REFUSED = "refused", N_("Refused")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class NotBornYet(Refusal):
    message = N_("That day is still to come. Check the date of birth.")
    field = "born_on"


class TooLongAgo(Refusal):
    message = N_("That is more than %(years)d years ago. Check the year of birth.")
    field = "born_on"


class NobodyPicksUp(Refusal):
    message = N_("Say who picks the child up.")
    field = "picked_up_by"


class AlreadyInFamily(Refusal):
    message = N_("This child is already among your children.")
    field = "first_name"


class LooksLikeAnother(Refusal):
    message = N_("There is a child with this name and date of birth already. Is it the same one?")
    field = "really"


class NobodyHere(Refusal):
    message = N_("We know no parent of that child who can say yes. Write down a number instead.")
    field = "sibling_id"


class MovedTooEarly(Refusal):
    message = N_("A child cannot move before it is born.")
    field = "since"


class MovedTooLate(Refusal):
    message = N_("That day is too far away. Tell us again when it comes near.")
    field = "since"


class NoConsent(Refusal):
    message = N_("Ask the parent first, and tick that they agreed.")
    field = "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What has to be known of a child that takes part."""

    first_name: str
    surname: str
    born_on: date
    emergency_name: str
    emergency_phone: str
    goes_home_alone: bool
    picked_up_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adult:
    """Who cares for a child, as far as we have to know."""

    name: str
    phone: str
    email: str | None = None
    language: str = "nl"
    relation: Relation = Relation.PARENT


@dataclass(frozen=True, slots=True)
class Word:
    """How somebody agreed that a child is known, and to which version; None: the newest."""

    method: ConsentMethod = ConsentMethod.ORAL
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From that day on a child lives there; None: nobody knows where."""

    neighbourhood_id: UUID | None
    since: date


def age_on(born_on: date, day: date) -> int:
    """Return the age in whole years; who was born on 29 February has a birthday on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def name_key(first_name: str, surname: str) -> str:
    """Return a name as people search for it: small letters without accents, each word after a
    space, so that what begins a word is found by a space and that beginning."""
    words = folded(f"{first_name} {surname}").split()
    return "".join(f" {word}" for word in words)[:LONGEST_KEY]


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("\u0131", "i"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def check(child: Particulars, today: date) -> None:
    if child.born_on > today:
        raise NotBornYet
    if age_on(child.born_on, today) > OLDEST:
        raise TooLongAgo(years=OLDEST)
    if not child.goes_home_alone and not child.picked_up_by:
        raise NobodyPicksUp


def check_move(move: Move, born_on: date, today: date) -> None:
    if move.since < born_on:
        raise MovedTooEarly
    if (move.since - today).days > 366:
        raise MovedTooLate
