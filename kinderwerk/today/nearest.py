"""The session that comes next, at a glance: how many come, what to know and what to bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities.rules import PRIVATE
from kinderwerk.activities.series import Slot
from kinderwerk.core import clock
from kinderwerk.planner import queries as planner
from kinderwerk.planner.queries import Week
from kinderwerk.planner.rules import Planned, Warn
from kinderwerk.registers import queries as registers
from kinderwerk.today.rules import MOST, Agenda, Meeting

#: How far ahead whoever leads is warned.
WARNED: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """A session, who is there with whom, and of how many children one must know something."""

    meeting: Meeting
    today: bool
    crew: Sequence[str]
    bring: str
    listed: int = 0
    away: int = 0
    noted: int = 0
    no_photos: int = 0
    alone: int = 0


def nearest(session: Session, actor: Actor, agenda: Agenda) -> Nearest | None:
    """Return what comes next of somebody's own sessions; whose names are on it stays there."""
    meeting = next(
        (one for one in [*agenda.today, *agenda.coming] if one.ends_at > clock.now()), None
    )
    if meeting is None:
        return None
    date = registers.occurrence(session, meeting.id)
    found = planner.around(session, actor, date)
    planned = next(one for one in found.dates if one.id == date.id)
    sees = permits(actor, Action.VIEW, Resource.REGISTER, date.facts)
    lines = registers.lines(session, actor, date) if sees else []
    comes = [one for one in lines if not one.away]
    return Nearest(
        meeting=meeting, today=meeting in agenda.today, bring=date.activity.bring,
        crew=[one.name for one in planned.crew], listed=len(comes),
        away=len(lines) - len(comes), noted=sum(one.noted_at is not None for one in comes),
        no_photos=sum(one.no_photos for one in comes),
        alone=sum(one.goes_home_alone for one in comes),
    )  # fmt: skip


def troubled(session: Session, actor: Actor) -> list[tuple[Planned, list[Warn]]]:
    """Return the first dates of the coming week that somebody should look at."""
    now = clock.now()
    week: Week = planner.meanwhile(session, actor, [Slot(now, now + WARNED)])
    found = [(one, week.open(one.id)) for one in week.dates if _shown(one)]
    return [(one, warnings) for one, warnings in found if warnings][:MOST]


def _shown(one: Planned) -> bool:
    return one.title is not None and one.format not in PRIVATE
