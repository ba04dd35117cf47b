"""Making drafts of the events of another calendar: all of them, or none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import HABITS, Format, Plan
from kinderwerk.calendars import apart
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.core.words import N_
from kinderwerk.imports import queries
from kinderwerk.imports.calendars.drafts import Draft, Usual, draft
from kinderwerk.imports.drafts import MOST
from kinderwerk.imports.kinds import Made
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.rules import Sort
from kinderwerk.imports.service import note, still_in
from kinderwerk.places.reading.findings import Finding, Findings, Where
from kinderwerk.storage.work import unit_of_work

LARGEST_UPLOAD: Final = 1024 * 1024
EARLIEST: Final = date(2000, 1, 1)
AHEAD: Final = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What holds for all drafts: an event of another calendar does not say why."""

    format: Format
    goal_id: UUID
    why: str
    zone: str


@dataclass(slots=True)
class Found:
    """What can be planned, what is known already, what is over, and what cannot be."""

    drafts: list[Draft] = field(default_factory=list)
    known: list[Draft] = field(default_factory=list)
    over: list[Draft] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)


class NotAsItIs(Refusal):
    """Not all of it can be planned; `found` says what can."""

    message = N_(
        "Not everything in this calendar can be taken over. Look what cannot, and say whether to"
        " leave that out."
    )
    field = "leave_out"

    def __init__(self, found: Found) -> None:
        self.found = found
        super().__init__()


class NothingToPlan(NotAsItIs):
    message = N_("Nothing in this file can be planned.")
    field = "file"


def look(session: Session, organisation_id: UUID, content: bytes, wish: Wish) -> Found:
    """Read a calendar and say what would become of it; nothing is written."""
    session.rollback()  # no transaction waits for the child
    calendar = apart.read(content, EARLIEST, clock.today() + AHEAD)
    found, habit = Found(findings=calendar.findings), HABITS[wish.format]
    usual = Usual(wish.zone, habit.starts, habit.ends)
    drafts: list[Draft] = []
    for event in calendar.events:
        try:
            drafts.append(draft(event, usual))
        except Refusal as refusal:
            values = {
                name: value if isinstance(value, int) else str(value)
                for name, value in refusal.values.items()
            }
            found.findings.fault(Finding(refusal.message, values, Where.EVENT, event.number))
    known = _known(session, organisation_id, [one.uid for one in drafts])
    for one in drafts:
        past = one.series.ends_on < clock.today()
        (found.known if one.uid in known else found.over if past else found.drafts).append(one)
    if len(found.drafts) > MOST:
        found.findings.fault(Finding(N_("It has more than %(most)s events."), {"most": MOST}))
        del found.drafts[MOST:]
    return found


def bring_in(
    session: Session, actor: Actor, content: bytes, wish: Wish, *, leave_out: bool, once: UUID
) -> BroughtIn:
    """Make drafts of all that is in a calendar, or of none; `leave_out` is for what cannot be."""
    here = demand(actor, Action.CREATE, Resource.ACTIVITY).organisation_id
    if here is None or actor.id is None:
        raise Withheld("somebody plans activities, for an organisation")
    found = look(session, here, content, wish)
    with unit_of_work(session):
        held = demand(actor, Action.CREATE, Resource.ACTIVITY)
        if before := queries.sent_before(session, actor.id, Sort.ACTIVITIES, once):
            return still_in(before)
        if found.findings.faults and not leave_out:
            raise NotAsItIs(found)
        session.get_one(Organisation, here, with_for_update={"key_share": True})
        known = _known(session, here, [one.uid for one in found.drafts])
        made = [_planned(session, actor, one, wish) for one in found.drafts if one.uid not in known]
        if not made:
            raise NothingToPlan(found)
        ids = [one.id for one in made]
        return note(
            session, actor.using(held), Sort.ACTIVITIES, Made(ids, ids), n=len(ids), once=once
        )


def _planned(session: Session, actor: Actor, one: Draft, wish: Wish) -> Activity:
    habit = HABITS[wish.format]
    plan = Plan(
        format=wish.format, title=one.title, description=one.description, way_there=one.place,
        goal_ids=(wish.goal_id,), why=wish.why, age_from=habit.ages[0], age_to=habit.ages[1],
        capacity=habit.capacity, signup=habit.signup, register=habit.register,
        drawing=habit.drawing, series=one.series, source_uid=one.uid or None,
    )  # fmt: skip
    activity = activities.plan(session, actor, plan)
    for date_ in _dates(session, activity):
        own = one.own.get(date_.starts_at.astimezone(ZoneInfo(activity.zone)).date())
        if own:
            date_.starts_at, date_.ends_at, date_.moved = own.slot.starts_at, own.slot.ends_at, True
            date_.cancelled_at = clock.now() if own.off else None
    return activity


def _dates(session: Session, activity: Activity) -> Sequence[Occurrence]:
    session.flush()
    return session.scalars(select(Occurrence).where(Occurrence.activity_id == activity.id)).all()


def _known(session: Session, organisation_id: UUID, uids: Collection[str]) -> set[str]:
    """Return which of them stand here already."""
    wanted = [uid for uid in uids if uid]
    rows = session.scalars(
        select(Activity.source_uid).where(
            Activity.organisation_id == organisation_id, Activity.source_uid.in_(wanted)
        )
    )
    return {uid for uid in rows if uid}
