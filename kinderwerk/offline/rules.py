"""What a device may tell later, when it was, and what stands when two told something else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from kinderwerk.activities.rules import AgeBand
from kinderwerk.core.citizen_number import mask
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.registers.rules import (
    LONGEST_NAME,
    LONGEST_REASON,
    Box,
    Gender,
    Known,
    Leaving,
    Presence,
)

#: Sessions that begin so soon are taken along, and those that ended no longer ago than this.
AHEAD: Final = timedelta(hours=48)
BACK: Final = timedelta(hours=12)
#: So many changes are sent at once; a device sends the rest with the next ones.
MOST: Final = 100
#: Answers are kept for so long, for a device that asks again whether it was heard.
KEPT: Final = timedelta(days=30)
#: A device that nobody used for so long is no device any more.
LASTS: Final = timedelta(days=60)
FARTHEST: Final = timedelta(days=4000)


class Kind(Labelled):
    MARK = "mark", N_("Marked")
    LEAVE = "leave", N_("Went home")
    STAY = "stay", N_("Did not go home after all")
    COUNT = "count", N_("Counted")
    WALK_IN = "walk_in", N_("Walked in")


class Outcome(Labelled):
    APPLIED = "applied", N_("Taken over")
    SAME = "same", N_("It was so already")
    OVERTAKEN = "overtaken", N_("Something later or surer was there")
    CONFLICT = "conflict", N_("Somebody else noted something else: look at both")
    HELD = "held", N_("Could not be taken over: somebody has to look")
    GONE = "gone", N_("It is no longer there, so nothing could be noted")
    REFUSED = "refused", N_("Not possible")


#: What somebody has to look at.
OPEN: Final = (Outcome.CONFLICT, Outcome.HELD)


class NoLongerHere(Refusal):
    message = N_("Whoever marked this no longer works here.")


class NotOpen(Refusal):
    message = N_("This list is not open to this device any more.")


class Unreadable(ValueError):
    """What a device sent makes no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that a device tells: its own number for it, in its own order, by its own clock.

    `base` is the turn of the child's mark that the device knew of.
    """

    id: UUID
    seq: int
    occurrence_id: UUID
    child_id: UUID | None
    kind: Kind
    base: int
    at: datetime
    value: Mapping[str, Any] = field(default_factory=dict)

    @property
    def presence(self) -> Presence | None:
        return Presence(self.value["presence"]) if self.value.get("presence") else None

    @property
    def leaving(self) -> Leaving:
        return Leaving(who=self.value["who"], why=self.value["why"])

    @property
    def counted(self) -> tuple[Box, int]:
        box = Box(
            AgeBand(self.value["band"]), Known(self.value["known"]), Gender(self.value["gender"])
        )
        return box, int(self.value["by"])


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the register about one child."""

    presence: Presence | None = None
    left_with: str | None = None
    turn: int = 0


def read(sent: Any) -> Told:
    """Read what a device sent; whatever it is, nothing but `Unreadable` comes of it."""
    try:
        kind = Kind(sent["kind"])
        told = Told(
            id=UUID(sent["id"]), seq=_whole(sent["seq"]), occurrence_id=UUID(sent["occurrence"]),
            child_id=UUID(sent["child"]) if sent.get("child") else None, kind=kind,
            base=_whole(sent.get("base", 0)), at=_moment(sent["at"]),
            value=_VALUES[kind](sent.get("value") or {}),
        )  # fmt: skip
        about_child = kind in (Kind.MARK, Kind.LEAVE, Kind.STAY)
        if about_child and told.child_id is None:
            raise Unreadable
        _ = (kind is Kind.MARK and told.presence, kind is Kind.COUNT and told.counted)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Unreadable from error
    return told


def instant(text: Any) -> datetime:
    """Read what a device's clock says."""
    try:
        return _moment(text)
    except (TypeError, ValueError, OverflowError) as error:
        raise Unreadable from error


def _whole(number: Any) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**31:
        raise Unreadable
    return number


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise Unreadable
    return moment.astimezone(UTC)


def _words(value: Mapping[str, Any], name: str, most: int) -> str:
    text = value.get(name) or ""
    if not isinstance(text, str):
        raise Unreadable
    return mask(text.strip()[:most])


def _mark(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"presence": value.get("presence")}


def _leave(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"who": _words(value, "who", LONGEST_NAME), "why": _words(value, "why", LONGEST_REASON)}


def _count(value: Mapping[str, Any]) -> dict[str, Any]:
    if value["by"] not in (1, -1):
        raise Unreadable
    return {
        "band": value["band"], "known": value["known"], "by": value["by"],
        "gender": value.get("gender") or Gender.UNASKED.value,
    }  # fmt: skip


def _walk_in(value: Mapping[str, Any]) -> dict[str, Any]:
    lengths = {"first_name": 80, "surname": 80, "born": 20, "parent": 120, "phone": 32}
    words = {name: _words(value, name, most) for name, most in lengths.items()}
    if not words["first_name"]:
        raise Unreadable
    return {**words, "alone": value.get("alone") is True, "agreed": value.get("agreed") is True}


_VALUES: Final[Mapping[Kind, Callable[[Mapping[str, Any]], dict[str, Any]]]] = MappingProxyType(
    {
        Kind.MARK: _mark,
        Kind.LEAVE: _leave,
        Kind.STAY: lambda value: {},
        Kind.COUNT: _count,
        Kind.WALK_IN: _walk_in,
    }
)


def skew(phone: datetime, now: datetime) -> timedelta:
    """Return by how much a device's clock is slow, as far as that can be believed."""
    return max(-FARTHEST, min(FARTHEST, now - phone))


def moment(told: datetime, slow: timedelta, now: datetime, first: datetime) -> datetime:
    """Return when something was by our clock: not yet to come, and not before it could be."""
    try:
        at = told + slow
    except OverflowError:
        at = now
    return min(max(at, min(first, now)), now)


def judge(told: Told, stands: Standing, *, own: bool) -> Outcome:
    """Say what becomes of something about a child, where another may have written meanwhile.

    On one device (`own`) the later counts. Between two: the same is the same; a mark counts over
    none; who signed off counts over who did not come; and of two who saw something else, neither
    is right by itself.
    """
    if told.kind is Kind.MARK:
        return _judged(told.presence, stands, told.base, own=own)
    if told.kind is Kind.STAY:
        free = own or told.base == stands.turn
        return Outcome.SAME if stands.left_with is None else _free(free=free)
    if stands.left_with == told.value["who"]:
        return Outcome.SAME
    if own or told.base == stands.turn:
        return Outcome.APPLIED
    here = stands.presence is Presence.PRESENT and stands.left_with is None
    return _free(free=here)


def _judged(presence: Presence | None, stands: Standing, base: int, *, own: bool) -> Outcome:
    if presence is stands.presence:
        return Outcome.SAME
    if own or base == stands.turn or stands.presence is None:
        return Outcome.APPLIED
    if presence is None or (presence is Presence.ABSENT and stands.presence is Presence.EXCUSED):
        return Outcome.OVERTAKEN
    if presence is Presence.EXCUSED and stands.presence is Presence.ABSENT:
        return Outcome.APPLIED
    return Outcome.CONFLICT


def _free(*, free: bool) -> Outcome:
    return Outcome.APPLIED if free else Outcome.CONFLICT
