"""Making one record of two, and saying of two children that they are two."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.core.errors import Withheld
from kinderwerk.door import codes
from kinderwerk.doubles.moving import move_all
from kinderwerk.families import limits, moving
from kinderwerk.families import queries as families
from kinderwerk.families.custody import service as custody
from kinderwerk.families.merged import MergedChild
from kinderwerk.families.merging import MERGED, ChangedMeanwhile, MergeWish, SameRecord, ordered
from kinderwerk.families.models import Care, Child
from kinderwerk.registers import moving as registers
from kinderwerk.signups import moving as signups
from kinderwerk.storage.work import revise, unit_of_work


def merge(session: Session, actor: Actor, wish: MergeWish) -> Child:
    """Make one child of two records; there is no way back, and everything of both stays."""
    if wish.kept_id == wish.gone_id:
        raise SameRecord
    both = (wish.kept_id, wish.gone_id)
    with unit_of_work(session):
        where = signups.lines_of(session, both)
        spots, sheets = signups.lock(session, where), registers.lock(session, wish.gone_id)
        kept, gone = _both(session, actor, wish)
        limits.check_free(session, both)
        if signups.lines_of(session, both) != where:
            raise ChangedMeanwhile
        left = moving.choose(session, kept, gone, wish)
        ties = [care.id for child in (kept, gone) for care in child.cares]
        audit.record(session, actor, MERGED, kept.id, also=[gone.id, *ties], gone=gone.id)
        codes.void(session, [care.carer_id for child in (kept, gone) for care in child.cares])
        plan, undecided = moving.begin(session, kept, gone)
        signups.move(session, actor, plan, spots)
        registers.move(session, actor, plan, sheets)
        move_all(session, plan)
        moving.keep_what_was_refused(session, actor, plan)
        moving.move_differences(session, plan)
        moving.end(session, plan, left, undecided, actor.id)
        _hold(session, actor, wish.kept_id)
    return session.get_one(Child, wish.kept_id)


def _both(session: Session, actor: Actor, wish: MergeWish) -> tuple[Child, Child]:
    """Lock both, ask about each whether this person may, and see that neither has changed."""
    found = moving.locked(session, (wish.kept_id, wish.gone_id))
    if len(found) < 2:
        raise Withheld("a child that is not there")
    kept, gone = found[wish.kept_id], found[wish.gone_id]
    for child, version in ((kept, wish.kept_version), (gone, wish.gone_version)):
        demand(actor, Action.EDIT, Resource.DOUBLE, child.facts)
        if version is not None and child.version != version:
            raise ChangedMeanwhile
    if kept.organisation_id != gone.organisation_id:
        raise Withheld("a child of another organisation")
    return kept, gone


def _hold(session: Session, actor: Actor, child_id: UUID) -> None:
    """Hold what adults would be told at an address that somebody reads who is to learn nothing."""
    session.flush()
    held = custody.hold_shared(session, actor, families.child(session, child_id))
    audit.record(session, actor, "child.held", child_id, also=held)


def set_apart(session: Session, actor: Actor, one_id: UUID, other_id: UUID) -> None:
    """Remember that these two are two children; saying it twice changes nothing."""
    with unit_of_work(session):
        found = moving.locked(session, (one_id, other_id))
        if len(found) < 2:
            raise Withheld("a child that is not there")
        for child in found.values():
            held = demand(actor, Action.EDIT, Resource.DOUBLE, child.facts)
        if len({child.organisation_id for child in found.values()}) > 1:
            raise Withheld("a child of another organisation")
        one, other = ordered(found)
        moving.differ(session, found[one].organisation_id, actor.id, one, other)
        audit.record(session, actor.using(held), "child.set_apart", one, other=other)


def let_see(session: Session, actor: Actor, child_id: UUID, care_id: UUID, *, yes: bool) -> None:
    """Say whether an adult who could open one of two records may see the child they became."""
    with unit_of_work(session):
        child = moving.locked(session, (child_id,)).get(child_id)
        if child is None:
            raise Withheld("a child that is not there")
        held = demand(actor, Action.EDIT, Resource.DOUBLE, child.facts)
        rows = session.scalars(select(MergedChild).where(MergedChild.child_id == child_id)).all()
        row = next((one for one in rows if str(care_id) in one.undecided), None)
        if row is None:
            return
        row.undecided = [id for id in row.undecided if id != str(care_id)]
        care = session.get_one(Care, care_id)
        revise(care, None, portal_access=yes and care.contact_allowed)
        _hold(session, actor.using(held), child_id)
        audit.record(
            session, actor.using(held), "child.shown_to" if yes else "child.kept_from", child_id,
            also=[row.gone_id, care_id],
        )  # fmt: skip
