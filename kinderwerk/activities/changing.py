"""Changing one date, this one and all later ones, or all of them: when, where, what is different.

It stays one activity, so that whoever has a place keeps it, a register stays where it is and a
calendar takes the date over; see docs/adr/0025.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.activities import moves, queries, rules
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.series import EndsBeforeItStarts, Slot
from kinderwerk.activities.service import locked
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.words import N_, Labelled
from kinderwerk.places.models import Venue
from kinderwerk.storage.work import revise, unit_of_work


class Reach(Labelled):
    ONE = "one", N_("Only this date")
    LATER = "later", N_("This date and all later ones")
    ALL = "all", N_("All dates that are still to come")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateChange:
    """How dates are from now on; no venue is that of the activity itself."""

    reach: Reach
    starts: time
    ends: time
    venue_id: UUID | None = None
    note: str = ""


class BeganAlready(rules.GoneBy):
    field = "starts"


class TwoAtOnce(rules.AnotherThen):
    field = "starts"


def change_dates(
    session: Session, actor: Actor, occurrence_id: UUID, change: DateChange
) -> list[Occurrence]:
    """Change dates; whoever has a place keeps it, and hears of it a little later."""
    with unit_of_work(session):
        activity_id = session.get_one(Occurrence, occurrence_id).activity_id
        activity, dates = locked(session, actor, activity_id)
        one = next(each for each in dates if each.id == occurrence_id)
        if one.cancelled_at:
            raise rules.WasCalledOff
        if one.starts_at <= clock.now():
            raise BeganAlready
        if change.ends <= change.starts and activity.rule is not None:
            raise EndsBeforeItStarts
        venue = _venue(session, activity, change.venue_id)
        concerned, known = _concerned(one, dates, change.reach), moves.standing(activity, dates)
        revise(activity, None, **_rule(activity, one, change))
        if change.reach is Reach.ALL and venue:
            activity.venue = venue
        for each in concerned:
            _apply(activity, each, change, venue, alone=change.reach is Reach.ONE)
        _refuse_doubles(dates)
        moves.note(session, activity, known)
        audit.record(
            session, actor, "activity.dates_changed", activity.id,
            also=[each.id for each in concerned], reach=change.reach.value, n=len(concerned),
        )  # fmt: skip
    return concerned


def _venue(session: Session, activity: Activity, venue_id: UUID | None) -> Venue | None:
    if venue_id is None or venue_id == activity.venue_id:
        return None
    found = queries.venue(session, activity.organisation_id, venue_id)
    if found is None or activity.format in rules.HOMES:
        raise rules.Unknown("venue_id")
    return found


def _concerned(one: Occurrence, dates: Sequence[Occurrence], reach: Reach) -> list[Occurrence]:
    if reach is Reach.ONE:
        return [one]
    since = one.starts_at if reach is Reach.LATER else clock.now()
    return [each for each in dates if each.starts_at >= since and each.cancelled_at is None]


def _rule(activity: Activity, one: Occurrence, change: DateChange) -> dict[str, Any]:
    """Return the rule for the dates that are made later: it has to agree with those that stand."""
    if activity.rule is None or change.reach is Reach.ALL:
        return {"starts": change.starts, "ends": change.ends, "turns": []}
    if change.reach is Reach.ONE:
        return {}
    since = _day(activity, one).isoformat()
    venue = str(change.venue_id) if change.venue_id not in (None, activity.venue_id) else None
    before = [turn for turn in activity.turns if (turn[0] or "") < since]
    turn = [since, change.starts.isoformat(), change.ends.isoformat(), venue]
    return {"turns": [*before, turn]}


def _apply(
    activity: Activity, one: Occurrence, change: DateChange, venue: Venue | None, *, alone: bool
) -> None:
    """Change one date; another that was moved to a time of its own keeps that."""
    if alone or not one.moved:
        slot = _slot(activity, one, change)
        one.moved = one.moved or (alone and activity.rule is not None and slot != one.slot)
        one.starts_at, one.ends_at = slot.starts_at, slot.ends_at
    one.venue = None if change.reach is Reach.ALL else venue
    one.note = change.note


def _slot(activity: Activity, one: Occurrence, change: DateChange) -> Slot:
    rule = replace(activity.series, starts=change.starts, ends=change.ends, turns=())
    return rule.slot(_day(activity, one))


def _day(activity: Activity, one: Occurrence) -> date:
    return one.starts_at.astimezone(ZoneInfo(activity.zone)).date()


def _refuse_doubles(dates: Sequence[Occurrence]) -> None:
    if len({one.starts_at for one in dates}) < len(dates):
        raise TwoAtOnce
