"""Messages about a date: what changed, and what a worker has to say to all who come."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kinderwerk.activities import feeds, moves
from kinderwerk.activities.models import Activity, PlanChange
from kinderwerk.core.words import N_
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import Mail, address, letter, register
from kinderwerk.messages.work import register as job
from kinderwerk.notices import audience, changes
from kinderwerk.signups import lines
from kinderwerk.signups import queries as signups
from kinderwerk.signups.models import Signup
from kinderwerk.web.extensions import settings

#: More dates than these are told by the calendar file.
MOST: Final = 4


@register("notice.changed", N_("A plan changed"))
def changed(session: Session, message: Message) -> Mail | None:
    change = session.get(PlanChange, UUID(message.subject_ids["change"]))
    if change is None:
        return None
    activity = session.get_one(Activity, change.activity_id)
    if not moves.matters(activity):
        return None
    mine = [one for one in audience.live(session, activity.id) if lines.reader(one, message)]
    dates = audience.dates_of(mine)
    found = changes.difference(session, activity, change.was).of(dates)
    if not mine or not found:
        return None
    now = moves.standing(activity, [])
    mail = letter(
        "notice_changed", _("Something changes: %(title)s", title=activity.title),
        title=activity.title, name=names(mine), moved=list(found.moved.values()), gone=found.gone,
        new=found.new, details=found.details, most=MOST, family=address("families.mine"),
        place=now["place"], bring=now["bring"], price_cents=now["price_cents"],
    )  # fmt: skip
    coming = signups.coming(session, activity.id)
    theirs = [one for one in coming if dates is None or one.id in dates]
    site = settings().public_url.rstrip("/")
    return replace(mail, calendar=feeds.write(activity.title, theirs, site))


def names(some: list[Signup]) -> str:
    """Return the first names of the children, each once."""
    return " & ".join(dict.fromkeys(one.child.first_name for one in some))


@job(moves.CHANGED)
def tell_of_changes(session: Session, subject: str) -> None:
    changes.tell(session, UUID(subject))
