"""What every kind of thing that is brought in says of itself; the rest is the same for all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.core.words import Labelled
from kinderwerk.imports.rules import Read, Rows, Words

#: Something that came of a row; `row` says of which.
Line = Any


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a table: what can be taken back, and all that the trail names."""

    ids: Sequence[UUID]
    also: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Called:
    """A row that came of a table: its id, its name, and the page on which it is shown."""

    id: UUID
    name: str
    page: str


class Kind(Protocol):
    """One thing that a table can have a row for each of.

    `resource` is what somebody has to be allowed to make, `model` what is taken back; `labels`
    are the words that may stand in cells.
    """

    @property
    def resource(self) -> Resource: ...

    @property
    def model(self) -> Any: ...

    @property
    def most(self) -> int:
        """So many rows a table can have."""
        ...

    @property
    def needed(self) -> Sequence[Any]: ...

    @property
    def labels(self) -> Sequence[Sequence[Labelled]]: ...

    def named(self, session: Session, actor: Actor) -> Mapping[Any, Mapping[str, UUID]]:
        """Return by column the rows that its cells can name."""
        ...

    def read(self, rows: Rows, columns: Mapping[Any, str], words: Words) -> Read[Any]:
        """Return what would become of each row."""
        ...

    def alike(self, session: Session, actor: Actor, lines: Sequence[Line]) -> Mapping[int, Any]:
        """Return by row what is here already and looks the same."""
        ...

    def write(
        self, session: Session, actor: Actor, lines: Sequence[Line], alike: Mapping[int, Any]
    ) -> Made:
        """Write all of it; of a row that is `alike` something is here already."""
        ...

    def touched(self, session: Session, ids: Collection[UUID]) -> set[UUID]:
        """Return which of them somebody changed or used since."""
        ...

    def called(self, session: Session, ids: Collection[UUID]) -> Sequence[Called]:
        """Return what these are called, and where to look at them."""
        ...

    def remove(
        self, session: Session, actor: Actor, organisation_id: UUID, ids: Sequence[UUID]
    ) -> Sequence[UUID]:
        """Take these back, and return what of it the trail names."""
        ...
