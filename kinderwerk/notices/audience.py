"""Whom something about a date or a plan concerns: carers, each with their own children."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.families.models import Carer
from kinderwerk.signups import lines
from kinderwerk.signups import queries as signups
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing


@dataclass(frozen=True, slots=True)
class Reader:
    """A carer, and those of their children's sign-ups about which they are told."""

    carer: Carer
    signups: list[Signup]


def live(session: Session, activity_id: UUID) -> Iterable[Signup]:
    """Return who has a place or waits for one, on whichever date that is still to come."""
    wanted = (
        select(Signup)
        .where(Signup.activity_id == activity_id, Signup.standing != Standing.CANCELLED)
        .order_by(Signup.queue)
        .options(*signups.WHOLE)
    )
    return session.scalars(wanted).unique().all()


def dates_of(found: Iterable[Signup]) -> set[UUID] | None:
    """Return the dates on which children come; None for all of them."""
    ids = {one.occurrence_id for one in found}
    return None if None in ids else {id for id in ids if id}


def readers(found: Iterable[Signup]) -> list[Reader]:
    """Put the sign-ups together about which one carer is told."""
    told: dict[UUID, Reader] = {}
    for signup in found:
        if carer := lines.reachable(signup):
            told.setdefault(carer.id, Reader(carer, [])).signups.append(signup)
    return list(told.values())
