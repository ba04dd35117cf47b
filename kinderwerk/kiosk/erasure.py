"""Forgetting the tablets that somebody opened."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.kiosk.models import Heard, Kiosk
from kinderwerk.storage.erasing import remove


def forget_people(session: Session, ids: Collection[UUID]) -> None:
    theirs = select(Kiosk.id).where(Kiosk.user_id.in_(ids))
    remove(session, Heard, Heard.kiosk_id.in_(theirs))
    remove(session, Kiosk, Kiosk.user_id.in_(ids))
