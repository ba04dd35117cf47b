"""Writing the agenda of a child council, what it decided, and that children heard it."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.once import sent_before
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.council import queries, rules
from kinderwerk.council.models import CouncilPoint
from kinderwerk.council.rules import Point
from kinderwerk.ideas import queries as ideas
from kinderwerk.ideas import rules as answering
from kinderwerk.ideas import service as ideas_service
from kinderwerk.ideas.rules import Answer, Decision
from kinderwerk.registers import queries as registers
from kinderwerk.storage.work import revise, unit_of_work


def put_on(session: Session, actor: Actor, occurrence_id: UUID, wish: Point) -> CouncilPoint:
    """Put something on the agenda; the same form sent twice is one point."""
    if actor.id is None:
        raise Withheld("somebody who works here writes it down")
    with unit_of_work(session):
        held = registers.occurrence(session, occurrence_id)
        demand(actor, Action.CREATE, Resource.COUNCIL, held.facts)
        rules.check_council(held.activity.format)
        if written := sent_before(session, CouncilPoint, actor.id, wish.once):
            return written
        title = wish.title.strip()
        if wish.idea_id:
            idea = ideas.by_id(session, wish.idea_id)
            demand(actor, Action.EDIT, Resource.IDEA, idea.facts)
            title = title or idea.words[: rules.LONGEST]
        if not title:
            raise rules.NothingToDiscuss
        rules.check_words(queries.marks(session, held.organisation_id, title), "title")
        point = CouncilPoint(
            organisation_id=held.organisation_id, author_id=actor.id, once=wish.once,
            occurrence_id=held.id, held_on=registers.day_of(held), title=title,
            neighbourhood_id=held.place.neighbourhood_id if held.place else None,
            idea_id=wish.idea_id,
        )  # fmt: skip
        session.add(point)
        session.flush()
        audit.record(session, actor, "council.put_on", point.id)
    return point


def decide(
    session: Session, actor: Actor, point_id: UUID, version: int | None, wish: Decision
) -> None:
    """Write down what was decided, and why; the idea that it began with is decided by it too."""
    with unit_of_work(session):
        point = _locked(session, actor, point_id)
        for field, words in (("decision", wish.decision), ("because", wish.because)):
            rules.check_words(queries.marks(session, point.organisation_id, words), field)
        revise(point, version, decision=wish.decision, because=wish.because)
        point.decided_on, point.told_back_on, point.told_back_how = clock.today(), None, None
        audit.record(session, actor, "council.decided", point.id)
        if point.idea_id:
            ideas_service.decide(session, actor, point.idea_id, None, wish)


def tell_back(
    session: Session, actor: Actor, point_id: UUID, version: int | None, answer: Answer
) -> None:
    """Note that children heard what became of it; only now it is closed, and public."""
    with unit_of_work(session):
        point = _locked(session, actor, point_id)
        answering.check_answer(answer, decided_on=point.decided_on, today=clock.today())
        revise(point, version, told_back_how=answer.how, told_back_on=answer.on)
        audit.record(session, actor, "council.told_back", point.id)
        if point.idea_id:
            ideas_service.tell_back(session, actor, point.idea_id, None, answer)


def take_off(session: Session, actor: Actor, point_id: UUID) -> None:
    """Take a point away that was written down by mistake."""
    with unit_of_work(session):
        point = _locked(session, actor, point_id)
        session.delete(point)
        audit.record(session, actor, "council.taken_off", point_id)


def _locked(session: Session, actor: Actor, point_id: UUID) -> CouncilPoint:
    point = queries.locked(session, point_id)
    demand(actor, Action.EDIT, Resource.COUNCIL, point.facts)
    return point
