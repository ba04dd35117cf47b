"""Forgetting what devices told of children, and the devices of those who left."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.offline.models import RegisterChange, RegisterDevice
from kinderwerk.storage.erasing import remove


def forget_children(session: Session, ids: Collection[UUID]) -> None:
    remove(session, RegisterChange, RegisterChange.child_id.in_(ids))


def forget_people(session: Session, ids: Collection[UUID]) -> None:
    theirs = select(RegisterDevice.id).where(RegisterDevice.user_id.in_(ids))
    remove(session, RegisterChange, RegisterChange.device_id.in_(theirs))
    remove(session, RegisterDevice, RegisterDevice.user_id.in_(ids))
