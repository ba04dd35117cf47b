"""Letting a colleague read along with a case: by whom, why, and until when.

    class SignalShare(Share):
        signal_id: Mapped[UUID] = mapped_column(ForeignKey("signal.id"), init=False)

A share that is over opens nothing from the next day on, in pages and in lists alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, exists, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from kinderwerk.access.vocabulary import Actor, Facts
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.storage.base import Base, Confidential, Owned, sealed
from kinderwerk.storage.scoping import Twin
from kinderwerk.storage.sealing import seal

#: For how long somebody is let in when nothing else is said, and at most.
USUAL: Final = timedelta(days=90)
LONGEST: Final = timedelta(days=366)


class Share(Confidential, Owned, Base):
    """Somebody who was let in; whoever was let in before there were ends stays until let out."""

    __abstract__ = True

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    until: Mapped[date | None] = mapped_column(default=None)
    reason: Mapped[bytes | None] = sealed(optional=True)

    @property
    def runs(self) -> bool:
        return self.until is None or self.until >= clock.today()


S = TypeVar("S", bound=Share)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """Whom somebody lets in, and what they say about it."""

    user_id: UUID
    reason: str
    until: date


class EndsInThePast(Refusal):
    message = N_("Choose a day that is still to come.")
    field = "until"


class EndsTooLate(Refusal):
    message = N_("Let somebody in for a year at most. You can do so again after that.")
    field = "until"


def check(wish: LetIn, today: date) -> None:
    if wish.until < today:
        raise EndsInThePast
    if wish.until > today + LONGEST:
        raise EndsTooLate


def readers(shares: Iterable[Share]) -> frozenset[UUID]:
    """Return who is let in today."""
    return frozenset(one.user_id for one in shares if one.runs)


def people(shares: Iterable[Share]) -> list[UUID]:
    """Return whom a list of readers names."""
    return [id for one in shares for id in (one.user_id, one.by_id)]


def reads(share: type[Share], of_case: ColumnElement[bool]) -> Twin:
    """Return the twin of `reader`, for cases with shares of this kind."""

    def twin(actor: Actor, membership: Any) -> ColumnElement[bool]:
        running = or_(share.until.is_(None), share.until >= clock.today())
        return exists().where(of_case, share.user_id == actor.id, running)

    return twin


def let_in(session: Session, case: Any, kind: type[S], wish: LetIn, by_id: UUID) -> None:
    """Add a share in the unit of work that is open, or renew the one that this person had."""
    made = next((one for one in case.shares if one.user_id == wish.user_id), None)
    if made is None:
        made = kind(user_id=wish.user_id, organisation_id=case.organisation_id, by_id=by_id)
        case.shares.append(made)
    made.by_id, made.until = by_id, wish.until
    seal(session, made, reason=wish.reason)


def let_out(case: Any, user_id: UUID) -> None:
    case.shares = [one for one in case.shares if one.user_id != user_id]


def facts_of(case: Any) -> Facts:
    """Return what the policy may know of a case about one family."""
    return Facts(
        organisation_id=case.organisation_id,
        neighbourhood_id=case.neighbourhood_id,
        author_id=case.author_id,
        owner_id=case.owner_id,
        readers=readers(case.shares),
        family=case.family.circle,
    )


def reasons(session: Session, actor: Actor, deed: str, case: Any, kind: type[S]) -> dict[UUID, str]:
    """Open why each reader was let in, for whoever reads the case."""
    ids = [one.id for one in case.shares if one.runs]
    if not ids:
        return {}
    words = audit.disclose(session, actor, deed, case.id, kind, ids, "reason")
    return {id: each["reason"] or "" for id, each in words.items()}
