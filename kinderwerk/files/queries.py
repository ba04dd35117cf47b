"""Reading what is kept, to send it to a browser."""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.files.models import StoredFile, mark

SIZES: Final = {"large": StoredFile.content, "small": StoredFile.small}


def content(session: Session, file_id: UUID | None, size: str, marked: str) -> bytes:
    """Return a picture in one of its sizes, if it still is the one of that mark."""
    if size not in SIZES:
        raise NoResultFound
    sha256, found = session.execute(
        select(StoredFile.sha256, SIZES[size]).where(StoredFile.id == file_id)
    ).one()
    if mark(sha256) != marked:
        raise NoResultFound
    return bytes(found)
