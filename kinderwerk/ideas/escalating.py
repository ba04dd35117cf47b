"""What nobody read in time: the next one hears of it, once; nobody waits for who is away."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.away import present, reached
from kinderwerk.accounts.models import User
from kinderwerk.accounts.queries import holding
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.ideas import rules
from kinderwerk.ideas.models import ChildBoard, Idea
from kinderwerk.ideas.rules import Step
from kinderwerk.messages import service as messages
from kinderwerk.messages.work import register
from kinderwerk.storage.work import unit_of_work

ROLES: Final[Mapping[Step, Role]] = MappingProxyType(
    {
        Step.WORKERS: Role.WORKER,
        Step.COORDINATOR: Role.COORDINATOR,
        Step.OFFICER: Role.PROTECTION_OFFICER,
    }
)
Place = tuple[UUID, UUID | None]


@register("ideas.escalate", every=timedelta(minutes=10))
def escalate(session: Session, subject: str) -> None:
    """Tell whoever is next that something lies unread: one mail for all that lies there."""
    with unit_of_work(session):
        told: dict[tuple[Place, Step], Sequence[User]] = {}
        for idea, board in _unread(session):
            place = (idea.organisation_id, idea.neighbourhood_id)
            hours = board.hours if board else rules.USUAL
            due = rules.steps_due(hours, idea.waits_since or clock.now(), clock.now())
            if due > idea.escalated:
                step, people = _who(session, place, due)
                told[place, step] = people
                idea.escalated = int(step.value)
                audit.record(session, SYSTEM, "idea.escalated", idea.id, step=step.value)
        _tell(session, told)


def _unread(session: Session) -> Sequence[tuple[Idea, ChildBoard | None]]:
    rows = session.execute(
        select(Idea, ChildBoard)
        .outerjoin(
            ChildBoard,
            and_(
                ChildBoard.organisation_id == Idea.organisation_id,
                ChildBoard.neighbourhood_id == Idea.neighbourhood_id,
            ),
        )
        .where(Idea.waits_since.is_not(None), Idea.escalated < len(Step))
        .order_by(Idea.id)
        .with_for_update(of=Idea)
    )
    return [(idea, board) for idea, board in rows]


def _who(session: Session, place: Place, due: int) -> tuple[Step, Sequence[User]]:
    """Return who hears of it: the next one where nobody of a step is there today."""
    steps = [step for step in Step if int(step.value) >= due]
    for step in steps:
        people = session.scalars(holding(place[0], [ROLES[step]], place[1])).all()
        if there := present(session, place[0], people):
            return step, reached(session, place[0], there)
    return steps[-1], []


def _tell(session: Session, told: Mapping[tuple[Place, Step], Sequence[User]]) -> None:
    by_person: dict[tuple[UUID, UUID], tuple[User, Step]] = defaultdict()
    for ((here, _), step), people in told.items():
        for person in people:
            by_person[here, person.id] = (person, step)
    for (here, _), (person, step) in by_person.items():
        messages.tell(
            session, key=f"board:{here}:{person.id}:{clock.now():%Y%m%d%H%M%S}",
            template="board_waits" if step is Step.WORKERS else "board_late",
            address=person.email, language=person.language, organisation_id=here,
        )  # fmt: skip
