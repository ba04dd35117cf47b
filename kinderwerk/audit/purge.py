"""Letting old entries go, in whole sealed batches.

Every entry has one of two terms by its deed (`rules.SENSITIVE`), and a batch holds entries of one
term and one month, so that whole batches can go while the others stay. The seals stay for ever:
the chain is checked over them as before. A row in `trail_horizon`, itself marked with the key of
the seals, says up to which seal entries were let go; the trigger lets nothing newer be deleted.
"""

from datetime import UTC, datetime
from itertools import takewhile
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.audit import seals, service, verify
from kinderwerk.audit.models import AuditEntry, TrailHorizon, TrailSeal
from kinderwerk.audit.rules import TERMS, months_before
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.storage.work import unit_of_work

AT_ONCE: Final = 1000


class TooYoung(Refusal):
    message = N_("The log of that month is kept for longer.")


class NotAsSealed(Refusal):
    message = N_("The log is not as it was sealed. First find out what happened; keep everything.")


def purge_before(
    session: Session, actor: Actor, before: datetime, *, sensitive: bool, months: int
) -> int:
    """Let go of entries of one term that were done before the first instant of a month.

    `months` is the term that was confirmed; it is never shorter than `rules.TERMS` says. Returns
    how many entries went. What was begun and broken off is finished by the next call.
    """
    if before != months_before(before, 0):
        raise ValueError("a horizon is where a month begins, by UTC")
    if before > months_before(clock.now(), max(months, TERMS[sensitive])):
        raise TooYoung
    last = _last_wholly_before(session, before, sensitive=sensitive)
    walk = verify.Walk(0, verify.gone(session))
    if last and last.id > walk.gone.get(sensitive, 0):
        _check(session, walk, last, sensitive=sensitive)
        _move(session, actor, before, last)
    return _sweep(session, sensitive=sensitive)


def _of_term(session: Session, *, sensitive: bool) -> list[TrailSeal]:
    wanted = select(TrailSeal).where(TrailSeal.sensitive == sensitive).order_by(TrailSeal.id)
    return list(session.scalars(wanted))


def _last_wholly_before(session: Session, before: datetime, *, sensitive: bool) -> TrailSeal | None:
    """Return the last of the batches from the first that are all older."""
    old = takewhile(
        lambda each: each.until.astimezone(UTC) < before, _of_term(session, sensitive=sensitive)
    )
    return max(old, key=lambda each: each.id, default=None)


def _check(session: Session, walk: verify.Walk, last: TrailSeal, *, sensitive: bool) -> None:
    """Refuse to let go of what was tampered with: it would be the end of the evidence."""
    gone = walk.gone.get(sensitive, 0)
    for sealed in _of_term(session, sensitive=sensitive):
        if gone < sealed.id <= last.id and any(verify.batch(session, walk, sealed)):
            raise NotAsSealed


def _move(session: Session, actor: Actor, before: datetime, last: TrailSeal) -> None:
    key_id, key = seals.newest_key(session)
    moved = TrailHorizon(
        sensitive=last.sensitive, before=before, seal_id=last.id, key_id=key_id, mark=b""
    )
    moved.mark = seals.mark_of(key, moved)
    with unit_of_work(session):
        session.add(moved)
        service.record(
            session, actor, "trail.purged", key_id, before=before.date(), seal=moved.seal_id,
            sensitive=moved.sensitive,
        )  # fmt: skip


def _sweep(session: Session, *, sensitive: bool) -> int:
    """Delete what lies before the horizon, some at a time, so that nobody waits long."""
    horizon = verify.gone(session).get(sensitive)
    until = session.scalar(select(TrailSeal.last_id).where(TrailSeal.id == horizon))
    if until is None:
        return 0
    done = 0
    while True:
        some = (
            select(AuditEntry.id)
            .where(seals.of_term(sensitive=sensitive), AuditEntry.id <= until)
            .order_by(AuditEntry.id)
            .limit(AT_ONCE)
        )
        with unit_of_work(session):
            ids = list(session.scalars(some))
            session.execute(delete(AuditEntry).where(AuditEntry.id.in_(ids)))
        if not ids:
            return done
        done += len(ids)
