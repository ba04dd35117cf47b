"""Giving places by a draw: what is said about it beforehand, and what may still change."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kinderwerk.activities.rules import ByDraw, Plan, SignupKind
from kinderwerk.activities.series import Series
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

#: With fewer places the list of tickets could tell how many the one child had that came.
FEWEST_PLACES: Final = 5
#: Families hear before it begins, and have time to say yes or no.
AHEAD: Final = timedelta(days=1)
MOST_EXTRA: Final = 9
#: Work that is due when sign-up opened, or its closing time moved; its subject is the activity.
DRAW_AHEAD: Final = "activities.draw_ahead"


class DrawNeedsSeries(Refusal):
    message = N_("A draw is for the whole series. Let children sign up for the whole series.")
    field = "by_draw"


class DrawNeedsRoom(Refusal):
    message = N_("Say how many places there are: without a limit there is nothing to draw.")
    field = "capacity"


class TooFewToDraw(Refusal):
    message = N_("A draw needs at least %(fewest)d places beside those that you keep apart.")
    field = "reserved"


class ClosesTooLate(Refusal):
    message = N_("Draw at least a day before it begins, so that families hear in time.")
    field = "draw_closes_at"


class ClosesTooEarly(Refusal):
    message = N_("That moment is past. Choose a later one, so that families can sign up.")
    field = "draw_closes_at"


class RulesStand(Refusal):
    message = N_("Families read the rules of the draw already, so they stay as they are.")
    field = "by_draw"


class NotEarlier(Refusal):
    message = N_("Families were told that they have longer. You can only choose a later moment.")
    field = "draw_closes_at"


class ListClosed(Refusal):
    message = N_("Sign-up for the draw is closed, so the moment stays as it is.")
    field = "draw_closes_at"


class BeingDrawn(Refusal):
    message = N_("The draw is being made now. Change the number of places after it.")
    field = "capacity"


def check(plan: Plan) -> None:
    """Refuse a draw that does not fit what is drawn for."""
    if plan.draw is None:
        return
    if plan.signup is not SignupKind.SERIES:
        raise DrawNeedsSeries
    if plan.capacity is None:
        raise DrawNeedsRoom
    if plan.capacity - plan.draw.reserved < FEWEST_PLACES:
        raise TooFewToDraw(fewest=FEWEST_PLACES)
    if plan.draw.closes_at > _begins(plan.series) - AHEAD:
        raise ClosesTooLate


def check_opening(draw: ByDraw | None) -> None:
    if draw and draw.closes_at <= clock.now():
        raise ClosesTooEarly


def check_change(before: ByDraw | None, room: int | None, plan: Plan, *, drawn: bool) -> None:
    """Refuse another draw once sign-up is open; its end may still be put off until it is there."""
    after = plan.draw
    if before is None or after is None:
        if before is not after:
            raise RulesStand
        return
    if replace(after, closes_at=before.closes_at) != before:
        raise RulesStand
    if before.closes_at <= clock.now():
        _check_closed(before, after, same_room=drawn or room == plan.capacity)
    elif after.closes_at < before.closes_at:
        raise NotEarlier


def _check_closed(before: ByDraw, after: ByDraw, *, same_room: bool) -> None:
    if after.closes_at != before.closes_at:
        raise ListClosed
    if not same_room:
        raise BeingDrawn


def _begins(series: Series) -> datetime:
    day = next(series.days(), series.begins_on)
    return datetime.combine(day, series.starts, tzinfo=ZoneInfo(series.zone))
