"""What a report tells of where help systems meet: handovers, what jams, and talking it over.

None of it is a cell. It is counted once, when an edition is made, and told of half-years and whole
organisations only: so nothing is left of a longer time or a larger area to be worked out. What is
about families is told from ten on, rounded to five; a correction keeps it as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.disclosure.tables import Kind
from kinderwerk.facts import queries as facts
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.learning import queries as learning
from kinderwerk.learning.consulting.models import Consultation
from kinderwerk.learning.consulting.rules import Standing
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.referrals import queries as referrals
from kinderwerk.referrals.interfaces import outside


def told(session: Session, organisation_ids: Sequence[UUID], period: Period) -> dict[str, Any]:
    """Return what an edition holds of it, counted at this moment."""
    if period.kind != "H":
        return {}
    return {
        "meeting": {
            str(house): {
                "pairs": list(_pairs(session, house, period)),
                "snags": list(_snags(session, house, period)),
                "consultations": _consultations(session, house, period),
                "conversations": _conversations(session, house, period),
            }
            for house in organisation_ids
        }
    }


def rounded(n: int) -> int | None:
    """Return what is told of a count that is about families."""
    return None if Kind.SENSITIVE.small(n) else Kind.SENSITIVE.rounded(n)


def _pairs(session: Session, house: UUID, period: Period) -> Iterator[Mapping[str, Any]]:
    ours = HelpSystem(session.get_one(Organisation, house).help_system)
    for one in outside(referrals.handed_over(session, house, period), ours):
        if one.ends:
            yield {
                "begins": ours.value, "ends": one.ends.value, "handed": one.handed.count,
                "answered": one.answered, "days": one.days, "waited": one.waited.count,
                "declined": one.declined.count,
            }  # fmt: skip


def _snags(session: Session, house: UUID, period: Period) -> Iterator[Mapping[str, Any]]:
    for one in learning.told(session, house, period):
        pair = [side.value for side in one.pair]
        yield {"pair": pair, "snag": one.snag.value, "reviews": one.reviews}


def _consultations(session: Session, house: UUID, period: Period) -> int:
    """Return how many were held; it is about how a team works, and tells of no case."""
    return (
        session.scalar(
            select(func.count()).where(
                Consultation.organisation_id == house, Consultation.standing == Standing.FINISHED,
                Consultation.held_at >= clock.midnight(period.begins),
                Consultation.held_at < clock.midnight(period.ends + timedelta(days=1)),
            )
        )
        or 0
    )  # fmt: skip


def _conversations(session: Session, house: UUID, period: Period) -> int | None:
    found = facts.counts(
        session, organisation_ids=[house], periods=[str(period)],
        measures=[Measure.CONVERSATIONS], levels=[Level.WHOLE],
    )  # fmt: skip
    return rounded(sum(found.values()))
