"""Whose own family a case is about: they never read it, whoever carries it.

The household itself, and each other household that shares a child with it: a father elsewhere, the
person with whom he lives. `Family.circle` is the same for one family that is at hand.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, and_, or_, select

from kinderwerk.families.models import Care, Carer, Child


def own(user_id: UUID) -> CompoundSelect[UUID]:
    """Return the families of whose circle this person is."""
    households = select(Carer.family_id).where(Carer.user_id == user_id)
    cared_for = select(Care.child_id).join(Care.carer).where(Carer.user_id == user_id)
    children = select(Child.id).where(or_(Child.family_id.in_(households), Child.id.in_(cared_for)))
    where_they_live = select(Child.family_id).where(Child.id.in_(children))
    who_cares_too = select(Carer.family_id).join(Care).where(Care.child_id.in_(children))
    return households.union(where_they_live, who_cares_too)


def is_own(user_id: UUID, family_id: Any) -> ColumnElement[bool]:
    """Hold for what concerns one of those families; what concerns none is nobody's own."""
    return and_(family_id.is_not(None), family_id.in_(own(user_id)))
