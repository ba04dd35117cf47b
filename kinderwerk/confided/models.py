"""Carers named on a record, whichever kind of record that is."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.confided.rules import Kind, Way
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.families.models import Carer, Family
from kinderwerk.storage.base import Base, Confidential, Owned


class Confided(Confidential, Owned, Base):
    """One carer is named on one record, and can be reached there as a worker confirmed.

    `address` and `epoch` are what held for the carer on that day: whatever changes it since, the
    naming stands no more until somebody asks again. The record itself takes its namings along
    when it is forgotten.
    """

    __tablename__ = "confided"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "carer")
    __table_args__ = (UniqueConstraint("record_id", "carer_id"),)
    __audited__: ClassVar[bool] = True

    kind: Mapped[Kind]
    record_id: Mapped[UUID]
    family_id: Mapped[UUID] = mapped_column(ForeignKey("family.id"), init=False, index=True)
    family: Mapped[Family] = relationship()
    carer_id: Mapped[UUID] = mapped_column(
        ForeignKey("carer.id", ondelete="CASCADE"), init=False, index=True
    )
    carer: Mapped[Carer] = relationship()
    way: Mapped[Way]
    address: Mapped[str] = mapped_column(String(254), default="")
    epoch: Mapped[int]
    confirmed_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    confirmed_on: Mapped[date]
