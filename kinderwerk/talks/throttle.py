"""Counting tries without knowing whose: under a hash whose key is made anew each day.

The key of a day that is over is destroyed, so that nobody can find out afterwards who tried.
"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.storage.work import unit_of_work
from kinderwerk.talks.keys import Budget
from kinderwerk.talks.models import TalkDayKey, TalkTry

INSERT: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def spend(session: Session, *wanted: tuple[Budget, object]) -> bool:
    """Count one try against each of these budgets; tell whether it lies within all of them.

    Every budget is counted, whether or not another one is used up already.
    """
    with unit_of_work(session):
        key, now = _key_of_today(session), clock.now()
        counted = [_count(session, key, budget, str(whom), now) for budget, whom in wanted]
    return all(count <= budget.most for (budget, _), count in zip(wanted, counted, strict=True))


def tidy(session: Session) -> None:
    """Destroy what belongs to a day that is over."""
    with unit_of_work(session):
        _forget_days(session)


def _key_of_today(session: Session) -> bytes:
    today = clock.today()
    known = select(TalkDayKey.secret).where(TalkDayKey.day == today)
    if (key := session.scalar(known)) is None:
        insert = INSERT[session.get_bind().dialect.name](TalkDayKey)
        fresh = insert.values(day=today, secret=secrets.token_bytes(32))
        session.execute(fresh.on_conflict_do_nothing())
        _forget_days(session)
        key = session.scalars(known).one()
    return key


def _forget_days(session: Session) -> None:
    today = clock.today()
    session.execute(delete(TalkDayKey).where(TalkDayKey.day != today))
    session.execute(delete(TalkTry).where(TalkTry.window_start < clock.midnight(today)))


def _count(session: Session, key: bytes, budget: Budget, whom: str, now: datetime) -> int:
    seconds = budget.window.total_seconds()
    began = clock.midnight(clock.today()).timestamp()
    window = began + (now.timestamp() - began) // seconds * seconds
    insert = INSERT[session.get_bind().dialect.name](TalkTry)
    counted: int = session.execute(
        insert.values(
            key_hash=hmac.digest(key, f"{budget.name}:{whom}".encode(), "sha256").hex(),
            window_start=datetime.fromtimestamp(window, now.tzinfo),
            count=1,
        )
        .on_conflict_do_update(
            index_elements=[TalkTry.key_hash, TalkTry.window_start],
            set_={"count": TalkTry.count + 1},
        )
        .returning(TalkTry.count)
    ).scalar_one()
    return counted
