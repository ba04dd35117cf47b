"""Walking all seals, and saying in plain sentences what is not as it was sealed."""

import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from kinderwerk.audit import seals
from kinderwerk.audit.models import TrailHorizon, TrailSeal
from kinderwerk.audit.rules import Flaw, entries, flaws_of, runs
from kinderwerk.audit.seals import BEGINNING, COLUMNS, ENTRY, Head, NoKey

PAGE: Final = 100


@dataclass(slots=True)
class Walk:
    """What is known on the way along the chain."""

    top: int
    gone: dict[bool, int]
    number: int = 0
    digest: bytes = BEGINNING
    checked: int = 0
    keys: dict[UUID, bytes | None] = field(default_factory=dict)


def flaws(session: Session, kept: Head | None = None) -> Iterator[Flaw]:
    """Yield everything that is wrong, a batch in memory at a time.

    `kept` is a head that was noted earlier, where nobody who could change the trail comes.
    """
    walk = Walk(session.scalar(select(func.max(ENTRY.c.id))) or 0, gone(session))
    yield from _before_the_first(session)
    found = kept is None
    for sealed in _chain(session):
        yield from _link(walk, sealed)
        found = found or (kept == Head(sealed.id, sealed.digest))
        yield from batch(session, walk, sealed)
        walk.number, walk.digest = sealed.id, sealed.digest
    if kept and not found:
        yield _lost(kept, walk)
    yield from _horizons(session, walk)


def gone(session: Session) -> dict[bool, int]:
    """Return up to which seal the entries of each term were let go."""
    rows = session.execute(
        select(TrailHorizon.sensitive, func.max(TrailHorizon.seal_id)).group_by(
            TrailHorizon.sensitive
        )
    )
    return {bool(sensitive): number for sensitive, number in rows}


def _compare(session: Session, sealed: TrailSeal, key: bytes, walk: Walk) -> Iterator[Flaw]:
    """Compare one batch with what is there; single entries are looked at only if it differs."""
    purging = sealed.id <= walk.gone.get(bool(sealed.sensitive), 0)
    try:
        rows = session.execute(_stretch(sealed)).all()
        walk.checked += len(rows)
        if purging and not rows:
            return
        if hmac.compare_digest(seals.digest_of_lines(key, map(seals.written, rows)), sealed.batch):
            return
    except (ValueError, TypeError, LookupError):
        pass  # something in it cannot even be read: then one by one
    marks = dict(seals.marks_of(sealed, sealed.marks))
    there = {id: _mark(session, key, id) for id in session.scalars(_ids(sealed))}
    yield from flaws_of(marks, there, walk.top, purging=purging)


def _chain(session: Session) -> Iterator[TrailSeal]:
    last: int | None = None
    while True:
        wanted = select(TrailSeal).order_by(TrailSeal.id).limit(PAGE)
        if last is not None:
            wanted = wanted.where(TrailSeal.id > last)
        some = session.scalars(wanted).all()
        if not some:
            return
        yield from some
        last = some[-1].id
        session.expunge_all()


def _before_the_first(session: Session) -> Iterator[Flaw]:
    for first, last in runs(session.scalars(select(ENTRY.c.id).where(ENTRY.c.id < 1))):
        yield Flaw("inserted", f"{entries(first, last)}: inserted before the first entry.")


def _link(walk: Walk, sealed: TrailSeal) -> Iterator[Flaw]:
    """Say where the chain is broken between this seal and the one before."""
    missing = sealed.id - walk.number - 1
    if missing > 0:
        which = (
            f"Seal {sealed.id - 1}: is"
            if missing == 1
            else f"Seals {walk.number + 1} to {sealed.id - 1}: are"
        )
        yield Flaw("seal", f"{which} missing from the chain.")
    elif missing < 0:
        yield Flaw("seal", f"Seal {sealed.id}: inserted before the first seal.")
    elif sealed.previous != walk.digest:
        yield Flaw("seal", f"Seal {sealed.id}: does not follow from the seal before it.")


def batch(session: Session, walk: Walk, sealed: TrailSeal) -> Iterator[Flaw]:
    key = _key(session, walk, sealed.key_id)
    if key is None:
        yield Flaw("key", f"Seal {sealed.id}: its key is not here, so it cannot be checked.")
        return
    marks = sealed.marks
    if not hmac.compare_digest(seals.digest_of(key, sealed, marks), sealed.digest):
        yield Flaw("seal", f"Seal {sealed.id}: changed or replaced after it was made.")
    try:
        yield from _compare(session, sealed, key, walk)
    except struct.error:  # marks of another length: the seal was told of above
        yield Flaw("changed", f"{entries(sealed.first_id, sealed.last_id)}: not as sealed.")


def _key(session: Session, walk: Walk, key_id: UUID) -> bytes | None:
    if key_id not in walk.keys:
        try:
            walk.keys[key_id] = seals.key_of(session, key_id)
        except NoKey:
            walk.keys[key_id] = None
    return walk.keys[key_id]


def _stretch(sealed: TrailSeal) -> Any:
    return (
        select(*COLUMNS)
        .where(seals.of_term(sensitive=sealed.sensitive))
        .where(ENTRY.c.id.between(sealed.first_id, sealed.last_id))
        .order_by(ENTRY.c.id)
    )


def _ids(sealed: TrailSeal) -> Any:
    return _stretch(sealed).with_only_columns(ENTRY.c.id)


def _mark(session: Session, key: bytes, id: int) -> bytes | None:
    try:
        row: Row[Any] = session.execute(select(*COLUMNS).where(ENTRY.c.id == id)).one()
        return seals.mark(key, seals.written(row))
    except (ValueError, TypeError, LookupError):
        return None


def _lost(kept: Head, walk: Walk) -> Flaw:
    if kept.number > walk.number:
        return Flaw(
            "head",
            f"Seal {kept.number}: kept elsewhere, and no longer here; the chain ends at "
            f"{walk.number}, so the newest entries were cut off with their seals.",
        )
    return Flaw("head", f"Seal {kept.number}: another one than was kept elsewhere.")


def _horizons(session: Session, walk: Walk) -> Iterator[Flaw]:
    """Look whether entries were let go by this installation, and not by somebody's hand."""
    for horizon in session.scalars(select(TrailHorizon).order_by(TrailHorizon.id)):
        key = _key(session, walk, horizon.key_id)
        if key is None or not hmac.compare_digest(seals.mark_of(key, horizon), horizon.mark):
            yield Flaw("horizon", f"Purge {horizon.id}: not made by this installation.")
