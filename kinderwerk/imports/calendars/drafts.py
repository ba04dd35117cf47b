"""What becomes of an event of another calendar: a series with its exceptions. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kinderwerk.activities.repeating import DAYS, LISTED, NotPlannable, Rule
from kinderwerk.activities.series import Series, Slot
from kinderwerk.calendars.events import Event, Moments
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

MIDNIGHT: Final = time()


class Nameless(Refusal):
    message = N_("It has no title.")


class Endless(Refusal):
    message = N_("It repeats without an end. Give it a last day there, or plan it here.")


class CalledOff(Refusal):
    message = N_("It is called off.")


class NoDatesLeft(Refusal):
    message = N_("It has no date in the coming years.")


class OverMidnight(Refusal):
    message = N_("It repeats, and lasts into the next day. Plan it here.")


class TwiceADay(Refusal):
    message = N_("It has two dates on one day.")


@dataclass(frozen=True, slots=True)
class Usual:
    """What holds where an event does not say it: the zone, and from when to when."""

    zone: str
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Own:
    """A date that is not as the rule says: at another time, or called off."""

    slot: Slot
    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event as it can be planned; `timeless` when its times are only the usual ones."""

    number: int
    uid: str
    title: str
    description: str = ""
    place: str = ""
    series: Series
    own: dict[date, Own] = field(default_factory=dict)
    timeless: bool = False

    @property
    def over(self) -> date:
        return self.series.ends_on


@dataclass(frozen=True, slots=True)
class _Wall:
    """A date by the clock on the wall."""

    starts: datetime
    ends: datetime
    off: bool

    @property
    def times(self) -> tuple[time, time]:
        return self.starts.time(), self.ends.time()


def draft(event: Event, usual: Usual) -> Draft:
    """Return the plan of an event, or refuse what cannot be planned."""
    if not event.summary:
        raise Nameless
    if event.off:
        raise CalledOff
    if event.endless:
        raise Endless
    zone = event.zone if event.zone not in ("", "UTC") else usual.zone
    walls = [_wall(one, ZoneInfo(zone), usual, whole_day=event.whole_day) for one in event.dates]
    if not [one for one in walls if not one.off]:
        raise NoDatesLeft
    series = _once(walls[0], zone) if len(walls) == 1 else _repeating(event, walls, zone)
    series.check()
    own = {one.starts.date(): _own(one, series) for one in walls if _differs(one, series)}
    return Draft(
        number=event.number, uid=event.uid, title=event.summary[:120], series=series, own=own,
        description=event.description, place=event.location[:300],
        timeless=event.whole_day or event.first.starts == event.first.ends,
    )  # fmt: skip


def _wall(moments: Moments, zone: ZoneInfo, usual: Usual, *, whole_day: bool) -> _Wall:
    starts, ends = (_on_wall(one, zone) for one in (moments.starts, moments.ends))
    if whole_day:
        last = (ends - timedelta(microseconds=1)).date()
        starts, ends = (
            datetime.combine(starts.date(), usual.starts), datetime.combine(last, usual.ends)
        )  # fmt: skip
    elif starts == ends:
        ends += datetime.combine(date.min, usual.ends) - datetime.combine(date.min, usual.starts)
    return _Wall(starts, ends, moments.off)


def _on_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    moved = moment.astimezone(zone) if moment.tzinfo else moment
    return moved.replace(tzinfo=None, second=0, microsecond=0)


def _once(wall: _Wall, zone: str) -> Series:
    (starts, ends), first = wall.times, wall.starts.date()
    return Series(
        begins_on=first, ends_on=wall.ends.date(), starts=starts, ends=ends, zone=zone
    )  # fmt: skip


def _repeating(event: Event, walls: Sequence[_Wall], zone: str) -> Series:
    days = frozenset(one.starts.date() for one in walls)
    if len(days) < len(walls):
        raise TwiceADay
    if any(one.starts.date() != one.ends.date() for one in walls):
        raise OverMidnight
    (starts, ends), _ = Counter(one.times for one in walls).most_common(1)[0]
    first = min(*days, _on_wall(event.first.starts, ZoneInfo(zone)).date())
    series = Series(
        begins_on=first, ends_on=max(days), starts=starts, ends=ends, zone=zone, rule=LISTED,
        extra=days,
    )  # fmt: skip
    rule = _rule(event)
    if rule is None:
        return replace(series, begins_on=min(days))
    given = frozenset(rule.days(first, max(days)))
    return replace(series, rule=rule, extra=days - given, skipped=given - days)


def _rule(event: Event) -> Rule | None:
    """Return the rule so that it says itself on which days; None where only the dates count."""
    parts = dict(part.split("=", 1) for part in event.rule.split(";") if "=" in part)
    parts = {name: said for name, said in parts.items() if name not in ("UNTIL", "COUNT", "WKST")}
    first = event.first.starts if not event.zone else _on_wall(
        event.first.starts, ZoneInfo(event.zone)
    )  # fmt: skip
    named = {"BYDAY", "BYMONTHDAY"} & parts.keys()
    if parts.get("FREQ") == "WEEKLY" and not named:
        parts["BYDAY"] = DAYS[first.weekday()]
    elif parts.get("FREQ") in ("MONTHLY", "YEARLY") and not named:
        parts["BYMONTHDAY"] = str(first.day)
    if parts.get("FREQ") == "YEARLY":
        parts.setdefault("BYMONTH", str(first.month))
    often = parts.pop("FREQ", "")
    if parts.get("INTERVAL") == "1":
        del parts["INTERVAL"]
    order = sorted(parts, key=lambda name: (name != "INTERVAL", name))
    rule = Rule(";".join([f"FREQ={often}", *(f"{name}={parts[name]}" for name in order)]))
    try:
        rule.check()
    except NotPlannable:
        return None
    return rule if often and event.dates else None


def _differs(wall: _Wall, series: Series) -> bool:
    return wall.off or (series.rule is not None and wall.times != (series.starts, series.ends))


def _own(wall: _Wall, series: Series) -> Own:
    one = replace(series, starts=wall.starts.time(), ends=wall.ends.time())
    return Own(one.slot(wall.starts.date()), wall.off)
