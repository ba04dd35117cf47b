"""Writing down a talk with a child, and taking back what was tapped by mistake."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.once import sent_before
from kinderwerk.audit import service as audit
from kinderwerk.conversations import queries, rules
from kinderwerk.conversations.models import Conversation
from kinderwerk.conversations.rules import Wish
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.facts import rules as facts_rules
from kinderwerk.facts import service as facts
from kinderwerk.facts.rules import nothing
from kinderwerk.storage.work import unit_of_work


def write_down(session: Session, actor: Actor, wish: Wish) -> Conversation:
    """Write down a talk; the same form sent twice is one talk."""
    rules.check_held(wish.held_on, clock.today())
    if actor.id is None or actor.organisation_id is None:
        raise Withheld("somebody who works here writes it down")
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.CONVERSATION)
        if written := sent_before(session, Conversation, actor.id, wish.once):
            return written
        where = actor.neighbourhood_id or wish.neighbourhood_id
        if where and queries.neighbourhood(session, where).municipality_id != actor.municipality_id:
            raise Withheld("a neighbourhood elsewhere")
        made = Conversation(
            organisation_id=actor.organisation_id, author_id=actor.id, once=wish.once,
            held_on=wish.held_on, channel=wish.channel, theme=wish.theme, band=wish.band,
            serious=wish.serious, pointed=wish.pointed, minutes=wish.minutes,
            neighbourhood_id=where,
        )  # fmt: skip
        session.add(made)
        session.flush()
        demand(actor, Action.EDIT, Resource.CONVERSATION, made.facts)
        added = facts_rules.total(queries.counted(session, [made]))
        facts.replace(session, nothing(), added)
        audit.record(session, actor, "conversation.written", made.id)
    return made


def take_back(session: Session, actor: Actor, conversation_id: UUID) -> None:
    """Take back what one tapped a moment ago."""
    with unit_of_work(session):
        found = session.get_one(Conversation, conversation_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.CONVERSATION, found.facts)
        if clock.now() - found.created_at > rules.JUST_NOW:
            raise rules.TooLateToUndo
        gone = facts_rules.total(queries.counted(session, [found]))
        facts.replace(session, gone, nothing())
        session.delete(found)
        audit.record(session, actor, "conversation.taken_back", conversation_id)
