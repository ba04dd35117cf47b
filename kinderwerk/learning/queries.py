"""What learning tells other parts of the house: figures, and never a word of a case."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.core.periods import Period
from kinderwerk.disclosure.tables import Kind
from kinderwerk.learning.reviews.models import LearningReview
from kinderwerk.learning.reviews.rules import Bottleneck


def bottlenecks(
    session: Session, organisation_ids: Collection[UUID], first: date, last: date
) -> Sequence[Bottleneck]:
    """Return what jammed between which help systems in reviews of these days, both included.

    The figures are exact: whoever shows them outside the house hides small ones first.
    """
    rows = session.execute(
        select(LearningReview.near_side, LearningReview.far_side, LearningReview.snag).where(
            LearningReview.organisation_id.in_(organisation_ids),
            LearningReview.reviewed_on.between(first, last),
            LearningReview.snag.is_not(None),
        )
    )
    counted = Counter(
        (min(near, far), max(near, far), snag)
        for near, far, snag in rows
        if near is not None and far is not None and snag is not None
    )
    return [
        Bottleneck((one, other), snag, n)
        for (one, other, snag), n in sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    ]


def told(session: Session, organisation_id: UUID, period: Period) -> Sequence[Bottleneck]:
    """Return what jammed often enough to be told, rounded; what did not is not even named."""
    return [
        replace(one, reviews=Kind.SENSITIVE.rounded(one.reviews))
        for one in bottlenecks(session, [organisation_id], period.begins, period.ends)
        if not Kind.SENSITIVE.small(one.reviews)
    ]
