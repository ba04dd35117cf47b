"""What people ask about what is kept of them. The words are sealed."""

from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.access_requests.asking.rules import Asker, Right
from kinderwerk.access_requests.rules import Decision, Identity, Safety, due_on
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.families.models import Child, Family
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned, sealed

#: What whoever handles a request writes.
SEALED: Final = ("why_longer", "why_safety", "given", "withheld")
#: What whoever asks says.
ASKED: Final = ("asked_by", "words")


class AccessRequest(Confidential, Owned, Versioned, Base):
    """Somebody asks something about what is kept of them; until it is answered, a month runs.

    Without a family it is not known who asks, and it goes a while after the answer. Without an
    author it was asked on the page for everybody.
    """

    __tablename__ = "access_request"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "family")
    __audited__: ClassVar[bool] = True

    asks: Mapped[Right] = mapped_column(default=Right.ACCESS, server_default=Right.ACCESS.value)
    asker: Mapped[Asker] = mapped_column(default=Asker.PARENT, server_default=Asker.PARENT.value)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    family_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("family.id", ondelete="CASCADE"), init=False, index=True
    )
    family: Mapped[Family | None] = relationship(default=None)
    received_on: Mapped[date]
    extended: Mapped[bool] = mapped_column(default=False)
    identity: Mapped[Identity] = mapped_column(default=Identity.NOT_YET)
    told_longer_on: Mapped[date | None] = mapped_column(default=None)
    safety: Mapped[Safety] = mapped_column(default=Safety.OPEN)
    decision: Mapped[Decision] = mapped_column(default=Decision.OPEN)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    sent_on: Mapped[date | None] = mapped_column(default=None)
    asked_by: Mapped[bytes | None] = sealed(optional=True)
    words: Mapped[bytes | None] = sealed(optional=True)
    why_longer: Mapped[bytes | None] = sealed(optional=True)
    why_safety: Mapped[bytes | None] = sealed(optional=True)
    given: Mapped[bytes | None] = sealed(optional=True)
    withheld: Mapped[bytes | None] = sealed(optional=True)

    @property
    def due_on(self) -> date:
        return due_on(self.received_on, extended=self.extended)

    @property
    def children(self) -> list[Child]:
        """Of whom the family may ask: its own, and who lives elsewhere and is theirs to care for.

        A young person of sixteen is of the second kind: a household of their own.
        """
        if self.family is None:
            return []
        cares = [care for carer in self.family.carers for care in carer.cares if care.stands]
        return list(dict.fromkeys([*self.family.children, *(care.child for care in cares)]))

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id, author_id=self.author_id,
            family=self.family.circle if self.family else frozenset(),
        )  # fmt: skip
