"""The neighbourhoods to which a role can be limited; this package does not know them itself."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

Choices = list[tuple[UUID, str]]


class Areas:
    """Asks whoever knows the neighbourhoods of a municipality; the composition root says who."""

    def __init__(self) -> None:
        self._known: Callable[[Session, UUID], Choices] = lambda session, municipality_id: []

    def learn(self, known: Callable[[Session, UUID], Choices]) -> None:
        self._known = known

    def of(self, session: Session, municipality_id: UUID | None) -> Choices:
        return self._known(session, municipality_id) if municipality_id else []


areas = Areas()
