"""Putting two records of one child together: the child, its adults, and where it lived."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import User
from kinderwerk.families import merging, queries
from kinderwerk.families.consents import queries as consents
from kinderwerk.families.merged import DifferentChildren, MergedChild
from kinderwerk.families.merging import COLUMNS, MERGED, Merge, MergeWish, Part, ordered
from kinderwerk.families.models import (
    CalendarKey,
    Care,
    Carer,
    CareRequest,
    Child,
    Consent,
    Family,
    Residence,
)
from kinderwerk.families.persons.models import NearPerson
from kinderwerk.families.rules import Answer, Capacity, ConsentPurpose
from kinderwerk.storage.base import Base
from kinderwerk.storage.sealing import opener, place, seal
from kinderwerk.storage.work import revise

Party = tuple[ConsentPurpose, Capacity, UUID | None]

#: A change of many rows at once, on record under one name.
TOGETHER: Final = {"audited": MERGED, "synchronize_session": False}


def shift(session: Session, column: InstrumentedAttribute[Any], old: UUID, new: UUID) -> None:
    """Let all rows that point at one thing point at another."""
    session.execute(
        update(column.class_).where(column == old).values({column: new}), execution_options=TOGETHER
    )


def drop(session: Session, kind: type[Base], *where: Any) -> None:
    session.execute(delete(kind).where(*where), execution_options=TOGETHER)


def locked(session: Session, ids: Sequence[UUID]) -> dict[UUID, Child]:
    """Lock both children, so that nothing new can come to point at either."""
    wanted = select(Child).where(Child.id.in_(ids)).order_by(Child.id).with_for_update(of=Child)
    session.scalars(wanted.execution_options(populate_existing=True)).all()
    return {child.id: child for child in queries.some(session, ids)}


def begin(session: Session, kept: Child, gone: Child) -> tuple[Merge, list[UUID]]:
    """Put the adults of both together, and return what goes where, with the ties that opened one
    of the two records and now open neither."""
    undecided, same = _tie(session, kept, gone)
    session.flush()
    session.expire_all()
    old, new = gone.family_id, kept.family_id
    return (
        Merge(
            kept=kept.id, gone=gone.id, family=new, old_family=old, same=same,
            family_gone=_emptied(session, old, gone.id, new, same),
        ),
        undecided,
    )  # fmt: skip


def _tie(session: Session, kept: Child, gone: Child) -> tuple[list[UUID], dict[UUID, UUID]]:
    proved = _proved(session, [care.carer for child in (kept, gone) for care in child.cares])
    opened = {care.id for child in (kept, gone) for care in child.cares if care.stands}
    alone, same = list(kept.cares), dict[UUID, UUID]()
    for theirs in list(gone.cares):
        mine = next(
            (one for one in alone if merging.same_person(one.carer, theirs.carer, proved)), None
        )
        if mine is None:
            theirs.child_id = kept.id
            revise(theirs, None, portal_access=False, invited_until=None)
        else:
            alone.remove(mine)
            opened -= {mine.id, theirs.id}
            both = (mine.carer_id, theirs.carer_id)
            _join(session, mine, theirs)
            same |= dict.fromkeys(both, mine.carer_id)
    for one in alone:
        revise(one, None, portal_access=False, invited_until=None)
    return sorted(opened), same


def _join(session: Session, mine: Care, theirs: Care) -> None:
    """Make two ties of one person one, of the row with which that person signs in."""
    revise(mine, None, **merging.stricter(mine, theirs))
    if theirs.carer.user_id and not mine.carer.user_id:
        mine.carer_id = theirs.carer_id
    _bring_note(session, mine, theirs)
    session.delete(theirs)


def _bring_note(session: Session, mine: Care, theirs: Care) -> None:
    """Seal what stands about the court under the tie that stays, without anybody reading it."""
    notes = dict(
        session.execute(
            select(Care.id, Care.court_note).where(
                Care.id.in_((mine.id, theirs.id)), Care.court_note.is_not(None)
            )
        ).all()
    )
    if theirs.id in notes:
        opened = opener(session)
        words = [
            opened(note, place("care", "court_note", id)) for id, note in notes.items() if note
        ]
        seal(session, mine, court_note="\n\n".join(words))


def _proved(session: Session, carers: Sequence[Carer]) -> Mapping[UUID, str]:
    ids = [carer.user_id for carer in carers if carer.user_id]
    rows = session.execute(select(User.id, User.email).where(User.id.in_(ids)))
    return {id: email for id, email in rows if email}


def _emptied(
    session: Session, family_id: UUID, child_id: UUID, into: UUID, same: Mapping[UUID, UUID]
) -> UUID | None:
    """Move those out of a family whose only child goes, and return it if nobody is left.

    Who signs in keeps a home of their own.
    """
    others = select(Child.id).where(Child.family_id == family_id, Child.id != child_id)
    if family_id == into or session.scalar(others.limit(1)):
        return None
    theirs = Carer.family_id == family_id
    cares = exists().where(Care.carer_id == Carer.id)
    spare = Carer.id.in_([old for old, new in same.items() if old != new])
    gone = session.scalars(select(Carer.id).where(theirs, ~cares, spare)).all()
    for id in gone:
        shift(session, CareRequest.asked_by_id, id, same[id])
        shift(session, NearPerson.carer_id, id, same[id])
    drop(session, CalendarKey, CalendarKey.carer_id.in_(gone))
    drop(session, Carer, Carer.id.in_(gone))
    session.execute(
        update(Carer).where(theirs, Carer.user_id.is_(None)).values(family_id=into),
        execution_options=TOGETHER,
    )
    left = session.scalar(select(Carer.id).where(theirs).limit(1))
    return None if left else family_id


def told(child: Child) -> dict[str, Any]:
    """Return what a record says, part by part, as it can be kept in words."""
    said = {name: getattr(child, name) for names in COLUMNS.values() for name in names}
    return said | {"neighbourhood_id": child.neighbourhood_id}


def choose(session: Session, kept: Child, gone: Child, wish: MergeWish) -> dict[str, Any]:
    """Put what was chosen on the record that stays, and return what it does not say any more."""
    left: dict[str, Any] = {}
    for part, names in COLUMNS.items():
        losing = kept if part in wish.taken else gone
        if all(getattr(kept, name) == getattr(gone, name) for name in names):
            continue
        left |= {name: getattr(losing, name) for name in names}
        if losing is kept:
            for name in names:
                setattr(kept, name, getattr(gone, name))
    kept.version += 1
    if kept.neighbourhood_id != gone.neighbourhood_id:
        losing = kept if Part.HOME in wish.taken else gone
        left["neighbourhood_id"] = losing.neighbourhood_id
    _homes(session, kept, gone, newer=Part.HOME in wish.taken)
    return {name: _plain(value) for name, value in left.items()}


def _homes(session: Session, kept: Child, gone: Child, *, newer: bool) -> None:
    """Let the child have lived where either record says; the one that was chosen says where now."""
    here = kept.neighbourhood_id
    days = {one.since: one for one in kept.residences}
    known = [one for one in gone.residences if one.neighbourhood_id]
    for one in known:
        same_day = days.get(one.since)
        if same_day is None and (newer or not here or one.since < min(days)):
            kept.residences.append(
                Residence(
                    organisation_id=kept.organisation_id, since=one.since,
                    neighbourhood_id=one.neighbourhood_id,
                )
            )  # fmt: skip
        elif same_day is not None and (newer or same_day.neighbourhood_id is None):
            same_day.neighbourhood_id = one.neighbourhood_id


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool) else str(value)


def keep_what_was_refused(session: Session, actor: Actor, merge: Merge) -> None:
    """Let a no that stands in either record stand: nothing is agreed to by merging.

    What was agreed stays under the record in which it was, and is agreed to there only.
    """
    said = consents.said_of(session, [merge.kept, merge.gone])
    mine, theirs = (_latest(said[id], merge.same) for id in (merge.kept, merge.gone))
    for party, no in theirs.items():
        known = mine.get(party)
        if no.answer is not Answer.GIVEN and (not known or known.answer is Answer.GIVEN):
            session.add(
                Consent(
                    organisation_id=no.organisation_id, child_id=merge.kept, carer_id=party[2],
                    purpose=no.purpose, version=no.version, language=no.language,
                    capacity=no.capacity, age=no.age, answer=no.answer, method=no.method,
                    noted_by_id=actor.id,
                )
            )  # fmt: skip


def _latest(said: Iterable[Consent], same: Mapping[UUID, UUID]) -> dict[Party, Consent]:
    """Return what each party said last about each purpose; two rows of one adult are one party."""
    return {
        (one.purpose, one.capacity, same.get(one.carer_id, one.carer_id) if one.carer_id else None):
            one
        for one in said
    }  # fmt: skip


def move_differences(session: Session, merge: Merge) -> None:
    """Go on knowing from whom this child differs."""
    either = (DifferentChildren.child_id, DifferentChildren.other_id)
    here = or_(*(column == merge.gone for column in either))
    for row in session.scalars(select(DifferentChildren).where(here)).all():
        other = row.other_id if row.child_id == merge.gone else row.child_id
        if other != merge.kept:
            differ(session, row.organisation_id, row.by_id, merge.kept, other)
    drop(session, DifferentChildren, here)


def differ(
    session: Session, organisation_id: UUID, by_id: UUID | None, child_id: UUID, other_id: UUID
) -> None:
    one, other = ordered((child_id, other_id))
    if session.get(DifferentChildren, (one, other)) is None:
        session.add(
            DifferentChildren(
                organisation_id=organisation_id, child_id=one, other_id=other, by_id=by_id
            )
        )
        session.flush()


def _line_up(session: Session, merge: Merge) -> None:
    """Let those whom either record names be called, first those of the one that stays."""
    last = select(func.max(NearPerson.place)).where(NearPerson.child_id == merge.kept)
    session.execute(
        update(NearPerson)
        .where(NearPerson.child_id == merge.gone)
        .values(
            child_id=merge.kept, place=NearPerson.place + (session.scalar(last) or 0) + 1
        ),
        execution_options=TOGETHER,
    )  # fmt: skip


def end(session: Session, merge: Merge, left: Mapping[str, Any], undecided: Sequence[UUID],
        by_id: UUID | None) -> MergedChild:  # fmt: skip
    """Take the record away that everything was moved from, and leave where it went."""
    organisation_id = session.get_one(Child, merge.kept).organisation_id
    trace = MergedChild(
        organisation_id=organisation_id, gone_id=merge.gone, child_id=merge.kept, by_id=by_id,
        told=dict(left), undecided=[str(id) for id in undecided],
    )  # fmt: skip
    shift(session, MergedChild.child_id, merge.gone, merge.kept)
    shift(session, CareRequest.child_id, merge.gone, merge.kept)
    _line_up(session, merge)
    session.add(trace)
    drop(session, Residence, Residence.child_id == merge.gone)
    drop(session, Child, Child.id == merge.gone)
    if merge.family_gone:
        drop(session, Family, Family.id == merge.family_gone)
    session.flush()
    session.expire_all()
    return trace
