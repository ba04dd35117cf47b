"""Reading what was asked for."""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import false, null, select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.archives.models import Archive, Piece
from kinderwerk.archives.rules import State
from kinderwerk.core import clock
from kinderwerk.storage.scoping import belonging, scope, within

SCOPE: Final = scope(
    Resource.ARCHIVE,
    Archive,
    {
        conditions.of_organisation: belonging(Archive.organisation_id),
        conditions.same_organisation: within(Archive.organisation_id, null()),
        conditions.own: lambda actor, membership: Archive.asked_by_id == actor.id,
        conditions.owner: lambda actor, membership: false(),
    },
)


def by_id(session: Session, archive_id: UUID) -> Archive:
    """Return an archive; one whose time is over is as missing as one that is not there."""
    wanted = select(Archive).where(Archive.id == archive_id, Archive.until > clock.now())
    return session.scalars(wanted.options(joinedload(Archive.asked_by))).one()


def visible(session: Session, actor: Actor) -> Sequence[Archive]:
    return session.scalars(
        select(Archive)
        .where(SCOPE.visible(actor), Archive.until > clock.now())
        .options(joinedload(Archive.asked_by))
        .order_by(Archive.created_at.desc(), Archive.id)
    ).all()


def agreed(session: Session, archive_id: UUID) -> Archive | None:
    found = session.get(Archive, archive_id)
    return found if found and found.state is State.AGREED else None


def pieces(session: Session, archive_id: UUID) -> Iterator[bytes]:
    """Yield the locked pieces one by one; no transaction stays open between them."""
    number = 0
    mine = select(Piece.locked).where(Piece.archive_id == archive_id)
    while (found := session.scalar(mine.where(Piece.number == number))) is not None:
        session.rollback()
        yield found
        number += 1
    session.rollback()
