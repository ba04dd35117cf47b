"""The nouns and verbs of the policy."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from kinderwerk.core.words import N_, Labelled


class Role(Labelled):
    VISITOR = "visitor", N_("Visitor")
    GUARDIAN = "guardian", N_("Parent or carer")
    VOLUNTEER = "volunteer", N_("Volunteer")
    WORKER = "worker", N_("Youth worker")
    COORDINATOR = "coordinator", N_("Coordinator")
    PROTECTION_OFFICER = "protection_officer", N_("Protection officer")
    CONFIDANT = "confidant", N_("Confidential adviser")
    PRIVACY_OFFICER = "privacy_officer", N_("Privacy officer")
    MUNICIPALITY = "municipality", N_("Municipality")
    ADMIN = "admin", N_("Administrator")
    SYSTEM = "system", N_("The system itself")


#: What a membership can make somebody; the others come by themselves.
HELD: Final = tuple(role for role in Role if role not in (Role.VISITOR, Role.GUARDIAN, Role.SYSTEM))
#: Nobody acts in one of these without a second factor.
SECOND_FACTOR: Final = frozenset(
    {
        Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER, Role.CONFIDANT,
        Role.PRIVACY_OFFICER, Role.ADMIN,
    }
)  # fmt: skip
#: Roles that can come to read what is sealed: their second factor is reset by two people.
READS_SIGNALS: Final = SECOND_FACTOR - {Role.ADMIN}


class Action(Labelled):
    LIST = "list", N_("list")
    VIEW = "view", N_("view")
    CREATE = "create", N_("create")
    EDIT = "edit", N_("edit")
    RELEASE = "release", N_("release")


class Resource(Labelled):
    TODAY = "today", N_("first page")
    PROGRAMME = "programme", N_("programme")
    ACTIVITY = "activity", N_("activity")
    EMBEDDING = "embedding", N_("programme on other sites")
    PLANNER = "planner", N_("week planner")
    WORK_CALENDAR = "work_calendar", N_("own calendar of work")
    GOAL = "goal", N_("goal")
    POLICY_GOAL = "policy_goal", N_("policy goal")
    QUESTION = "question", N_("question to a group")
    MEASUREMENT = "measurement", N_("what was measured")
    ORGANISATION = "organisation", N_("organisation")
    GRANT = "grant", N_("grant")
    PLACE = "place", N_("neighbourhood")
    VENUE = "venue", N_("venue")
    HOLIDAY = "holiday", N_("holiday")
    HELPLINE = "helpline", N_("number to call")
    FAMILY = "family", N_("family")
    CHILD = "child", N_("child")
    CONSENT = "consent", N_("consent")
    CARE = "care", N_("who cares for a child")
    COURT_NOTE = "court_note", N_("court note")
    NEAR_PERSON = "near_person", N_("person near to a child")
    CARE_NOTE = "care_note", N_("what helpers must know")
    DOUBLE = "double", N_("child recorded twice")
    SPOKEN_CODE = "spoken_code", N_("code for a parent")
    SIGNUP = "signup", N_("sign-up")
    REGISTER = "register", N_("register")
    HOURS = "hours", N_("one's own hours")
    HOUR_TOTALS = "hour_totals", N_("hours of the organisation")
    NAMES = "names", N_("names on a register")
    TALK = "talk", N_("talk with a child, in confidence")
    CONVERSATION = "conversation", N_("register of talks with children")
    TALK_KEEPER = "talk_keeper", N_("how one is shown to children")
    TALK_OFFICE = "talk_office", N_("setting up talks with children")
    COUNCIL = "council", N_("log of the child council")
    IDEA = "idea", N_("idea of a child")
    STORY = "story", N_("story")
    CONSULTATION = "consultation", N_("peer consultation")
    LEARNING_REVIEW = "learning_review", N_("learning review")
    LESSON = "lesson", N_("lesson that somebody learned")
    PHASES = "phases", N_("how long the phases of a consultation take")
    BOARD = "board", N_("board of children")
    ROSTER = "roster", N_("who is there on a date")
    SHIFT = "shift", N_("shift")
    STAFF = "staff", N_("record of somebody at work")
    AVAILABILITY = "availability", N_("when somebody can")
    ABSENCE = "absence", N_("when somebody is away, and who stands in")
    LEFT_BEHIND = "left_behind", N_("what somebody carried who left")
    SIGNAL = "signal", N_("signal")
    SIGNAL_LINK = "signal_link", N_("which signals belong together")
    CODE_CASE = "code_case", N_("case of the reporting code")
    INCIDENT = "incident", N_("incident")
    BOUNDARY = "boundary", N_("boundary that somebody who works here crossed")
    DATA_BREACH = "data_breach", N_("data breach")
    SUPPORT_CONTACT = "support_contact", N_("short support contact")
    SUPPORT = "support", N_("support trajectory")
    PLAN = "plan", N_("own support, for who is named on it")
    PARTNER = "partner", N_("partner")
    REFERRAL = "referral", N_("referral")
    INTERFACE = "interface", N_("interface of help systems")
    MAP = "map", N_("neighbourhood map")
    SIGNAL_MAP = "signal_map", N_("signals on the map")
    FIGURES = "figures", N_("figures of the own organisation")
    REACTION = "reaction", N_("reaction to a report")
    REPORT = "report", N_("goal report")
    MEMBER = "member", N_("people")
    FACTOR_RESET = "factor_reset", N_("reset of a second factor")
    MESSAGE = "message", N_("messages")
    TRAIL = "trail", N_("access log")
    SCHOOL_YEAR = "school_year", N_("new school year")
    RETENTION = "retention", N_("terms of keeping")
    ERASURE = "erasure", N_("what is forgotten")
    FINDING = "finding", N_("striking reading")
    PAPER = "paper", N_("paper")
    ACCESS_REQUEST = "access_request", N_("request about somebody's own details")
    IMPORT = "import", N_("table that is brought in")
    ARCHIVE = "archive", N_("archive of an organisation")
    ARCHIVE_FILE = "archive_file", N_("file of an archive")
    ARCHIVE_KEY = "archive_key", N_("key of an archive")
    EMERGENCY = "emergency", N_("what is known, in an emergency")


#: Someone who may not view one of these is told that it does not exist.
CONFIDENTIAL: Final = frozenset(
    {
        Resource.FAMILY, Resource.CHILD, Resource.CONSENT, Resource.CARE, Resource.COURT_NOTE,
        Resource.NEAR_PERSON, Resource.CARE_NOTE, Resource.DOUBLE, Resource.SPOKEN_CODE,
        Resource.SIGNUP, Resource.REGISTER, Resource.NAMES, Resource.STORY, Resource.SIGNAL,
        Resource.SIGNAL_LINK, Resource.CODE_CASE, Resource.SUPPORT, Resource.PLAN,
        Resource.REFERRAL,
        Resource.INCIDENT, Resource.BOUNDARY, Resource.DATA_BREACH, Resource.TALK,
        Resource.REPORT, Resource.MEMBER, Resource.FACTOR_RESET,
        Resource.ACCESS_REQUEST, Resource.EMERGENCY, Resource.PAPER, Resource.STAFF,
        Resource.AVAILABILITY, Resource.ABSENCE, Resource.LEFT_BEHIND, Resource.CONSULTATION,
        Resource.LEARNING_REVIEW, Resource.LESSON,
        Resource.ARCHIVE, Resource.ARCHIVE_FILE, Resource.ARCHIVE_KEY,
    }
)  # fmt: skip


#: Opening one of these asks for a proof given not long ago; writing one down never does, but for
#: what takes everything out of the house.
PROVED: Final = frozenset(
    (action, resource)
    for action in (Action.VIEW, Action.EDIT)
    for resource in (
        Resource.SIGNAL,
        Resource.SIGNAL_LINK,
        Resource.CODE_CASE,
        Resource.SUPPORT,
        Resource.REFERRAL,
        Resource.INCIDENT,
        Resource.BOUNDARY,
        Resource.DATA_BREACH,
        Resource.ACCESS_REQUEST,
        Resource.EMERGENCY,
        Resource.COURT_NOTE,
        Resource.CONSULTATION,
        Resource.LEARNING_REVIEW,
        Resource.TALK,
    )
) | {
    (Action.RELEASE, Resource.SIGNAL),
    (Action.CREATE, Resource.ARCHIVE),
    (Action.RELEASE, Resource.ARCHIVE),
    (Action.VIEW, Resource.ARCHIVE_FILE),
    (Action.VIEW, Resource.ARCHIVE_KEY),
}


@dataclass(frozen=True, slots=True)
class Membership:
    """A role somebody has in one organisation or municipality, perhaps in one neighbourhood.

    `checked`: their certificate of good conduct was seen there, or they need none.
    """

    role: Role
    organisation_id: UUID | None = None
    neighbourhood_id: UUID | None = None
    municipality_id: UUID | None = None
    id: UUID | None = None
    checked: bool = False


VISITING: Final = Membership(Role.VISITOR)
CARING: Final = Membership(Role.GUARDIAN)


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who acts in one membership at a time; everyone is a visitor too.

    They stand in today, where that membership is, for those colleagues who named them.

    Whoever is signed in may also be a parent: what that opens depends on the children, through
    `Facts.carers`, and never on a membership.
    """

    id: UUID | None = None
    membership: Membership | None = None
    stands_in_for: frozenset[UUID] = frozenset()

    @property
    def carries_for(self) -> frozenset[UUID]:
        """Return whose cases are this actor's to carry today: their own, and of the absent."""
        return self.stands_in_for | ({self.id} if self.id else set())

    @property
    def memberships(self) -> tuple[Membership, ...]:
        held = (self.membership,) if self.membership else ()
        return (*held, CARING, VISITING) if self.id else (*held, VISITING)

    @property
    def role(self) -> Role:
        return self.memberships[0].role

    @property
    def organisation_id(self) -> UUID | None:
        return self.membership.organisation_id if self.membership else None

    @property
    def municipality_id(self) -> UUID | None:
        return self.membership.municipality_id if self.membership else None

    @property
    def neighbourhood_id(self) -> UUID | None:
        """The one neighbourhood in which this actor works; None: wherever the organisation does."""
        return self.membership.neighbourhood_id if self.membership else None

    def using(self, held: Membership) -> "Actor":
        """Return the same person in the membership that let them; a parent acts in none."""
        return replace(self, membership=None if held in (CARING, VISITING) else held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the policy may know about a subject; evaluated now, never remembered.

    `readers` are those with whom it was shared or who run it, `on_duty` those who are there on that
    very date or were told of an alert, `carers` those who may see the
    child through the family page, `followers` those who see at least what it is signed up for,
    `family` every adult of the family that it is about. What is
    `restricted` concerns one child or family, though it is no case; what is `lasting` is not
    over yet; what goes `past_line` is about somebody who works here, who then is in `family`.
    """

    organisation_id: UUID | None = None
    municipality_id: UUID | None = None
    neighbourhood_id: UUID | None = None
    author_id: UUID | None = None
    owner_id: UUID | None = None
    readers: frozenset[UUID] = frozenset()
    on_duty: frozenset[UUID] = frozenset()
    carers: frozenset[UUID] = frozenset()
    followers: frozenset[UUID] = frozenset()
    family: frozenset[UUID] = frozenset()
    published: bool = False
    restricted: bool = False
    released: bool = False
    lasting: bool = False
    past_line: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds for one membership at a time, so that roles and organisations cannot be mixed."""

    name: str
    holds: Callable[[Actor, Membership, Facts], bool]
    parts: tuple["Condition", ...] = ()
    joined: str = ""  # how the parts make the whole: "and", "or", "not"


NOBODY: Final = Actor()
SYSTEM: Final = Actor(None, Membership(Role.SYSTEM))
