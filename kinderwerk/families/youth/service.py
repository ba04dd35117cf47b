"""A sign-in of one's own from sixteen on, and what parents see then."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.families.custody import queries as custody
from kinderwerk.families.custody.service import hand_invitation
from kinderwerk.families.models import Care, Carer, Child, Family
from kinderwerk.families.queries import WHOLE, locked_child
from kinderwerk.families.reaching import tell_carer
from kinderwerk.families.rules import OF_AGE, OLDEST, ParentsSee, Relation
from kinderwerk.families.youth.rules import ParentsAddress, SignsIn, TooYoung, is_near, sixteenth
from kinderwerk.storage.work import revise, unit_of_work


def name_address(session: Session, actor: Actor, child_id: UUID, email: str, language: str) -> Care:
    """Say where only the young person reads; from sixteen on the invitation goes there."""
    with unit_of_work(session):
        child = locked_child(session, child_id)
        held = demand(actor, Action.EDIT, Resource.CHILD, child.facts)
        if not is_near(child.born_on, clock.today()):
            raise TooYoung
        if child.own and child.own.carer.user_id:
            raise SignsIn
        others = [care.carer for care in child.cares if care is not child.own]
        if any(email in custody.addresses(session, one) for one in others):
            raise ParentsAddress
        own = child.own or _own(child, email, language)
        session.add(own)
        session.flush()
        revise(own.carer, None, email=email, epoch=own.carer.epoch + 1)
        own.invited_until = None
        if child.of_age:
            hand_invitation(session, own)
        also = [own.carer_id, own.carer.family_id, child.id]
        audit.record(session, actor.using(held), "child.own_address", own.id, also=also)
    return own


def decide(session: Session, actor: Actor, child_id: UUID, sees: ParentsSee) -> None:
    """Say for oneself what parents see; it holds at once, and can be changed any day."""
    with unit_of_work(session):
        child = locked_child(session, child_id)
        held = demand(actor, Action.RELEASE, Resource.CHILD, child.facts)
        if child.own is None:
            raise Withheld("nobody decides here for themselves")
        if child.own.parents_see is not sees:
            revise(child.own, None, parents_see=sees)
            audit.record(
                session, actor.using(held), "child.decided", child.own.id, child=child.id,
                sees=sees.value,
            )  # fmt: skip


def tell_everybody(session: Session) -> None:
    """Tell who turns sixteen soon and their parents; invite who is. Again changes nothing."""
    today = clock.today()
    youngest = today - timedelta(days=(OF_AGE * 365 - 70))
    oldest = today - timedelta(days=(OLDEST + 1) * 366)
    near = select(Child.id).where(Child.born_on < youngest, Child.born_on > oldest)
    for child_id in session.scalars(near.order_by(Child.id)).all():
        with unit_of_work(session):
            child = session.get_one(Child, child_id, options=WHOLE)
            if child.of_age:
                _invite(session, child)
            elif is_near(child.born_on, today):
                _tell(session, child)


def _own(child: Child, email: str, language: str) -> Care:
    family = Family(organisation_id=child.organisation_id)
    carer = Carer(
        organisation_id=child.organisation_id, family=family, name=child.full_name, email=email,
        language=language,
    )  # fmt: skip
    return Care(
        organisation_id=child.organisation_id, child=child, carer=carer, relation=Relation.SELF,
        may_pick_up=False,
    )  # fmt: skip


def _tell(session: Session, child: Child) -> None:
    day = sixteenth(child.born_on)
    for care in child.cares:
        oneself = care.relation is Relation.SELF
        if care.opens_portal or (oneself and care.stands):
            tell_carer(
                session, care.carer, key=f"sixteen:{child.id}:{care.carer_id}:{day}",
                template="youth.soon_oneself" if oneself else "youth.soon", child=child.id,
            )  # fmt: skip


def _invite(session: Session, child: Child) -> None:
    own = child.own
    if own and own.stands and not own.carer.user_id and own.invited_until is None:
        hand_invitation(session, own)
        audit.record(session, SYSTEM, "care.invited", own.id)
