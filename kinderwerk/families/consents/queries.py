"""Reading what was agreed to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import Organisation
from kinderwerk.core import clock
from kinderwerk.families.consents import rules
from kinderwerk.families.consents.rules import OF_CHILD, PHOTOS, Standing, Text
from kinderwerk.families.models import Care, Child, Consent
from kinderwerk.families.rules import (
    Answer,
    Capacity,
    ConsentPurpose,
    PhotoScope,
    Relation,
    age_on,
)

#: What the page asks; what concerns health is asked where it is written down.
ON_THE_PAGE: Final = (
    *PHOTOS, ConsentPurpose.STORY, ConsentPurpose.NEWS, ConsentPurpose.REGISTRATION,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One purpose of one child, with the answers so far as one carer may see them."""

    text: Text
    standing: Standing
    mine: Consent | None
    child: Consent | None
    history: Sequence[Consent]

    @property
    def purpose(self) -> ConsentPurpose:
        return self.text.purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that is asked about one child."""

    child: Child
    age: int
    organisation: Organisation
    questions: Sequence[Question]
    care: Care | None

    @property
    def asked(self) -> frozenset[Capacity]:
        return rules.asked(self.age)

    @property
    def alone(self) -> bool:
        """Tell whether this is the page of a young person who answers alone."""
        return self.care is not None and self.care.relation is Relation.SELF

    @property
    def decides(self) -> bool:
        """Tell whether whoever reads this answers, for themselves or for the child."""
        if Capacity.PARENT not in self.asked:
            return self.alone
        return self.care is not None and self.care.decides


def said_of(session: Session, child_ids: Collection[UUID]) -> dict[UUID, list[Consent]]:
    """Return all answers about these children, each child's in their order."""
    found: dict[UUID, list[Consent]] = {id: [] for id in child_ids}
    wanted = select(Consent).where(Consent.child_id.in_(child_ids)).order_by(Consent.id)
    for one in session.scalars(wanted):
        found[one.child_id].append(one)
    return found


def deciders(child: Child) -> frozenset[UUID]:
    return frozenset(care.carer_id for care in child.cares if care.decides)


def age(child: Child) -> int:
    return age_on(child.born_on, clock.today())


def standing(child: Child, said: Iterable[Consent], purpose: ConsentPurpose) -> Standing:
    return rules.standing(said, purpose, age(child), deciders(child))


def scopes(child: Child, said: Collection[Consent]) -> frozenset[PhotoScope]:
    """Return where photos of this child may be shown today; nothing means nowhere."""
    return rules.scopes(said, age(child), deciders(child))


def photo_scopes(
    session: Session, children: Collection[Child]
) -> dict[UUID, frozenset[PhotoScope]]:
    said = said_of(session, [child.id for child in children])
    return {child.id: scopes(child, said[child.id]) for child in children}


def asks(child: Child, said: Collection[Consent]) -> bool:
    """Tell whether an answer given before waits for another: new words, or the child's own."""
    waiting = (Standing.ANEW, Standing.CHILD_ASKED)
    known = {one.purpose for one in said}
    return any(standing(child, said, purpose) in waiting for purpose in known)


def heard(child: Child, said: Sequence[Consent], actor: Actor) -> list[Consent]:
    """Return what this person may read of it: a carer nothing of what another carer answered."""
    mine = {care.carer_id for care in child.cares if actor.id and care.carer.user_id == actor.id}
    return [one for one in said if not mine or one.carer_id in mine or one.capacity in OF_CHILD]


def sheet(session: Session, child: Child, care: Care | None) -> Sheet:
    """Return what is asked about a child: to a carer with their own answers, to staff with all."""
    said = said_of(session, [child.id])[child.id]
    return Sheet(
        child=child, age=age(child), care=care,
        organisation=session.get_one(Organisation, child.organisation_id),
        questions=[_question(child, said, purpose, care) for purpose in ON_THE_PAGE],
    )  # fmt: skip


def _question(
    child: Child, said: Sequence[Consent], purpose: ConsentPurpose, care: Care | None
) -> Question:
    about = [one for one in said if one.purpose is purpose]
    mine = [one for one in about if care and one.carer_id == care.carer_id]
    of_child = [one for one in about if one.capacity in OF_CHILD]
    own = [one for one in mine if one.capacity in rules.OF_PARENT]
    return Question(
        text=rules.newest(purpose), standing=standing(child, said, purpose),
        mine=own[-1] if own else None, child=of_child[-1] if of_child else None,
        history=[one for one in about if care is None or one in mine or one in of_child],
    )  # fmt: skip


def last(said: Iterable[Consent], wanted: Capacity, carer_id: UUID | None) -> Answer | None:
    """Return what that party said last: one carer, or the child."""
    found = [
        one.answer for one in said
        if one.capacity in (wanted, Capacity.BOTH)
        and (wanted is Capacity.CHILD or one.carer_id == carer_id)
    ]  # fmt: skip
    return found[-1] if found else None
