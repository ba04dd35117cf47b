"""Counting what is tried, over all processes, under a hash that tells nobody what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Attempt
from kinderwerk.accounts.rules import LIMITS, WINDOW, TooOften, Tried
from kinderwerk.accounts.tokens import signer
from kinderwerk.core import clock, line
from kinderwerk.storage.work import unit_of_work

#: What somebody tries who wants to be let in: it is told in the log, done or refused.
LETS_IN: Final = frozenset(
    {
        Tried.PASSWORD, Tried.CODE, Tried.LINK, Tried.PASSKEY, Tried.SPOKEN_CODE,
        Tried.TEXTED_CODE, Tried.PARTNER_LINK, Tried.PARTNER_CODE, Tried.PROVIDER,
    }
)  # fmt: skip
INSERT: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def attempt(session: Session, what: Tried, person: str, place: str) -> None:
    """Count one try before it is made, whether or not it succeeds; refuse when it is too many."""
    limit, since = LIMITS[what], _window(clock.now())
    if what in LETS_IN:
        line.add(tried=what.value, by=person)
    with unit_of_work(session):
        tries = [
            (count(session, signer.disguise(f"{what.value} by", person), since), limit.person),
            (count(session, signer.disguise(f"{what.value} from", place), since), limit.place),
        ]
    if any(count > most for count, most in tries):
        raise TooOften


def succeeded(session: Session, what: Tried, person: str) -> None:
    """Forget the tries of a person who got it right."""
    line.add(right="yes")
    session.execute(
        delete(Attempt).where(Attempt.key_hash == signer.disguise(f"{what.value} by", person))
    )


def _window(at: datetime) -> datetime:
    seconds = WINDOW.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, at.tzinfo)


def count(session: Session, key_hash: str, since: datetime) -> int:
    insert = INSERT[session.get_bind().dialect.name](Attempt)
    counted: int = session.execute(
        insert.values(key_hash=key_hash, window_start=since, count=1)
        .on_conflict_do_update(
            index_elements=[Attempt.key_hash, Attempt.window_start],
            set_={"count": Attempt.count + 1},
        )
        .returning(Attempt.count)
    ).scalar_one()
    return counted
