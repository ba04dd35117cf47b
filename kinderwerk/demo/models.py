"""The mark by which a database with a made-up neighbourhood is known."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kinderwerk.core import clock
from kinderwerk.storage.base import Base


class Deployment(Base):
    """What this database is for; no row: for real people."""

    __tablename__ = "deployment"

    purpose: Mapped[str] = mapped_column(String(16), primary_key=True)
    since: Mapped[datetime] = mapped_column(default_factory=clock.now)
