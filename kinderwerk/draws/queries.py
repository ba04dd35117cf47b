"""Reading draws: who is in one, with what chances, and what is published of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, aliased, joinedload

from kinderwerk.access.vocabulary import Action, Actor
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import ByDraw
from kinderwerk.core import clock
from kinderwerk.core.retention import Span
from kinderwerk.draws.models import Draw, Ticket
from kinderwerk.draws.rules import Chances, Published
from kinderwerk.families.models import Child
from kinderwerk.families.queries import cared_for_by, lives_in
from kinderwerk.places.models import Venue
from kinderwerk.signups.models import Signup, SignupStep
from kinderwerk.signups.queries import SIGNUPS, WHOLE
from kinderwerk.signups.rules import Standing


def activity(session: Session, activity_id: UUID) -> Activity:
    """Return an activity whose places are drawn."""
    found = session.get_one(Activity, activity_id, options=[joinedload(Activity.venue)])
    if found.draw is None:
        raise NoResultFound
    return found


def of_activity(session: Session, activity_id: UUID) -> Draw | None:
    return session.scalar(select(Draw).where(Draw.activity_id == activity_id))


def tickets(session: Session, draw_id: UUID) -> Sequence[Ticket]:
    """Return the tickets of a draw as they were drawn, or by number until then."""
    wanted = select(Ticket).where(Ticket.draw_id == draw_id)
    return session.scalars(wanted.order_by(Ticket.rank, Ticket.number)).all()


def published(session: Session, draw: Draw) -> Published | None:
    """Return what everybody may know once the list is closed; nothing of it says whose it is."""
    if draw.places is None or draw.list_hash is None or draw.holders_hash is None:
        return None
    numbers = (
        select(Ticket.number).where(Ticket.draw_id == draw.id).order_by(Ticket.rank, Ticket.number)
    )
    return Published(
        places=draw.places, seed_hash=draw.seed_hash, list_hash=draw.list_hash,
        holders_hash=draw.holders_hash, tickets=tuple(session.scalars(numbers)), seed=draw.seed,
        line=draw.line,
    )  # fmt: skip


def party(signup: Any = Signup) -> ColumnElement[UUID]:
    """Return what stands for those who come together: their form, or else the sign-up."""
    return case(
        (and_(signup.together, signup.form_id.is_not(None)), signup.form_id), else_=signup.id
    )


def entrants(session: Session, activity: Activity, rules: ByDraw) -> dict[UUID, list[Chances]]:
    """Return who is in the draw, by party, and what gives them more tickets."""
    rows = session.execute(
        select(party(), _near(), _new(), _unlucky(rules.months))
        .join(Signup.child)
        .join(Activity, Activity.id == Signup.activity_id)
        .outerjoin(Venue, Venue.id == Activity.venue_id)
        .where(Signup.activity_id == activity.id, Signup.standing == Standing.ENTERED)
        .order_by(Signup.queue)
    )
    found: dict[UUID, list[Chances]] = {}
    for id, near, new, unlucky in rows:
        chances = Chances(near=bool(near), new=bool(new), unlucky=bool(unlucky))
        found.setdefault(id, []).append(chances)
    return found


def entered(session: Session, activity_id: UUID) -> Sequence[Signup]:
    wanted = (
        select(Signup)
        .where(Signup.activity_id == activity_id, Signup.standing == Standing.ENTERED)
        .order_by(Signup.queue)
        .options(*WHOLE)
    )
    return session.scalars(wanted).unique().all()


def _near() -> ColumnElement[bool]:
    """Hold for children who live in the neighbourhood where it takes place, today."""
    lives: ColumnElement[bool] = lives_in(clock.today()) == Venue.neighbourhood_id
    return func.coalesce(lives, False)


def _new() -> ColumnElement[bool]:
    """Hold for children who never had one of the places that are limited."""
    before, limited = aliased(Signup), aliased(Activity)
    return ~exists(
        select(SignupStep.id)
        .join(before, before.id == SignupStep.signup_id)
        .join(limited, limited.id == before.activity_id)
        .where(
            before.child_id == Signup.child_id,
            limited.capacity.is_not(None),
            SignupStep.standing == Standing.PLACED,
        )
        .correlate(Signup)
    )


def _unlucky(months: int) -> ColumnElement[bool]:
    """Hold for children who were in a draw lately, got no place, and none was kept for them since.

    Whoever left before the draw was not in it; whoever came after it neither.
    """
    since = clock.midnight(Span(months).before(clock.today()))
    before, drawn, entry, lost = (
        aliased(Signup), aliased(Activity), aliased(SignupStep), aliased(SignupStep),
    )  # fmt: skip
    other, chance = aliased(Signup), aliased(SignupStep)
    had_one = exists(
        select(chance.id)
        .join(other, other.id == chance.signup_id)
        .where(
            other.child_id == before.child_id,
            chance.standing.in_([Standing.PLACED, Standing.OFFERED]),
            chance.at >= drawn.drawn_at,
        )
        .correlate(before, drawn)
    )
    return exists(
        select(lost.id)
        .join(before, before.id == lost.signup_id)
        .join(drawn, drawn.id == before.activity_id)
        .join(entry, entry.signup_id == before.id)
        .where(
            before.child_id == Signup.child_id,
            drawn.drawn_at >= since,
            entry.standing == Standing.ENTERED,
            lost.standing == Standing.WAITING,
            lost.at >= drawn.drawn_at,
            ~had_one,
        )
        .correlate(Signup)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a family sees of a draw: its own tickets, and where the best of them came."""

    activity_id: UUID
    title: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    best: int | None
    line: int | None


