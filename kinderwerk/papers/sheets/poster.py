"""The poster of one activity, for a door or a window."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities import programme, queries, wording
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import PRIVATE
from kinderwerk.core.errors import Withheld
from kinderwerk.core.words import N_
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.look import code
from kinderwerk.papers.rules import Order, Size


def for_parents(session: Session, activity_id: UUID) -> Activity:
    """Return an activity that can hang on a door; a visit to one family never does."""
    activity = queries.by_id(session, activity_id)
    if activity.format in PRIVATE:
        raise Withheld("never public")
    return activity


def address(activity: Activity) -> str:
    return url_for("activities.offer", id=activity.id, _external=True)


@paper(
    "poster", N_("Poster"), "papers/poster.html", Action.VIEW, Resource.ACTIVITY,
    subject=for_parents,
)  # fmt: skip
def poster(session: Session, asker: Actor, activity: Any, order: Order) -> Words:
    dates = [one for one in programme.coming(session, activity.id) if one.cancelled_at is None]
    return {
        "activity": activity,
        "title": wording.title(activity, order.language),
        "summary": wording.summary(activity, order.language),
        "dates": dates[:4],
        "organiser": programme.organiser(session, activity),
        "homes": queries.named(session, activity.homes),
        "qr_code": code(address(activity)),
        "size": Size(order.choices.get("size") or Size.A4),
    }
