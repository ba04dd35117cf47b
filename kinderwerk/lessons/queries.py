"""How far a guest lesson is: what was counted, answered and written down of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.activities.models import Occurrence
from kinderwerk.kiosk import queries as kiosk
from kinderwerk.logbook import queries as logbook
from kinderwerk.measuring import queries as measuring
from kinderwerk.staffing import queries as staffing
from kinderwerk.team import queries as team
from kinderwerk.team.rules import GUEST_LESSON


@dataclass(frozen=True, slots=True)
class Kit:
    """The steps of one lesson; `untrained` are those who give it without training on record."""

    there: int
    questions: int
    answered: int
    written: bool
    givers: Sequence[tuple[UUID, str]]
    untrained: Sequence[str]


def kit(session: Session, occurrence: Occurrence) -> Kit:
    crew = staffing.on_duty(session, [occurrence.id]).get(occurrence.id, [])
    givers = [(one.user_id, one.name) for one in crew if one.user_id]
    kept = measuring.measurements(session, occurrence.id)
    here = occurrence.organisation_id
    return Kit(
        there=measuring.there(session, occurrence.id),
        questions=len(kiosk.may_be_asked(session, occurrence)),
        answered=max((one.answered for one in kept.values()), default=0),
        written=logbook.log(session, occurrence.id) is not None,
        givers=givers,
        untrained=[name for id, name in givers if not _trained(session, here, id)],
    )


def _trained(session: Session, organisation_id: UUID, user_id: UUID) -> bool:
    known = team.record(session, organisation_id, user_id)
    return any(one["kind"] == GUEST_LESSON for one in (known.trainings if known else ()))
