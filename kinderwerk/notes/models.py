"""What helpers must know of a child. All of it is sealed; only how many hands it asks is not."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned, sealed


class CareNote(Confidential, Owned, Versioned, Base):
    """One child's: health, what it does not eat, what helps it; until a season ends."""

    __tablename__ = "care_note"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.MEDICAL)
    __table_args__ = (CheckConstraint("hands >= 0", name="hands_counted"),)
    __audited__: ClassVar[bool] = True

    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"), unique=True)
    until: Mapped[date]
    hands: Mapped[int] = mapped_column(default=0)
    medical: Mapped[bytes | None] = sealed(optional=True)
    food: Mapped[bytes | None] = sealed(optional=True)
    food_else: Mapped[bytes | None] = sealed(optional=True)
    joining: Mapped[bytes | None] = sealed(optional=True)
    support: Mapped[bytes | None] = sealed(optional=True)
