"""What somebody agreed to see to goes to colleagues when they leave."""

from typing import Final

from kinderwerk.accounts.carrying import Cases, Load
from kinderwerk.core.words import N_
from kinderwerk.learning.consulting.queries import SITTERS
from kinderwerk.learning.reviews import queries
from kinderwerk.learning.reviews.models import LearningReview

CASES: Final = Cases(
    LearningReview,
    LearningReview.closed_at.is_(None),
    queries.colleagues,
    "learning_review.handed_over",
)
LOAD: Final = Load(
    "learning_reviews",
    N_("Changes that were agreed in learning reviews"),
    frozenset(SITTERS),
    CASES.carried,
    CASES.hand_over,
    CASES,
)
