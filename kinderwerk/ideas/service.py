"""Writing ideas of children down, deciding about them, and telling back."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.once import sent_before
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.ideas import erasure, queries, rules
from kinderwerk.ideas.models import Idea
from kinderwerk.ideas.rules import Answer, Correction, Decision, Saying, State
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers import queries as registers
from kinderwerk.storage.erasing import ERASED
from kinderwerk.storage.work import revise, unit_of_work


def write_down(session: Session, actor: Actor, saying: Saying) -> Idea:
    """Write down what a child said; the same form sent twice is one idea."""
    if actor.id is None or actor.organisation_id is None:
        raise Withheld("somebody at an organisation writes it down")
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.IDEA)
        if written := sent_before(session, Idea, actor.id, saying.once):
            return written
        held = queries.session_of(session, actor, saying.occurrence_id)
        place = held.place if held else None
        area = actor.neighbourhood_id or (place.neighbourhood_id if place else None)
        idea = Idea(
            organisation_id=held.organisation_id if held else actor.organisation_id,
            author_id=actor.id, once=saying.once, words=saying.words, band=saying.band,
            said_on=registers.day_of(held) if held else clock.today(),
            occurrence_id=held.id if held else None,
            neighbourhood=session.get(Neighbourhood, area) if area else None,
        )  # fmt: skip
        session.add(idea)
        session.flush()
        audit.record(session, actor, "idea.written", idea.id)
    return idea


def correct(
    session: Session, actor: Actor, idea_id: UUID, version: int | None, wish: Correction
) -> None:
    """Take out what could tell who said it, or put right what was misheard."""
    with unit_of_work(session):
        idea = _locked(session, actor, idea_id)
        if idea.author_id is None or idea.on_board:
            raise rules.OnTheBoard
        revise(idea, version, words=wish.words, band=wish.band)
        audit.record(session, actor, "idea.corrected", idea.id)


def decide(
    session: Session, actor: Actor, idea_id: UUID, version: int | None, wish: Decision
) -> None:
    """Say what becomes of it, and why; whoever decides otherwise later tells it back anew."""
    with unit_of_work(session):
        idea = _locked(session, actor, idea_id)
        revise(idea, version, decision=wish.decision, because=wish.because)
        idea.decided_on, idea.told_back_on, idea.told_back_how = clock.today(), None, None
        if idea.state in (State.ANSWERED, State.ARCHIVED):
            idea.state = State.APPROVED
        audit.record(session, actor, "idea.decided", idea.id)


def tell_back(
    session: Session, actor: Actor, idea_id: UUID, version: int | None, answer: Answer
) -> None:
    """Note that children heard what became of it; only now it is answered."""
    with unit_of_work(session):
        idea = _locked(session, actor, idea_id)
        rules.check_answer(answer, decided_on=idea.decided_on, today=clock.today())
        if idea.state not in rules.READ:
            raise rules.NotRead
        revise(idea, version, told_back_how=answer.how, told_back_on=answer.on)
        if idea.state is not State.ARCHIVED:
            idea.state = State.ANSWERED
        audit.record(session, actor, "idea.told_back", idea.id)


def remove(session: Session, actor: Actor, idea_id: UUID) -> None:
    """Take away what was no idea, or says who it was."""
    with unit_of_work(session):
        idea = _locked(session, actor, idea_id)
        audit.record(session, actor, "idea.removed", idea_id)
        audit.record(session, actor, ERASED, idea.organisation_id)
        erasure.forget(session, Idea.id == idea_id)


def _locked(session: Session, actor: Actor, idea_id: UUID) -> Idea:
    idea = session.get_one(Idea, idea_id, with_for_update={"of": Idea})
    demand(actor, Action.EDIT, Resource.IDEA, idea.facts)
    return idea
