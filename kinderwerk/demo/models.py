"""The mark by which a database with a made-up neighbourhood is known."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core import clock
from kinderwerk.core.retention import Retention
from kinderwerk.storage.base import Base


class Deployment(Base):
    """What this database is for; no row: for real people."""

    __tablename__ = "deployment"
    __retention__: ClassVar[Retention] = Retention.kept("what this database is for")

    purpose: Mapped[str] = mapped_column(String(16), primary_key=True)
    since: Mapped[datetime] = mapped_column(default_factory=clock.now)
