"""Forgetting codes with the families that they would have let in."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.door.models import SpokenCode
from kinderwerk.families.models import Carer
from kinderwerk.storage.erasing import remove


def forget_families(session: Session, ids: Collection[UUID]) -> None:
    theirs = select(Carer.id).where(Carer.family_id.in_(ids))
    remove(session, SpokenCode, SpokenCode.carer_id.in_(theirs))