def of_family(session: Session, actor: Actor) -> list[Own]:
    """Return the tickets of the children whom this person cares for, while it is to come."""
    if actor.id is None:
        return []
    rows = session.execute(
        select(
            Activity.id, Activity.title, Ticket.party, Child.first_name, Ticket.number,
            Ticket.rank, Draw.line,
        )
        .join(Signup.child)
        .join(Activity, Activity.id == Signup.activity_id)
        .join(Draw, Draw.activity_id == Activity.id)
        .join(Ticket, and_(Ticket.draw_id == Draw.id, Ticket.party == party()))
        .where(
            cared_for_by(actor.id),
            Signup.standing != Standing.CANCELLED,
            Activity.ends_on >= clock.today(),
        )
        .order_by(Activity.id, Ticket.party, Ticket.rank, Ticket.number, Child.born_on)
    ).all()  # fmt: skip
    return [_own(list(some)) for _key, some in groupby(rows, key=lambda row: (row[0], row[2]))]


def _own(rows: Sequence[Any]) -> Own:
    """Put the rows of one party together; they come by rank."""
    activity_id, title, _party, _name, _number, best, line = rows[0]
    return Own(
        activity_id=activity_id, title=title, best=best, line=line,
        names=tuple(dict.fromkeys(row[3] for row in rows)),
        numbers=tuple(dict.fromkeys(row[4] for row in rows)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hopeful:
    """A child without a place to whom a worker may give one that is kept apart."""

    id: UUID
    child_id: UUID
    first_name: str
    surname: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.surname}".strip()


def hopeful(session: Session, actor: Actor, activity_id: UUID) -> list[Hopeful]:
    wanted = (
        select(Signup.id, Signup.child_id, Child.first_name, Child.surname)
        .join(Signup.child)
        .where(
            Signup.activity_id == activity_id,
            Signup.standing.in_([Standing.ENTERED, Standing.WAITING]),
            SIGNUPS.visible(actor, Action.EDIT),
        )
        .order_by(Child.first_name, Child.surname, Signup.id)
    )
    return [Hopeful(**row) for row in session.execute(wanted).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How a draw stands, in numbers."""

    entered: int
    placed: int
    reserved: int
    waiting: int


def figures(session: Session, activity_id: UUID) -> Figures:
    def many(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)

    row = session.execute(
        select(
            many(Signup.standing == Standing.ENTERED).label("entered"),
            many(Signup.standing == Standing.PLACED).label("placed"),
            many(Signup.reserved.is_(True)).label("reserved"),
            many(
                or_(Signup.standing == Standing.WAITING, Signup.standing == Standing.OFFERED)
            ).label("waiting"),
        ).where(Signup.activity_id == activity_id)
    ).mappings()
    return Figures(**row.one())


def closes_at(activity: Activity) -> datetime:
    if activity.draw_closes_at is None:
        raise NoResultFound
    return activity.draw_closes_at
