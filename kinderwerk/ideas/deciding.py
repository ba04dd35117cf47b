"""What was decided about something that children said, why, and when they heard of it."""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from kinderwerk.ideas.rules import LONGEST, How, Standing


class Decided(MappedAsDataclass, kw_only=True, repr=False, eq=False):
    """A row about which somebody decides, says why, and tells it back."""

    decision: Mapped[str] = mapped_column(String(LONGEST), default="")
    because: Mapped[str] = mapped_column(String(LONGEST), default="")
    decided_on: Mapped[date | None] = mapped_column(default=None)
    told_back_how: Mapped[How | None] = mapped_column(default=None)
    told_back_on: Mapped[date | None] = mapped_column(default=None)

    @property
    def standing(self) -> Standing:
        if self.decided_on is None:
            return Standing.OPEN
        return Standing.DECIDED if self.told_back_on is None else Standing.ANSWERED


def why_before_told() -> tuple[CheckConstraint, CheckConstraint]:
    """Return what holds for every such table: no decision without why, none told before it."""
    return (
        CheckConstraint(
            "(decided_on IS NULL) = (decision = '') AND (decision = '') = (because = '')",
            name="decided_and_why",
        ),
        CheckConstraint(
            "(told_back_on IS NULL) = (told_back_how IS NULL)"
            " AND (told_back_on IS NULL OR decided_on IS NOT NULL)",
            name="decided_before_told",
        ),
    )
