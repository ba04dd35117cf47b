"""Reading what helpers must know: that there is something, and of whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Facts, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core import clock
from kinderwerk.families import queries as families
from kinderwerk.families.consents import queries as consents
from kinderwerk.families.consents.rules import Standing
from kinderwerk.families.models import Child, Consent
from kinderwerk.families.rules import ConsentPurpose
from kinderwerk.notes import rules
from kinderwerk.notes.models import CareNote
from kinderwerk.notes.rules import Season
from kinderwerk.signups import queries as signups


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session, for those who run it: they read what they must know around it, and then only."""

    occurrence: Occurrence

    @property
    def id(self) -> UUID:
        return self.occurrence.id

    @property
    def facts(self) -> Facts:
        one = self.occurrence
        near = rules.readable(clock.now(), one.starts_at, one.ends_at)
        return replace(one.facts, lasting=near and one.cancelled_at is None)


def meeting(session: Session, occurrence_id: UUID) -> Meeting:
    whole = joinedload(Occurrence.activity).options(selectinload(Activity.staff))
    found = session.get_one(
        Occurrence, occurrence_id, options=[whole, selectinload(Occurrence.shifts)]
    )
    return Meeting(found)


def of_child(session: Session, child_id: UUID) -> CareNote | None:
    return session.scalar(select(CareNote).where(CareNote.child_id == child_id))


def season(session: Session, organisation_id: UUID) -> Season:
    here = session.get_one(Organisation, organisation_id)
    return Season(month=here.season_month, day=here.season_day)


def noted(
    session: Session, actor: Actor, occurrence: Occurrence, said: Mapping[Child, Sequence[Consent]]
) -> frozenset[UUID]:
    """Return of which of these children this person finds something to know, now."""
    if not permits(actor, Action.VIEW, Resource.CARE_NOTE, Meeting(occurrence).facts):
        return frozenset()
    there = set(
        session.scalars(
            select(CareNote.child_id).where(CareNote.child_id.in_(signups.on_list(occurrence)))
        )
    )
    return frozenset(
        child.id for child, answers in said.items()
        if child.id in there and agreed(child, answers)
    )  # fmt: skip


def agreed(child: Child, said: Sequence[Consent]) -> bool:
    """Tell whether everybody who is asked agrees today that helpers read it."""
    return consents.standing(child, said, ConsentPurpose.HEALTH) is Standing.AGREED


def agreed_to(session: Session, occurrence: Occurrence) -> Sequence[CareNote]:
    """Return what may be read of the children who have a place at a session."""
    expected = CareNote.child_id.in_(signups.on_list(occurrence))
    notes = session.scalars(select(CareNote).where(expected)).all()
    ids = [note.child_id for note in notes]
    said = consents.said_of(session, ids)
    children = families.some(session, ids)
    fine = {child.id for child in children if agreed(child, said[child.id])}
    return [note for note in notes if note.child_id in fine]


def extra_adults(session: Session, occurrence: Occurrence) -> int:
    """Return how many adults more the children with a place ask for, whoever they are."""
    wanted = select(func.coalesce(func.sum(CareNote.hands), 0)).where(
        CareNote.child_id.in_(signups.on_list(occurrence))
    )
    return int(session.scalar(wanted) or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Of a child something is kept until a day that comes near."""

    child: Child
    until: date
    longer: date


def ending(session: Session, children: Collection[Child]) -> list[Kept]:
    """Return what goes soon unless the family keeps it."""
    here = {child.id: child for child in children}
    found = session.execute(
        select(CareNote.child_id, CareNote.until, Organisation.season_month,
               Organisation.season_day)
        .join(Organisation, Organisation.id == CareNote.organisation_id)
        .where(
            CareNote.child_id.in_(here), CareNote.until <= clock.today() + rules.ASKED_BEFORE
        )
    )  # fmt: skip
    return [
        Kept(child=here[id], until=until, longer=renewed(until, Season(month=month, day=day)))
        for id, until, month, day in found
    ]


def renewed(until: date, season: Season) -> date:
    """Return until when it stays if it is kept for another season."""
    return season.next_end(max(until, clock.today()))
