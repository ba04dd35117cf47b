"""Planning again, a school year later, what there was: on the same days of the week, as a plan."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from kinderwerk.activities.guide import GUIDE
from kinderwerk.activities.method import METHOD, Method
from kinderwerk.activities.models import Activity
from kinderwerk.activities.repeating import LISTED
from kinderwerk.activities.rules import ByDraw, Plan
from kinderwerk.activities.series import Series
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

#: In whole weeks, so that each day stays on its day of the week, and in its season.
A_YEAR: Final = timedelta(weeks=52)
FORTNIGHT: Final = timedelta(weeks=2)


class OverBefore(Refusal):
    message = N_("A year later it would be over already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """Whom and what of last year there still is to plan with."""

    staff: Collection[UUID]
    venues: Collection[UUID]
    partners: Collection[UUID]
    homes: Collection[UUID]


def a_year_later(series: Series, first: date, today: date) -> Series:
    """Return the series a year later: one by a rule from the first day on at the earliest.

    It moves on by fortnights, so that what is every two weeks stays in its weeks. Days that
    somebody chose by hand go along only where there is nothing else.
    """
    begins_on, ends_on = series.begins_on + A_YEAR, series.ends_on + A_YEAR
    first = max(first, today) if series.rule is not None else today
    if series.rule is None and begins_on < first:
        raise OverBefore
    while begins_on < first:
        begins_on += FORTNIGHT
    if ends_on < begins_on:
        raise OverBefore
    starts, ends = series.times(series.ends_on)
    listed = {day + A_YEAR for day in series.extra} if series.rule == LISTED else set()
    return replace(
        series, begins_on=begins_on, ends_on=ends_on, starts=starts, ends=ends, skipped=frozenset(),
        extra=frozenset(day for day in listed if day >= begins_on), closed={}, turns=(),
    )  # fmt: skip


def plan_of(activity: Activity, series: Series, still: Still) -> Plan:
    """Return the plan of it with another series, without who and what there is no more."""
    told = {name: getattr(activity, name) for name in (*SAME, *GUIDE)}
    return Plan(
        **told, series=series, free=activity.free,
        goal_ids=tuple(one.goal_id for one in activity.goals),
        why=activity.goals[0].why if activity.goals else "",
        venue_id=activity.venue_id if activity.venue_id in still.venues else None,
        staff_ids=tuple(one.user_id for one in activity.staff if one.user_id in still.staff),
        partner_ids=tuple(
            one.partner_id for one in activity.partners if one.partner_id in still.partners
        ),
        only_for=tuple(home for home in activity.homes if home in still.homes),
        method=Method(**{name: getattr(activity, name) for name in METHOD}),
        languages=tuple(activity.languages), draw=_drawn_later(activity),
    )  # fmt: skip


#: What a plan says in the same words as the activity.
SAME: Final = (
    "format", "title", "summary", "description", "age_from", "age_to", "capacity", "signup",
    "register", "drawing", "price_cents", "discount", "bring",
)  # fmt: skip


def _drawn_later(activity: Activity) -> ByDraw | None:
    draw = activity.draw
    return draw and replace(draw, closes_at=_on_the_wall(draw.closes_at, activity.zone))


def _on_the_wall(moment: datetime, zone: str) -> datetime:
    return (moment.astimezone(ZoneInfo(zone)) + A_YEAR).astimezone(UTC)
