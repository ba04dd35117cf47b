"""What is on in one neighbourhood in one week, for a board, a school or a letterbox."""

from datetime import date, timedelta
from typing import Any, Final

from flask import url_for
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities import programme
from kinderwerk.activities.programme import Wish
from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.families import queries as families
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.look import code
from kinderwerk.papers.rules import Order
from kinderwerk.places import queries as places

#: So many weeks the public programme looks ahead.
WEEKS: Final = 3
WEEK: Final = timedelta(days=7)


def mondays() -> list[date]:
    """Return the Mondays of the weeks for which there is a programme."""
    today = clock.today()
    first = today - timedelta(days=today.weekday())
    return [first + WEEK * number for number in range(WEEKS)]


@paper(
    "week", N_("Week programme"), "papers/week.html", Action.LIST, Resource.ACTIVITY,
    subject=places.by_id,
)  # fmt: skip
def week(session: Session, asker: Actor, neighbourhood: Any, order: Order) -> Words:
    begins = date.fromisoformat(order.choices.get("week") or mondays()[0].isoformat())
    found = programme.offers(session, Wish(neighbourhood_id=neighbourhood.id), order.language)
    those = [one for one in found if begins <= one.day < begins + WEEK]
    house = families.organisation(session, asker.organisation_id) if asker.organisation_id else None
    address = url_for("activities.programme", neighbourhood=neighbourhood.id, _external=True)
    return {
        "neighbourhood": neighbourhood,
        "begins": begins,
        "ends": begins + WEEK - timedelta(days=1),
        "days": programme.by_day(those),
        "house": house,
        "qr_code": code(address),
    }
