"""Whose rows a transaction reaches, underneath whatever the queries say.

On PostgreSQL row-level security holds every transaction to it: who says nothing reaches no row of
anybody. SQLite has no such thing; there the policy alone decides.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor

SAID: Final = "kinderwerk_reach"
TOLD: Final = "kinderwerk_reach_told"
#: A function of the database: it adds the organisations in which this person is a carer, and
#: forgets everything when the transaction ends.
_TELL: Final = text("SELECT kinderwerk_reach(:organisations, :person)")


@dataclass(frozen=True, slots=True)
class Reach:
    """An organisation by its id, or all of them by `*`; and a person, for their own children."""

    organisations: str = ""
    person: str = ""


NOTHING: Final = Reach()
#: For commands and the worker: the system itself.
EVERYTHING: Final = Reach("*")


def of(actor: Actor) -> Reach:
    return Reach(str(actor.organisation_id or ""), str(actor.id or ""))


def say(session: Session, reach: Reach) -> Session:
    """Hold this session to that reach: what it is in the middle of, and what it begins later."""
    session.info[SAID] = reach
    if session.in_transaction():
        _tell(session, session.connection(), reach)
    return session


def widen(session: Session, organisation_id: UUID) -> None:
    """Reach one organisation more, until the transaction ends.

    For a parent who comes to an organisation that does not know them yet.
    """
    said: Reach = session.info.get(SAID, NOTHING)
    if said != EVERYTHING:
        more = ",".join(filter(None, (said.organisations, str(organisation_id))))
        _tell(session, session.connection(), Reach(more, said.person))


@contextmanager
def reaching(session: Session, organisation_ids: Iterable[UUID]) -> Iterator[None]:
    """Reach these organisations too, for one reading that counts them all together."""
    connection = session.connection()
    before: Reach = session.info[TOLD]
    if before == EVERYTHING:
        yield
        return
    more = filter(None, (before.organisations, *map(str, organisation_ids)))
    _tell(session, connection, Reach(",".join(more), before.person))
    try:
        yield
    finally:
        _tell(session, connection, before)


@event.listens_for(Session, "after_begin")
def _tell_first(session: Session, transaction: Any, connection: Connection) -> None:
    if not transaction.nested:
        session.info.pop(TOLD, None)
        _tell(session, connection, session.info.get(SAID, NOTHING))


def _tell(session: Session, connection: Connection, reach: Reach) -> None:
    told = session.info.get(TOLD, NOTHING)
    if connection.dialect.name == "postgresql" and told != reach:
        connection.execute(_TELL, {"organisations": reach.organisations, "person": reach.person})
    session.info[TOLD] = reach
