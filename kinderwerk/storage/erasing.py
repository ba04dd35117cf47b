"""The list of what was erased, and taking rows away that are on it.

What only grows can lose a row only once its subject is on this list: triggers in the migration see
to that. The list holds opaque ids, so that a backup that is put back can lose again what had gone.
"""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from kinderwerk.core import clock
from kinderwerk.core.retention import Line, Retention
from kinderwerk.core.words import N_, Labelled
from kinderwerk.storage.base import Base, Serial

ERASED: Final = "erased"


class Kind(Labelled):
    """What can go as a whole, with everything that hangs on it."""

    SIGNUP = "signup", N_("Sign-up")
    CHILD = "child", N_("Child")
    FAMILY = "family", N_("Family")
    CONSENT = "consent", N_("Consent")
    SIGNAL = "signal", N_("Signal")
    SUPPORT = "support", N_("Parenting support")
    REFERRAL = "referral", N_("Referral")
    ACCOUNT = "account", N_("Account")
    PHOTO = "photo", N_("Photo")
    CARE_NOTE = "care_note", N_("What helpers had to know")
    CARER = "carer", N_("Parent or carer")
    INCIDENT = "incident", N_("Incident")
    STAFF_RECORD = "staff_record", N_("What was known of somebody at work")
    CODE_CASE = "code_case", N_("Case of the reporting code")
    TALK = "talk", N_("Talk with a child")


class Erasure(Base):
    """That something went, and why: its term was over, or (no line) somebody asked."""

    __tablename__ = "erasure"
    __append_only__: ClassVar[bool] = True
    __retention__: ClassVar[Retention] = Retention.kept("what a backup may not bring back")

    id: Mapped[int] = mapped_column(Serial, primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(init=False, default_factory=clock.now)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[Kind]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    line: Mapped[Line | None]


def enlist(
    session: Session, organisation_id: UUID | None, kind: Kind, ids: Collection[UUID],
    line: Line | None,
) -> None:  # fmt: skip
    """Put subjects on the list, before their rows are taken away in the same unit of work."""
    session.add_all(
        Erasure(organisation_id=organisation_id, kind=kind, subject_id=id, line=line) for id in ids
    )
    session.flush()


def remove(session: Session, kind: type[Base], *where: ColumnElement[bool]) -> None:
    """Take rows away; the deed `erased` is on record once for all of them."""
    session.execute(
        delete(kind).where(*where),
        execution_options={"audited": ERASED, "synchronize_session": False},
    )
