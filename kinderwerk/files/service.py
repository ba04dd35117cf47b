"""Taking in what people send: drawn anew before anything of it is kept."""

import hashlib
from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.audit import service as audit
from kinderwerk.files import bounded
from kinderwerk.files.bounded import Bounds, Unanswered
from kinderwerk.files.models import StoredFile
from kinderwerk.files.rules import (
    LARGEST_PICTURE,
    REFUSALS,
    WEBP,
    Broken,
    Purpose,
    Redrawn,
    Rendition,
    TooLarge,
)
from kinderwerk.storage.erasing import ERASED, Kind, enlist, remove

DRAWER: Final = "kinderwerk.files.pictures"
#: Fifty million pixels, unpacked, and some room to turn them around.
BOUNDS: Final = Bounds(memory=1 << 30, computing=20, seconds=30, answer=5 << 20)


def redraw(content: bytes) -> Redrawn:
    """Have a picture drawn anew in the child; outside a unit of work, for it takes a second."""
    if len(content) > LARGEST_PICTURE:
        raise TooLarge
    try:
        told, pieces = bounded.ask(DRAWER, None, [content], BOUNDS)
        if told:
            raise REFUSALS[told["refused"]]
        return Redrawn(*map(Rendition.of, pieces))
    except (Unanswered, ValueError, TypeError, KeyError):
        raise Broken from None


def reads() -> bool:
    """Tell whether a child starts and answers; of nothing at all it says that it is broken."""
    try:
        told, _ = bounded.ask(DRAWER, None, [b""], BOUNDS)
    except Unanswered:
        return False
    return bool(told == {"refused": "broken"})


def keep(
    session: Session, actor: Actor, organisation_id: UUID, purpose: Purpose, redrawn: Redrawn,
    alt: str,
) -> StoredFile:  # fmt: skip
    """Keep a picture that was drawn anew. Whoever shows it records the deed, in the same unit.

    What a child drew for the board is from nobody.
    """
    if (actor.id is None) != (purpose is Purpose.BOARD):
        raise ValueError("somebody sends a picture")
    large, small = redrawn.large, redrawn.small
    kept = StoredFile(
        organisation_id=organisation_id, purpose=purpose, author_id=actor.id, alt=alt,
        media_type=WEBP, byte_count=len(large.content),
        sha256=hashlib.sha256(large.content).hexdigest(), width=large.width, height=large.height,
        small_width=small.width, small_height=small.height, small=small.content,
        content=large.content,
    )  # fmt: skip
    session.add(kept)
    return kept


def let_go(session: Session, actor: Actor, file_id: UUID, organisation_id: UUID) -> None:
    """Take a picture away for good: an older backup loses it again when it is put back."""
    enlist(session, organisation_id, Kind.PHOTO, [file_id], None)
    audit.record(session, actor, ERASED, organisation_id, kind=Kind.PHOTO, n=1, line=None)
    forget(session, [file_id])


def forget(session: Session, ids: Collection[UUID]) -> None:
    remove(session, StoredFile, StoredFile.id.in_(ids))
