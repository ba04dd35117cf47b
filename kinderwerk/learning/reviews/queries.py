"""Reading learning reviews. What is sealed stays shut here; `service.read` opens it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.accounts.models import User
from kinderwerk.learning.consulting import queries as consulting
from kinderwerk.learning.reviews.models import LearningReview
from kinderwerk.storage.scoping import belonging, scope

MOST: Final = 300
REVIEWS: Final = scope(
    Resource.LEARNING_REVIEW,
    LearningReview,
    {
        conditions.of_organisation: belonging(LearningReview.organisation_id),
        conditions.own: lambda actor, membership: LearningReview.author_id == actor.id,
        conditions.owner: lambda actor, membership: and_(
            LearningReview.owner_id.is_not(None), LearningReview.owner_id == actor.id
        ),
    },
)


def by_id(session: Session, review_id: UUID) -> LearningReview:
    return session.get_one(LearningReview, review_id)


def visible(session: Session, actor: Actor, *, closed: bool = False) -> Sequence[LearningReview]:
    """Return the reviews of which something is still to be looked at, or those that are done."""
    over = LearningReview.closed_at
    return session.scalars(
        select(LearningReview)
        .where(REVIEWS.visible(actor), over.is_not(None) if closed else over.is_(None))
        .order_by(LearningReview.reviewed_on.desc(), LearningReview.id)
        .limit(MOST)
    ).all()


def due(session: Session, actor: Actor, day: date) -> Sequence[LearningReview]:
    """Return those of which this person, or whom they stand in for, looks today what came of it."""
    return session.scalars(
        select(LearningReview)
        .where(
            REVIEWS.visible(actor), LearningReview.owner_id.in_(actor.carries_for),
            LearningReview.closed_at.is_(None), LearningReview.check_on <= day,
        )
        .order_by(LearningReview.check_on)
        .limit(MOST)
    ).all()  # fmt: skip


def colleagues(session: Session, review: LearningReview) -> Sequence[User]:
    """Return who could see to what was agreed."""
    return consulting.colleagues(session, review.organisation_id)


def choices(session: Session, organisation_id: UUID) -> list[tuple[UUID, str]]:
    return [(one.id, one.name) for one in consulting.colleagues(session, organisation_id)]


def people(session: Session, ids: Collection[UUID | None]) -> Mapping[UUID, str]:
    return consulting.people(session, [one for one in ids if one])
