"""The declarative base: typed, named constraints, keyword-only construction, silent repr."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, dataclass_transform
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Enum,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    column,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column, relationship

from kinderwerk.core import clock, ids
from kinderwerk.core.retention import Retention
from kinderwerk.core.words import Labelled, Translated
from kinderwerk.storage.types import Id, UtcDateTime

#: All columns go into the name, so two constraints that start alike cannot collide.
NAMING: Final = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
#: For tables that only grow and that no address names.
Serial: Final = BigInteger().with_variant(Integer, "sqlite")
SEALED: Final = "sealed"


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column, relationship))
class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, repr=False, eq=False):
    """Every table's base. No generated repr: rows hold children's data and logs do not."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        UUID: Id,
        Translated: JSON,
        Labelled: Enum(
            Labelled, values_callable=_values, native_enum=False,
            validate_strings=True, length=32,
        ),
    }  # fmt: skip
    __audited__: ClassVar[bool] = False
    __append_only__: ClassVar[bool] = False  # triggers in the migration see to it
    __lets_go__: ClassVar[bool] = False  # what only grows, but for the oldest rows
    __retention__: ClassVar[Retention | None] = None  # each table says how it goes

    @property
    def audited_as(self) -> UUID:
        """The id under which a change of this row is on record; its own, if it has one."""
        return self.id  # type: ignore[attr-defined,no-any-return]


class Identified(MappedAsDataclass, kw_only=True, repr=False, eq=False):
    """A row with a page of its own: an unguessable identifier that sorts by age."""

    id: Mapped[UUID] = mapped_column(
        primary_key=True, init=False, default_factory=ids.sortable, sort_order=-3
    )
    created_at: Mapped[datetime] = mapped_column(
        init=False, default_factory=clock.now, sort_order=-2
    )


class Confidential(MappedAsDataclass, kw_only=True, repr=False, eq=False):
    """A row whose identifier tells nothing at all, not even when it was made."""

    id: Mapped[UUID] = mapped_column(
        primary_key=True, init=False, default_factory=ids.confidential, sort_order=-3
    )
    created_at: Mapped[datetime] = mapped_column(
        init=False, default_factory=clock.now, sort_order=-2
    )


class Owned(MappedAsDataclass, kw_only=True, repr=False, eq=False):
    """A row of one organisation, invisible to every other."""

    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisation.id"), index=True, sort_order=-1
    )


class OwnedPart(MappedAsDataclass, kw_only=True, repr=False, eq=False):
    """A part of such a row; the whole says whose it is when the part becomes part of it."""

    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisation.id"), index=True, init=False, sort_order=89
    )


class Versioned(MappedAsDataclass, kw_only=True, repr=False, eq=False):
    """A row that people edit: `version` grows with each change, so a stale form is noticed."""

    version: Mapped[int] = mapped_column(default=1, init=False, sort_order=90)


def sealed(*, optional: bool = False) -> Any:
    """A column of bytes that only `audit.service.disclose` opens; set it by `sealing.seal`."""
    return mapped_column(
        LargeBinary, nullable=optional, init=False, deferred=True, deferred_raiseload=True,
        info={SEALED: True},
    )  # fmt: skip


@event.listens_for(Column, "after_parent_attach")
def _only_known_values(attached: Column[Any], table: Table) -> None:
    """Check each enumeration in the database too, under the column's own name.

    SQLAlchemy would name the check after the enumeration, and then two columns that share one
    would fight over the name: in a batch migration the second silently replaces the first.
    """
    if isinstance(attached.type, Enum):
        known = column(attached.name).in_(attached.type.enums)
        table.append_constraint(CheckConstraint(known, name=attached.name))
