"""Writing down what people agree to. What was written stays; an answer is changed by another."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.families import queries as families
from kinderwerk.families.consents import queries, rules
from kinderwerk.families.models import Care, Child, Consent
from kinderwerk.families.rules import Answer, Capacity, ConsentMethod, ConsentPurpose, Relation
from kinderwerk.storage.work import unit_of_work


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Yes or no to one text: whose word it is, and in which language it was read."""

    purpose: ConsentPurpose
    version: int
    yes: bool
    capacity: Capacity = Capacity.PARENT
    language: str


def answer(session: Session, actor: Actor, child_id: UUID, reply: Reply) -> None:
    """Answer as a carer, or tell what the child itself said."""
    with unit_of_work(session):
        child = families.locked_child(session, child_id)
        held = demand(actor, Action.EDIT, Resource.CONSENT, child.facts)
        care = own_care(child, actor)
        if reply.purpose is ConsentPurpose.HEALTH:
            raise rules.NotTheirs  # with it, what was written goes too
        write(session, actor.using(held), child, care, reply)


def note(
    session: Session, actor: Actor, child_id: UUID, carer_id: UUID | None, reply: Reply,
    method: ConsentMethod,
) -> None:  # fmt: skip
    """Note as staff what somebody said or signed; no carer: the youth alone."""
    with unit_of_work(session):
        child = families.locked_child(session, child_id)
        held = demand(actor, Action.CREATE, Resource.CONSENT, child.facts)
        care = next((care for care in child.cares if care.carer_id == carer_id), None)
        if carer_id and care is None:
            raise Withheld("a carer of another child")
        write(session, actor.using(held), child, care, reply, method)


def write(
    session: Session, actor: Actor, child: Child, care: Care | None, reply: Reply,
    method: ConsentMethod = ConsentMethod.PORTAL,
) -> None:  # fmt: skip
    """Write an answer down, in the unit of whoever asked; the same one twice is one answer."""
    age = queries.age(child)
    given_for = {Capacity.PARENT, Capacity.CHILD}
    parties = given_for if reply.capacity is Capacity.BOTH else {reply.capacity}
    if not parties <= rules.asked(age) or not _speaks(care, age):
        raise rules.NotTheirs
    printed = method is ConsentMethod.PAPER
    if not rules.read(reply.purpose, reply.version, printed=printed):
        raise Stale({}, reply.version)
    carer_id = care.carer_id if care else None
    said = queries.said_of(session, [child.id])[child.id]
    before = [one for one in said if one.purpose is reply.purpose]
    party = Capacity.CHILD if reply.capacity is Capacity.CHILD else Capacity.PARENT
    last = queries.last(before, party, carer_id)
    new = _answer(last, yes=reply.yes)
    consent = Consent(
        organisation_id=child.organisation_id, child_id=child.id, carer_id=carer_id,
        purpose=reply.purpose, version=reply.version, language=reply.language,
        capacity=reply.capacity, age=age, answer=new, method=method, noted_by_id=actor.id,
    )  # fmt: skip
    if not any(_same(consent, one) for one in before[-1:]):
        session.add(consent)
        audit.record(
            session, actor, f"consent.{new.value}", child.id, purpose=reply.purpose,
            version=reply.version, capacity=reply.capacity,
        )  # fmt: skip


def own_care(child: Child, actor: Actor) -> Care:
    """Return what this person is to the child; whoever is nothing to it learns nothing."""
    found = (care for care in child.cares if care.opens_portal and care.carer.user_id == actor.id)
    care = next(found, None) if actor.id else None
    if care is None:
        raise Withheld("a child of somebody else")
    return care


def _answer(last: Answer | None, *, yes: bool) -> Answer:
    if yes:
        return Answer.GIVEN
    return Answer.WITHDRAWN if last in (Answer.GIVEN, Answer.WITHDRAWN) else Answer.REFUSED


def _same(one: Consent, other: Consent) -> bool:
    compared = ("carer_id", "version", "capacity", "answer", "method")
    return all(getattr(one, name) == getattr(other, name) for name in compared)


def _speaks(care: Care | None, age: int) -> bool:
    """Tell whether this adult may answer, or tell what the child said; none is the youth."""
    if Capacity.PARENT not in rules.asked(age):
        return care is None or care.relation is Relation.SELF
    return care is not None and care.decides
