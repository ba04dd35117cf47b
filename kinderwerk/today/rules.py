"""What the first page of somebody shows: sessions, what waits for them, and where to go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kinderwerk.access.vocabulary import Role
from kinderwerk.activities.rules import Format
from kinderwerk.core.words import N_
from kinderwerk.goals.rules import ThemeCode

#: How far ahead the page looks.
AHEAD: Final = timedelta(days=7)
#: With so many waiting, somebody should ask whether there can be a second group.
LONG_LINE: Final = 3
#: From this age on those who come are no children.
GROWN_UP: Final = 18
#: What fits on a page that answers "what now?".
MOST: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A session to come: `expected` children where one signs up, or `open` to whoever comes."""

    id: UUID
    title: str
    format: Format
    theme: ThemeCode | None
    starts_at: datetime
    ends_at: datetime
    day: date
    venue: str | None
    expected: int | None
    open: bool


@dataclass(frozen=True, slots=True)
class Agenda:
    today: Sequence[Meeting]
    coming: Sequence[Meeting]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """How often sealed words were opened since a day, by which role."""

    since: date
    by_role: Sequence[tuple[Role, int]]

    @property
    def total(self) -> int:
        return sum(n for _, n in self.by_role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Children who wait for a place."""

    activity_id: UUID
    title: str
    waiting: int
    capacity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What an administrator has to see to."""

    invitations: int
    failed: int
    neighbourhoods: int
    without_figures: int
    venues: int


@dataclass(frozen=True, slots=True)
class Door:
    """Somewhere to go from here."""

    endpoint: str
    label: str
    icon: str


_SESSIONS: Final = Door("registers.index", N_("Take attendance"), "check")
_SIGNAL: Final = Door("signals.quick", N_("Write down a signal"), "alert")
_TALKED: Final = Door("conversations.new", N_("Talked with a child"), "message")
_PLAN: Final = Door("activities.new", N_("Plan an activity"), "calendar")
#: The first is the one that is needed most.
DOORS: Final[Mapping[Role, Sequence[Door]]] = MappingProxyType(
    {
        Role.VOLUNTEER: (
            _SESSIONS,
            Door("signals.pass_on", N_("Pass on a worry"), "alert"),
        ),
        Role.WORKER: (_SESSIONS, _SIGNAL, _TALKED, _PLAN),
        Role.COORDINATOR: (_PLAN, _SESSIONS, _SIGNAL, _TALKED),
        Role.PROTECTION_OFFICER: (
            Door("signals.index", N_("All open signals"), "list"),
            _SIGNAL,
            _TALKED,
        ),
        Role.MUNICIPALITY: (Door("reports.index", N_("All reports"), "report"),),
        Role.ADMIN: (Door("accounts.invite", N_("Invite somebody"), "person"),),
    }
)


def agenda(meetings: Sequence[Meeting], today: date) -> Agenda:
    """Part what is today from the first of what comes after."""
    return Agenda(
        [one for one in meetings if one.day == today],
        [one for one in meetings if one.day > today][:MOST],
    )


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
