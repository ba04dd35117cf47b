"""For the hand of whoever runs a session: the list of its children, and the sheet without names."""

from typing import Any

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities import queries as activities
from kinderwerk.core.words import N_, STAFF_LANGUAGES
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.rules import Order
from kinderwerk.registers import queries
from kinderwerk.web.disclosing import shown

#: Lines that stay open for who walks in, and boxes to tick for children without a name.
OPEN_LINES, BOXES = 6, 15


@paper(
    "list", N_("Attendance list"), "papers/list.html", Action.VIEW, Resource.NAMES,
    subject=queries.occurrence, languages=STAFF_LANGUAGES,
)  # fmt: skip
def attendance_list(session: Session, asker: Actor, occurrence: Any, order: Order) -> Words:
    """Tell of each child what the register shows to whoever asked; numbers only if they want."""
    sheet = queries.sheet(session, asker, occurrence)
    shown("register", [line.child_id for line in sheet.lines], "printed", of=occurrence.id)
    return {
        "sheet": sheet,
        "numbers": order.choices.get("numbers") == "yes",
        "open_lines": OPEN_LINES,
    }


@paper(
    "session", N_("Session sheet"), "papers/session.html", Action.VIEW, Resource.REGISTER,
    subject=queries.occurrence, languages=STAFF_LANGUAGES,
)  # fmt: skip
def session_sheet(session: Session, asker: Actor, occurrence: Any, order: Order) -> Words:
    sheet = queries.sheet(session, asker, occurrence)
    activity = activities.by_id(session, occurrence.activity_id)
    return {
        "sheet": sheet,
        "activity": activity,
        "staff": activities.staff(session, activity.id),
        "expected": sum(not line.away for line in sheet.lines),
        "boxes": BOXES,
    }
