"""What was brought in, for as long as it can be taken back."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.accounts.models import User
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.imports.rules import Sort
from kinderwerk.storage.base import Base, Confidential, Owned


class BroughtIn(Confidential, Owned, Base):
    """What was brought in: by whom, and which families, venues or drafts came of it.

    Once it was taken back, `made` names those that stayed.
    """

    __tablename__ = "brought_in"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.STAFF, "imports.tidy")
    __audited__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("by_id", "once"),)

    by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    by: Mapped[User] = relationship(init=False, viewonly=True)
    until: Mapped[datetime] = mapped_column(index=True)
    made: Mapped[list[str]] = mapped_column(JSON)
    n: Mapped[int]
    #: The mark of the form with which it came in.
    once: Mapped[UUID | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    sort: Mapped[Sort] = mapped_column(default=Sort.CHILDREN, server_default="children")

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, author_id=self.by_id)
