"""What a page tells about people is on record before the page leaves.

A page of one person or case leaves an entry by itself. Whatever lists people says whom:

    shown("child", [line.id for line in found], "searched" if name else "listed")

The entry is written once the page is made and before it is sent, in one insert; if that fails,
nothing is sent. What was searched for is never kept. Parents on their own pages leave nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import g, request
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.storage.work import unit_of_work

#: Whose rows are about somebody who did not ask to be read.
PERSONAL: Final = frozenset(
    {
        Resource.FAMILY, Resource.CHILD, Resource.CONSENT, Resource.CARE, Resource.COURT_NOTE,
        Resource.NEAR_PERSON, Resource.CARE_NOTE, Resource.DOUBLE, Resource.SIGNUP,
        Resource.REGISTER, Resource.SIGNAL, Resource.SUPPORT, Resource.REFERRAL,
        Resource.INCIDENT, Resource.BOUNDARY, Resource.DATA_BREACH, Resource.CODE_CASE,
        Resource.ACCESS_REQUEST,
    }
)  # fmt: skip
#: What tells the names of children and families, by what the trail calls it.
NAMES: Final = frozenset(
    {
        "child", "family", "consent", "care", "court_note", "double", "signup", "register",
        "medical", "signal", "support", "referral", "code_case",
    }
)  # fmt: skip
#: Of more than these the entry says only how many they were.
MOST_NAMED: Final = 200


@dataclass(frozen=True, slots=True)
class Shown:
    deed: str
    subject_id: UUID | None
    ids: tuple[UUID, ...]

    @property
    def names(self) -> bool:
        """Tell whether names of children or families are on the page."""
        whom = self.ids or self.deed in ("child.seen", "family.seen")
        return bool(whom) and self.deed.split(".")[0] in NAMES

    def details(self) -> dict[str, Any]:
        if self.subject_id is not None and not self.ids:
            return {}
        named = {"rows": list(self.ids)} if len(self.ids) <= MOST_NAMED else {}
        return {"count": len(self.ids), **named}


def shown(noun: str, ids: Iterable[UUID], how: str = "listed", of: UUID | None = None) -> None:
    """Say whom the page tells about; `of` is what they belong to, such as an activity."""
    pending().append(Shown(f"{noun}.{how}", of, tuple(dict.fromkeys(ids))))


def pending() -> list[Shown]:
    waiting: list[Shown] = g.setdefault("shown", [])
    return waiting


def put_on_record(session: Session, actor: Actor, resource: Resource, subject_id: Any) -> None:
    """Record what this answer tells, unless opening sealed words has already been recorded."""
    waiting = pending()
    alone = not waiting and resource in PERSONAL and subject_id is not None
    if alone and request.method == "GET" and not audit.just_recorded(session, subject_id):
        waiting.append(Shown(f"{resource.value}.seen", subject_id, ()))
    if not waiting or actor.membership is None:
        waiting.clear()
        return
    if any(one.names for one in waiting):
        demand(actor, Action.LIST, Resource.NAMES)
    everything = actor.organisation_id or actor.municipality_id or actor.id
    with unit_of_work(session):
        for one in waiting:
            about = one.subject_id or everything
            if about is not None:
                audit.record(session, actor, one.deed, about, **one.details())
    waiting.clear()
