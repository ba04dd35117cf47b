"""The same form sent twice is one thing, also when both arrive at the same moment."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import User
from kinderwerk.storage.base import Base

S = TypeVar("S", bound=Base)


def wait_in_turn(session: Session, author_id: UUID) -> None:
    """Let what one person sends twice wait for each other, until the unit of work is over."""
    session.get_one(User, author_id, with_for_update={"of": User, "key_share": True})


def sent_before(session: Session, kind: type[S], author_id: UUID, once: UUID) -> S | None:
    """Return what this person sent already with the same form; a second one waits for the first.

    `kind` has an `author_id`, and the mark of its form in `once`.
    """
    wait_in_turn(session, author_id)
    columns: Any = kind
    mine = (columns.author_id == author_id, columns.once == once)
    return session.scalar(select(kind).where(*mine))
