"""Asking for an archive, agreeing to it, making it, and handing out the file and its key apart."""

import tempfile
from collections.abc import Iterator
from typing import BinaryIO, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk import paths
from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.archives import locking, queries
from kinderwerk.archives.locking import Inner, Outer
from kinderwerk.archives.models import Archive, Piece
from kinderwerk.archives.rules import ASKED, KEPT, OneAlready, State, TooLate, Wish
from kinderwerk.archives.writing import Told, Writer
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.messages import service as messages
from kinderwerk.storage.sealing import Damaged, opener, seal
from kinderwerk.storage.work import unit_of_work

#: The work that makes an archive.
MAKE: Final = "archives.make"


def ask(session: Session, actor: Actor, wish: Wish) -> Archive:
    """Ask for everything in one file; nothing happens before somebody else agrees."""
    with unit_of_work(session):
        held = demand(actor, Action.CREATE, Resource.ARCHIVE)
        if actor.id is None or held.organisation_id is None:
            raise Withheld("an archive is of an organisation")
        session.get_one(Organisation, held.organisation_id, with_for_update={"of": Organisation})
        if queries.visible(session, actor):
            raise OneAlready
        archive = Archive(
            organisation_id=held.organisation_id, asked_by_id=actor.id, why=wish.why,
            told=wish.told, until=clock.now() + ASKED,
        )  # fmt: skip
        session.add(archive)
        session.flush()
        audit.record(session, actor, "archive.asked", archive.id, why=wish.why)
    return archive


def agree(session: Session, actor: Actor, archive_id: UUID) -> None:
    """Give the second word: from here on the worker makes it."""
    with unit_of_work(session):
        archive = _locked(session, archive_id, State.ASKED)
        demand(actor, Action.RELEASE, Resource.ARCHIVE, archive.facts)
        archive.state, archive.agreed_by_id = State.AGREED, actor.id
        archive.until = clock.now() + KEPT
        messages.ask_for(session, MAKE, archive.id)
        audit.record(session, actor, "archive.agreed", archive.id)


def withdraw(session: Session, actor: Actor, archive_id: UUID) -> None:
    """Take it away: it is not wanted, not agreed to, or fetched and done with."""
    with unit_of_work(session):
        archive = _locked(session, archive_id)
        demand(actor, Action.EDIT, Resource.ARCHIVE, archive.facts)
        audit.record(session, actor, "archive.withdrawn", archive.id, state=archive.state)
        session.delete(archive)


def _locked(session: Session, archive_id: UUID, state: State | None = None) -> Archive:
    archive = session.get(Archive, archive_id, with_for_update={"of": Archive})
    if archive is None or archive.until <= clock.now():
        raise NoResultFound
    if state and archive.state is not state:
        raise TooLate
    return archive


def make(session: Session, archive_id: UUID) -> None:
    """Write what was agreed to: out of one moment, and nothing readable ever lies on a disk."""
    archive = queries.agreed(session, archive_id)
    if archive is None:
        return
    organisation_id, key = archive.organisation_id, locking.fresh()
    with tempfile.TemporaryFile() as file:
        try:
            size, told = _write(session, organisation_id, key, file)
        except Damaged:
            session.rollback()
            _give_up(session, archive_id)
            return
        session.rollback()
        _keep_pieces(session, archive_id, organisation_id, file)
    with unit_of_work(session):
        kept = session.get(Archive, archive_id, with_for_update={"of": Archive})
        if kept is None or kept.state is not State.AGREED:
            return
        kept.state, kept.until = State.MADE, clock.now() + KEPT
        kept.counts, kept.size = told.counts, size
        seal(session, kept, key=locking.spoken(key))
        audit.record(
            session, SYSTEM, "archive.made", archive_id, rows=kept.rows, locked=told.locked
        )


def _write(session: Session, organisation_id: UUID, key: bytes, file: BinaryIO) -> tuple[int, Told]:
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    house = session.get_one(Organisation, organisation_id)
    head = {
        "revision": revision(),
        "organisation": {"id": str(house.id), "name": house.name},
    }
    outer = Outer(key, file)
    writer = Writer(session.connection(), organisation_id, opener(session), Inner(key))
    told = writer.write(outer, head, clock.now())  # type: ignore[arg-type]
    outer.finish()
    file.seek(0)
    return outer.size, told


def _keep_pieces(session: Session, archive_id: UUID, organisation_id: UUID, file: BinaryIO) -> None:
    """Keep the locked pieces, each in a short unit of its own, so that nobody waits for all."""
    with unit_of_work(session):
        session.execute(delete(Piece).where(Piece.archive_id == archive_id))
    for number, locked in enumerate(locking.pieces(file)):
        with unit_of_work(session):
            session.add(
                Piece(
                    organisation_id=organisation_id, archive_id=archive_id, number=number,
                    locked=locked,
                )
            )  # fmt: skip


def _give_up(session: Session, archive_id: UUID) -> None:
    with unit_of_work(session):
        archive = session.get_one(Archive, archive_id, with_for_update={"of": Archive})
        archive.state = State.IMPOSSIBLE
        audit.record(session, SYSTEM, "archive.impossible", archive_id)


def revision() -> str:
    return (paths.resource("migrations") / "HEAD").read_text().strip()


def fetch(session: Session, actor: Actor, archive_id: UUID) -> Iterator[bytes]:
    """Return the file, piece by piece; that it went out is on record before the first one."""
    archive = queries.by_id(session, archive_id)
    demand(actor, Action.VIEW, Resource.ARCHIVE_FILE, archive.facts)
    if archive.state is not State.MADE:
        raise NoResultFound
    key = _key(session, actor, "archive.fetched", archive_id)
    return _unlocked(session, archive_id, key)


def _unlocked(session: Session, archive_id: UUID, key: bytes) -> Iterator[bytes]:
    for number, locked in enumerate(queries.pieces(session, archive_id)):
        try:
            yield locking.unlocked(key, number, locked)
        except InvalidTag:
            raise Damaged from None


def tell_key(session: Session, actor: Actor, archive_id: UUID) -> str:
    """Return the key of what is sealed in the file: for the one who gave the second word."""
    archive = queries.by_id(session, archive_id)
    demand(actor, Action.VIEW, Resource.ARCHIVE_KEY, archive.facts)
    if archive.state is not State.MADE:
        raise NoResultFound
    return locking.spoken(_key(session, actor, "archive.key_told", archive_id))


def _key(session: Session, actor: Actor, deed: str, archive_id: UUID) -> bytes:
    opened = audit.disclose(session, actor, deed, archive_id, Archive, [archive_id], "key")
    return locking.heard(opened[archive_id]["key"] or "")


def tidy(session: Session) -> None:
    """Take away what nobody fetched in time."""
    with unit_of_work(session):
        over = list(session.scalars(select(Archive.id).where(Archive.until <= clock.now())))
        if over:
            session.execute(
                delete(Archive).where(Archive.id.in_(over)),
                execution_options={"audited": "archive.over", "synchronize_session": False},
            )
            for id in over:
                audit.record(session, SYSTEM, "archive.over", id)
