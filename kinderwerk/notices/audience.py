"""Whom something about a date or a plan concerns: carers, each with their own children."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from kinderwerk.activities.models import Occurrence
from kinderwerk.families.models import Carer
from kinderwerk.signups import lines
from kinderwerk.signups import queries as signups
from kinderwerk.signups.models import Absence, Signup
from kinderwerk.signups.rules import Standing


@dataclass(frozen=True, slots=True)
class Reader:
    """A carer, and those of their children's sign-ups about which they are told."""

    carer: Carer
    signups: list[Signup]

    @property
    def names(self) -> str:
        """The first names of the children, each once."""
        return " & ".join(dict.fromkeys(one.child.first_name for one in self.signups))


def live(session: Session, activity_id: UUID) -> Iterable[Signup]:
    """Return who has a place or waits for one, on whichever date that is still to come."""
    wanted = (
        select(Signup)
        .where(Signup.activity_id == activity_id, Signup.standing != Standing.CANCELLED)
        .order_by(Signup.queue)
        .options(*signups.WHOLE)
    )
    return session.scalars(wanted).unique().all()


def expected(session: Session, date: Occurrence) -> Sequence[Signup]:
    """Return who has a place on a date and did not sign off for it."""
    away = exists().where(Absence.signup_id == Signup.id, Absence.occurrence_id == date.id)
    wanted = (
        select(Signup)
        .where(
            Signup.activity_id == date.activity_id,
            or_(Signup.occurrence_id == date.id, Signup.occurrence_id.is_(None)),
            Signup.standing == Standing.PLACED,
            ~away,
        )
        .order_by(Signup.queue)
        .options(*signups.WHOLE)
    )
    return session.scalars(wanted).unique().all()


def all_of(session: Session, date: Occurrence) -> list[Reader]:
    """Return every carer whom a message to all of a date is for: also the second of a child."""
    return carers(expected(session, date))


def carers(found: Iterable[Signup]) -> list[Reader]:
    """Put sign-ups together by each carer who follows the child, whether there is a way or not."""
    told: dict[UUID, Reader] = {}
    for signup in found:
        for care in signup.child.cares:
            if care.opens_portal:
                told.setdefault(care.carer.id, Reader(care.carer, [])).signups.append(signup)
    return list(told.values())


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
