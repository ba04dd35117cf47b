"""What people carry, and how it goes to a colleague; this package does not know it itself.

A feature says what it has; the composition root says which features there are:

    LOAD = Load("signals", N_("Open signals"), frozenset(CARRIERS), carried, hand_over)

Where these are cases with an owner, `Cases` counts them and hands them over.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Role
from kinderwerk.accounts.models import User
from kinderwerk.accounts.rules import NobodyElse
from kinderwerk.audit import service as audit


@dataclass(frozen=True, slots=True)
class Move:
    """From whom to whom, in one organisation."""

    leaving_id: UUID
    heir_id: UUID
    organisation_id: UUID

    def heir(self, able: Sequence[User]) -> UUID:
        """Return who takes this one over: the colleague chosen, or another who may.

        A case of somebody's own family goes past them without anybody being told.
        """
        others = [one.id for one in able if one.id != self.leaving_id]
        if not others:
            raise NobodyElse
        return self.heir_id if self.heir_id in others else others[0]


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of thing that is never without somebody.

    `carried` counts what a person has in an organisation, `hand_over` moves all of it in the unit
    of work that is open, and returns who got each. What is confidential says so by its `cases`.
    """

    name: str
    label: str
    roles: frozenset[Role]
    carried: Callable[[Session, UUID, UUID], int]
    hand_over: Callable[[Session, Actor, Move], list[UUID]]
    cases: "Cases | None" = None


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases with an owner: rows of `model`, while `open` holds for them.

    `colleagues` returns who may carry one; `deed` is what the trail calls handing one over.
    """

    model: Any
    open: ColumnElement[bool]
    colleagues: Callable[[Session, Any], Sequence[User]]
    deed: str

    def theirs(self, user_id: UUID, organisation_id: UUID) -> ColumnElement[bool]:
        here = self.model.organisation_id == organisation_id
        return and_(self.model.owner_id == user_id, here, self.open)

    def owners(self, session: Session, organisation_id: UUID) -> dict[UUID, int]:
        """Return who carries open ones, and how many."""
        here = self.model.organisation_id == organisation_id
        rows = session.execute(
            select(self.model.owner_id, func.count())
            .where(here, self.open, self.model.owner_id.is_not(None))
            .group_by(self.model.owner_id)
        )
        return {owner_id: count for owner_id, count in rows}

    def about(self, session: Session, organisation_id: UUID, user_id: UUID, other_id: UUID) -> int:
        """Count those that one person carries and that are about the family of another."""
        theirs = select(self.model).where(self.theirs(user_id, organisation_id))
        return sum(other_id in row.facts.family for row in session.scalars(theirs).unique())

    def carried(self, session: Session, user_id: UUID, organisation_id: UUID) -> int:
        theirs = self.theirs(user_id, organisation_id)
        return session.scalar(select(func.count()).select_from(self.model).where(theirs)) or 0

    def hand_over(self, session: Session, actor: Actor, move: Move) -> list[UUID]:
        theirs = select(self.model).where(self.theirs(move.leaving_id, move.organisation_id))
        heirs = []
        for row in session.scalars(theirs.with_for_update()).all():
            heirs.append(move.heir(self.colleagues(session, row)))
            row.owner_id, row.version = heirs[-1], row.version + 1
            audit.record(session, actor, self.deed, row.id, owner=heirs[-1])
        return heirs


class Ends(Protocol):
    """What follows without an heir where somebody works here no more."""

    def __call__(
        self, session: Session, actor: Actor, user_id: UUID, organisation_id: UUID, /
    ) -> None: ...


class Loads:
    def __init__(self) -> None:
        self._known: dict[str, Load] = {}
        self._ends: dict[str, Ends] = {}

    def learn(self, *known: Load) -> None:
        self._known |= {load.name: load for load in known}

    def let_go(self, name: str, ends: Ends) -> None:
        """Have this done in the unit of work in which somebody's last role here ends."""
        self._ends[name] = ends

    def end(self, session: Session, actor: Actor, user_id: UUID, organisation_id: UUID) -> None:
        for ends in self._ends.values():
            ends(session, actor, user_id, organisation_id)

    def __iter__(self) -> Iterator[Load]:
        return iter(self._known.values())


loads: Final = Loads()
