"""The copy of what is known, as a paper: the same chapters, in words instead of codes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.core.words import LANGUAGES, N_
from kinderwerk.families import queries as families
from kinderwerk.families.copies import CODES, Copy
from kinderwerk.messages import rendering
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.rules import Order
from kinderwerk.privacy.own import service
from kinderwerk.web.languages import apart
from kinderwerk.web.pages import day, wall_clock

NAME: Final = "copy"
CHAPTERS: Final = {
    "me": N_("What we know of you"),
    "children": N_("What we know of your children"),
    "near_persons": N_("Whom you named"),
    "homes": N_("Where your children lived"),
    "consents": N_("What you agreed to"),
    "messages": N_("Our messages to you"),
    "sign_ups": N_("Sign-ups"),
    "absences": N_("Days called off"),
    "attendance": N_("Attendance"),
    "what_helpers_know": N_("What helpers must know about health and food"),
    "stories": N_("Stories about your children, without a name"),
    "who_looked": N_("Who looked"),
}
FIELDS: Final = {
    "name": N_("Name"), "phone": N_("Telephone number"), "email": N_("E-mail address"),
    "language": N_("Language"), "reminders": N_("Reminders the day before"),
    "channel": N_("By which way"),
    "first_name": N_("First name"), "surname": N_("Surname"), "born_on": N_("Date of birth"),
    "you_are": N_("You are"), "neighbourhood": N_("Neighbourhood"),
    "emergency_name": N_("Who is called if something happens?"),
    "emergency_phone": N_("That number"), "goes_home_alone": N_("May go home alone"),
    "picked_up_by": N_("Who picks the child up?"), "child": N_("Child"),
    "relation": N_("Who they are"), "is_called": N_("Is called"), "picks_up": N_("Picks up"),
    "since": N_("Since"), "at": N_("When"), "purpose": N_("For what"),
    "answer": N_("What you said"),
    "method": N_("How"), "what": N_("What"), "fate": N_("What became of it"),
    "activity": N_("Activity"), "date": N_("Date"), "standing": N_("What happened"),
    "presence": N_("Attendance"), "arrived": N_("Came at"), "left": N_("Left at"),
    "left_with": N_("Went home with"), "day": N_("Date"), "who": N_("Who"), "how": N_("How"),
    "times": N_("How often"),
    "told_on": N_("Happened on"), "words": N_("The words"), "released_on": N_("Released on"),
    "health": N_("Health"), "does_not_eat": N_("Does not eat"),
    "does_not_eat_else": N_("Does not eat, in your own words"),
    "what_helps": N_("What helps your child to take part"), "asked_for": N_("What you asked for"),
}  # fmt: skip
#: At most so many rows stand together: a table that is longer takes too long to lay out.
TOGETHER: Final = 25


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def _children(session: Session, asker: Actor, organisation: Any) -> Iterable[UUID]:
    mine = [child.id for child in families.mine(session, asker, organisation.id)]
    if not mine:
        raise NoResultFound
    return mine


@paper(
    NAME, N_("What we know about you"), "privacy/own/printed.html", Action.CREATE,
    Resource.FAMILY, subject=families.organisation, proved=True, seen=_children,
)  # fmt: skip
def printed(session: Session, asker: Actor, organisation: Any, order: Order) -> Words:
    copied = service.copy(session, asker, organisation.id)
    return {"name": str(copied["organisation"]), "tables": list(tables(copied))}


def tables(copied: Copy) -> Iterator[Table]:
    """Yield each chapter in which something stands, in the language of now."""
    for name, rows in copied.items():
        if isinstance(rows, str) or not rows:
            continue
        title = gettext(CHAPTERS.get(name, name))
        heads = [gettext(FIELDS.get(field, field)) for field in rows[0]]
        told = [[_said(*pair) for pair in row.items()] for row in rows]
        for begin in range(0, len(told), TOGETHER):
            yield Table(title, heads, told[begin : begin + TOGETHER])


def _said(field: str, value: str | int | bool | None) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    if isinstance(value, int):
        return str(value)
    if field == "language":
        return LANGUAGES.get(value, value)
    if field == "who":
        return str(gettext("Somebody who works here"))
    if field == "what":
        return str(gettext(rendering.label(value)))
    if field in CODES:
        kind = CODES[field]
        return ", ".join(str(gettext(kind(one).label)) for one in value.split(", "))
    return _moment(value) or apart(value)


def _moment(value: str) -> str | None:
    """Return a day or a moment in words; None for anything else."""
    try:
        if len(value) == 10:
            return day(date.fromisoformat(value))
        at = _instant(value)
        return f"{day(at)}, {wall_clock(at)}"
    except ValueError:
        return None


def _instant(value: str) -> datetime:
    if "T" not in value:
        raise ValueError("no moment")
    return datetime.fromisoformat(value)
