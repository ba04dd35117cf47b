"""What an organisation decided for its plans: its table of adults, and what may go on anyway."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.planner.ratios import PRESETS, Preset, Row, Table
from kinderwerk.storage.base import Base, Confidential, Identified, Owned


class AdultTable(Identified, Owned, Base):
    """Which table an organisation chose; the columns hold its own one, if it has any."""

    __tablename__ = "adult_table"
    __retention__: ClassVar[Retention] = Retention.kept("how the organisation plans")
    __table_args__ = (
        UniqueConstraint("organisation_id"),
        CheckConstraint("least BETWEEN 1 AND 9", name="least"),
    )
    __audited__: ClassVar[bool] = True

    preset: Mapped[Preset]
    rows: Mapped[list[list[int]]] = mapped_column(JSON, default_factory=list)
    outing: Mapped[int | None] = mapped_column(default=None)
    water: Mapped[int | None] = mapped_column(default=None)
    camp: Mapped[int | None] = mapped_column(default=None)
    least: Mapped[int] = mapped_column(default=2)

    @property
    def table(self) -> Table:
        return PRESETS.get(self.preset) or self.own

    @property
    def own(self) -> Table:
        return Table(
            rows=tuple(Row(*row) for row in self.rows), outing=self.outing, water=self.water,
            camp=self.camp, least=self.least,
        )  # fmt: skip

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class AcceptedWarning(Identified, Owned, Base):
    """Somebody looked at a warning and said why the date goes on; `mark` says which it was."""

    __tablename__ = "accepted_warning"
    __retention__: ClassVar[Retention] = Retention.kept(
        "why something was planned; the names of staff go with their account"
    )
    __table_args__ = (UniqueConstraint("occurrence_id", "mark"),)
    __audited__: ClassVar[bool] = True

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), index=True)
    mark: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))


class WorkKey(Confidential, Owned, Base):
    """Opens the calendar of somebody at work. What stands in its address is computed from it."""

    __tablename__ = "work_key"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.STAFF, "user_account")
    __table_args__ = (UniqueConstraint("organisation_id", "user_id"),)
    __audited__: ClassVar[bool] = True

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
