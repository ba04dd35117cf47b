"""A corner of the site for children, and the tiles on it."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

#: The place of a tile among the others; what a child comes for most stands first.
WHAT_IS_ON: Final = 10
AGAIN: Final = 20
BOARD: Final = 40
TALK: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """Where a child is: with an organisation, in one of its neighbourhoods or in all of them."""

    organisation_id: UUID
    organisation: str
    neighbourhood_id: UUID | None = None
    neighbourhood: str = ""

    @property
    def name(self) -> str:
        return self.neighbourhood or self.organisation

    @property
    def address(self) -> dict[str, Any]:
        """Return what `url_for` needs for a page of this corner."""
        found = {"organisation": self.organisation_id, "neighbourhood": self.neighbourhood_id}
        return {name: id for name, id in found.items() if id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One thing that a child can do here, as large as a hand."""

    label: str
    url: str
    drawing: str
    theme: str = "play"
    secret: bool = False  # opens in the place of this page, so that going back shows it not
