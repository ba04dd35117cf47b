"""Saying which number a line has here, and that somebody called it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.helplines import queries, rules
from kinderwerk.helplines.models import LocalLine
from kinderwerk.helplines.rules import Wish
from kinderwerk.storage.work import unit_of_work


def say(session: Session, actor: Actor, key: str, wish: Wish) -> None:
    """Write down what a line is called here, its number, and the day on which it answered."""
    with unit_of_work(session):
        here = _locked(session, actor)
        rules.check(queries.one(session, here, key), wish, clock.today())
        kept = session.scalar(
            select(LocalLine).where(LocalLine.organisation_id == here, LocalLine.key == key)
        )
        if kept is None:
            kept = LocalLine(
                organisation_id=here, key=key, name=wish.name, number=wish.number,
                checked_on=wish.checked_on,
            )  # fmt: skip
            session.add(kept)
        kept.name, kept.number, kept.checked_on = wish.name, wish.number, wish.checked_on
        kept.opening = wish.hours.written()
        audit.record(session, actor, "helpline.checked", kept.id, key=key, on=wish.checked_on)


def _locked(session: Session, actor: Actor) -> UUID:
    held = demand(actor, Action.EDIT, Resource.HELPLINE)
    if held.organisation_id is None:
        raise Withheld("a local number belongs to an organisation")
    session.get_one(Organisation, held.organisation_id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.HELPLINE)
    return held.organisation_id
