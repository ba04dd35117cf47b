"""Forgetting whose tickets were whose. The numbers stay, so that anybody can draw again."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from kinderwerk.draws.models import Ticket
from kinderwerk.signups.models import Signup


@contextmanager
def unlinked(
    session: Session, *, children: Collection[UUID] = (), signups: Collection[UUID] = ()
) -> Iterator[None]:
    """Let go of the tickets of sign-ups that go meanwhile, unless siblings hold them too."""
    going = or_(Signup.child_id.in_(children), Signup.id.in_(signups))
    rows = session.execute(select(Signup.id, Signup.form_id).where(going)).all()
    yield
    still_held = exists().where(or_(Signup.id == Ticket.party, Signup.form_id == Ticket.party))
    session.execute(
        update(Ticket)
        .where(Ticket.party.in_([id for row in rows for id in row if id]), ~still_held)
        .values(party=None),
        execution_options={"synchronize_session": False},
    )
