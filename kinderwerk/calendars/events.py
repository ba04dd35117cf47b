"""What stands in a calendar, as plain values."""

from dataclasses import dataclass, field
from datetime import datetime

from kinderwerk.places.reading.findings import Findings


@dataclass(frozen=True, slots=True)
class Moments:
    """When something begins and ends: with a zone, or as the clock on the wall says it."""

    starts: datetime
    ends: datetime
    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event with all its dates; `number` is its place in the file, counted from one.

    `rule` is the RRULE as it was written; `zone` the one on whose wall it repeats, if it names one
    that everybody knows. The dates of a `whole_day` begin and end at midnight.
    """

    number: int
    uid: str
    summary: str = ""
    description: str = ""
    location: str = ""
    off: bool = False
    whole_day: bool = False
    endless: bool = False
    zone: str = ""
    rule: str = ""
    first: Moments
    dates: tuple[Moments, ...] = ()


@dataclass(slots=True)
class Calendar:
    """What was read, and what could not be."""

    events: list[Event] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
