"""The audit table. Rows are added, never changed; triggers in the migration see to that."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.access.vocabulary import Role
from kinderwerk.core import clock
from kinderwerk.storage.base import Base, Serial


class AuditEntry(Base):
    """One deed: who, acting as what and for whom, did what to which row. Ids, never words."""

    __tablename__ = "audit_entry"
    __append_only__: ClassVar[bool] = True

    id: Mapped[int] = mapped_column(Serial, primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(init=False, default_factory=clock.now, index=True)
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    role: Mapped[Role]
    organisation_id: Mapped[UUID | None] = mapped_column(index=True)
    deed: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
