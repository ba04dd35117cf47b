"""Codes that a worker reads out."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Retention, Whose
from kinderwerk.storage.base import Base, Confidential, Owned


class SpokenCode(Confidential, Owned, Base):
    """Lets one carer in once. What was read out is kept nowhere, only what stands for it."""

    __tablename__ = "spoken_code"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "carer")
    __audited__: ClassVar[bool] = True

    carer_id: Mapped[UUID] = mapped_column(ForeignKey("carer.id"), unique=True)
    hash: Mapped[str] = mapped_column(String(64), index=True)
    by_id: Mapped[UUID | None]
    expires_at: Mapped[datetime]
