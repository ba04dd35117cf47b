"""What an organisation says of the numbers to call."""

from datetime import date
from typing import ClassVar

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core.retention import Retention
from kinderwerk.helplines.rules import Wish
from kinderwerk.places.opening import Opening
from kinderwerk.storage.base import Base, Identified, Owned


class LocalLine(Identified, Owned, Base):
    """The name and the number that a line has in one region, and when somebody there called it."""

    __tablename__ = "local_line"
    __retention__: ClassVar[Retention] = Retention.kept("numbers to call")
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)
    __audited__: ClassVar[bool] = True

    key: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(32))
    checked_on: Mapped[date]
    opening: Mapped[list[list[str] | None]] = mapped_column(
        JSON, default_factory=list, server_default="[]", sort_order=91
    )

    @property
    def wish(self) -> Wish:
        return Wish(
            name=self.name, number=self.number, checked_on=self.checked_on,
            hours=Opening.read(self.opening),
        )  # fmt: skip
