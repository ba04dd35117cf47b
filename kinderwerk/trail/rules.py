"""What deeds are called, and what in a week of them is worth a second look. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.access.vocabulary import Role
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.trail.words import FOR_FAMILIES, Kind

VERBS: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.CREATED: frozenset(
        {"added", "made", "written", "begun", "invited", "invited_again", "prepared", "aimed"}
    ),
    Kind.REMOVED: frozenset(
        {"removed", "cancelled", "retired", "ended", "purged", "invitation_withdrawn", "unshared"}
    ),
    Kind.READ: frozenset({"read", "seen", "listed"}),
    Kind.SEARCHED: frozenset({"searched"}),
    Kind.PRINTED: frozenset({"printed"}),
    Kind.EXPORTED: frozenset({"exported"}),
    Kind.TRANSFERRED: frozenset({"passed_on", "handed_over", "shared", "sent", "went_on"}),
}
_BY_VERB: Final = {verb: kind for kind, verbs in VERBS.items() for verb in verbs}
#: What deeds are about, in words; anything else is part of running the house.
NOUNS: Final[Mapping[str, str]] = FOR_FAMILIES | {
    "emergency": N_("What is known now"),
    "signal": N_("Signals"),
    "code_case": N_("Cases of the reporting code"),
    "idea": N_("Ideas of children"),
    "story": N_("Stories"),
    "support": N_("Parenting support"),
    "support_contact": N_("Short contacts"),
    "referral": N_("Referrals"),
    "activity": N_("Activities"),
    "occurrence": N_("Activities"),
    "user": N_("Accounts"),
    "member": N_("People"),
    "absence": N_("Who is away"),
    "report": N_("Goal report"),
    "trail": N_("Access log"),
}
ELSE: Final = N_("The organisation itself")
CASES: Final = frozenset({"signal", "support", "referral", "code_case"})


def noun(deed: str) -> str:
    return deed.partition(".")[0]


def kind(deed: str) -> Kind:
    """Return what somebody did; what is not known better is a change."""
    if deed.startswith("emergency."):
        return Kind.EMERGENCY
    return _BY_VERB.get(deed.rpartition(".")[2], Kind.CHANGED)


def about(deed: str) -> str:
    return NOUNS.get(noun(deed), ELSE)


class Rule(Labelled):
    """Why a week of deeds is worth a second look."""

    EMERGENCY = "emergency", N_("Looked in an emergency")
    MANY_CASES = "many_cases", N_("Opened many different cases in one day")
    AT_NIGHT = "at_night", N_("Opened cases at night")
    NOT_INVOLVED = "not_involved", N_("Opened cases without carrying or sharing them")
    FACTOR_RESET = "factor_reset", N_("Had to do with the reset of a second factor")
    TAKEN_OUT = "taken_out", N_("Printed or took out files about people")


class Outcome(Labelled):
    """What came of looking at it."""

    EXPECTED = "expected", N_("Belongs to the work")
    TALKED = "talked", N_("Talked about it")
    REPORTED = "reported", N_("Passed on as a possible breach")


class Need(Labelled):
    """Why somebody cannot wait for whoever carries the case."""

    DANGER = "danger", N_("A child may be in danger now")
    ACCIDENT = "accident", N_("An accident or illness")
    MISSING = "missing", N_("A child is missing")
    AUTHORITIES = "authorities", N_("Police or Veilig Thuis ask about it now")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plea:
    """What somebody says who cannot wait."""

    need: Need
    reason: str


#: How long what is known stays open, and how much somebody says about why.
LASTS: Final = timedelta(hours=24)
LEAST: Final = 20
LONGEST: Final = 1000


class TooShort(Refusal):
    message = N_("Say in a few words more why you cannot wait.")
    field = "reason"


def check_plea(plea: Plea) -> None:
    if len(plea.reason.strip()) < LEAST:
        raise TooShort


#: From how many different cases in a day on; and from when until when it is night.
MANY: Final = 15
NIGHT: Final = (23, 6)


#: How long what was found stays.
KEPT: Final = timedelta(days=730)


class AlreadySeen(Refusal):
    message = N_("Somebody has looked at this already.")


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry, as far as the rules need it."""

    at: datetime
    actor_id: UUID
    role: Role
    deed: str
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class Noticed:
    """A rule that somebody's week met, and how often."""

    rule: Rule
    actor_id: UUID
    times: int


def is_night(at: datetime) -> bool:
    hour, (from_, until) = clock.to_wall(at).hour, NIGHT
    return hour >= from_ or hour < until


def opens_case(deed: str) -> bool:
    """Tell whether the words of a case were opened, and not only a line or a reader of it seen."""
    seen = ".seen" in deed or deed.endswith(".listed")
    return noun(deed) in CASES and kind(deed) in (Kind.READ, Kind.PRINTED) and not seen


def notice(deeds: Iterable[Deed], involved: Mapping[UUID, frozenset[UUID]]) -> list[Noticed]:
    """Return what is worth a second look; `involved` says who carries or shares which case."""
    times: Counter[tuple[Rule, UUID]] = Counter()
    by_day: dict[tuple[UUID, date], set[UUID]] = defaultdict(set)
    for one in deeds:
        for rule in _met(one, involved):
            times[rule, one.actor_id] += 1
        if opens_case(one.deed):
            by_day[one.actor_id, clock.to_wall(one.at).date()].add(one.subject_id)
    for (actor_id, _), cases in by_day.items():
        if len(cases) >= MANY:
            key = (Rule.MANY_CASES, actor_id)
            times[key] = max(times[key], len(cases))
    return [Noticed(rule, actor_id, n) for (rule, actor_id), n in sorted(times.items())]


def _met(one: Deed, involved: Mapping[UUID, frozenset[UUID]]) -> Iterable[Rule]:
    if one.deed == "emergency.opened":
        yield Rule.EMERGENCY
    if one.deed.startswith("user.factor_reset"):
        yield Rule.FACTOR_RESET
    if kind(one.deed) in (Kind.PRINTED, Kind.EXPORTED) and noun(one.deed) != "report":
        yield Rule.TAKEN_OUT
    if opens_case(one.deed):
        if is_night(one.at):
            yield Rule.AT_NIGHT
        if one.actor_id not in involved.get(one.subject_id, frozenset({one.actor_id})):
            yield Rule.NOT_INVOLVED


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What people who work there did with one thing on one day, as a family reads it."""

    day: date
    organisation: str
    kind: Kind
    about: str
    times: int = 1


def folded(looked: Iterable[Looked]) -> list[Looked]:
    """Put together what was done again on the same day; the newest day first."""
    counted = Counter(looked)
    lines = [
        Looked(
            day=one.day, organisation=one.organisation, kind=one.kind, about=one.about, times=n
        )
        for one, n in counted.items()
    ]  # fmt: skip
    return sorted(lines, key=lambda one: (-one.day.toordinal(), one.about, one.kind))
