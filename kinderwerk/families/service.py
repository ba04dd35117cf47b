"""Adding children and those who care for them, and keeping what is known of them right."""

from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.families import queries
from kinderwerk.families.consents.rules import newest
from kinderwerk.families.models import Care, Carer, Child, Consent, Family, Residence
from kinderwerk.families.rules import (
    Adult,
    AlreadyInFamily,
    Answer,
    ConsentMethod,
    ConsentPurpose,
    LooksLikeAnother,
    Move,
    NobodyHere,
    NoConsent,
    Particulars,
    Relation,
    Word,
    age_on,
    check,
    check_move,
    name_key,
)
from kinderwerk.storage import reach
from kinderwerk.storage.work import revise, unit_of_work

SPOKEN: Final = Word()
TYPED: Final = Word(ConsentMethod.PORTAL)


def add_own_child(
    session: Session, actor: Actor, organisation_id: UUID, child: Particulars,
    neighbourhood_id: UUID | None, me: Adult,
) -> Child:  # fmt: skip
    """Add a child of the person who asks, to their family in that organisation.

    Asking for the same child again gives the same child; `me` is used where nobody is known yet.
    """
    with unit_of_work(session):
        reach.widen(session, organisation_id)
        demand(actor, Action.CREATE, Resource.FAMILY)
        check(child, clock.today())
        user = queries.user(session, actor.id) if actor.id else None
        if user is None:
            raise ValueError("a family begins with somebody who is signed in")
        carer = queries.carer_here(session, user.id, organisation_id)
        if carer is None:
            family = Family(organisation_id=organisation_id)
            carer = _adult(family, me, user.id, email=_address(user))
            session.add(family)
        elif twin := _same(session, actor, organisation_id, child):
            if _told(twin) == child:
                return twin
            raise AlreadyInFamily
        return _admit(session, actor, carer, child, neighbourhood_id, me)


def add_child_of_family(
    session: Session, actor: Actor, child: Particulars, neighbourhood_id: UUID | None, adult: Adult,
    *, agreed: bool, really: bool = False, word: Word = SPOKEN,
) -> Child:  # fmt: skip
    """Add a child and its family at the door, with the parent's word for it."""
    organisation_id = actor.organisation_id
    if organisation_id is None:
        raise Withheld  # parents add their own
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.CHILD)
        check(child, clock.today())
        if not agreed:
            raise NoConsent
        if not really and queries.alike(
            session, actor, child.first_name, child.surname, child.born_on
        ):
            raise LooksLikeAnother
        family = Family(organisation_id=organisation_id)
        session.add(family)
        carer = _adult(family, adult, None, email=adult.email)
        return _admit(session, actor, carer, child, neighbourhood_id, adult, word)


def add_sibling(
    session: Session, actor: Actor, told: Particulars, sibling_id: UUID, *, agreed: bool,
    carer_id: UUID | None = None, word: Word = SPOKEN,
) -> Child:  # fmt: skip
    """Add a child whose parent answers for a brother or sister too; `carer_id`: that one."""
    with unit_of_work(session):
        sibling = queries.child(session, sibling_id)
        demand(actor, Action.EDIT, Resource.CHILD, sibling.facts)
        grown = (care for care in sibling.cares if care.relation is not Relation.SELF)
        wanted = (care for care in grown if carer_id in (None, care.carer_id))
        tie = next((care for care in wanted if care.opens_portal), None)
        if tie is None:
            raise NobodyHere
        told = replace(
            told,
            emergency_name=told.emergency_name or sibling.emergency_name,
            emergency_phone=told.emergency_phone or sibling.emergency_phone,
        )
        check(told, clock.today())
        if not agreed:
            raise NoConsent
        carer, home = tie.carer, sibling.neighbourhood_id
        adult = Adult(
            name=carer.name, phone=carer.phone, language=carer.language, relation=tie.relation
        )
        return _admit(session, actor, carer, told, home, adult, word)


def change_child(
    session: Session, actor: Actor, child_id: UUID, version: int | None, told: Particulars
) -> Child:
    """Put right what is known of a child."""
    with unit_of_work(session):
        child = queries.locked_child(session, child_id)
        held = demand(actor, Action.EDIT, Resource.CHILD, child.facts)
        check(told, clock.today())
        about = child.born_about and told.born_on == child.born_on
        said = {name: getattr(told, name) for name in Particulars.__slots__}
        revise(child, version, **said)
        child.born_about = about
        audit.record(session, actor.using(held), "child.changed", child.id)
    return child


def move_child(session: Session, actor: Actor, child_id: UUID, move: Move) -> Child:
    """Note where a child lives from a day on; what was known before stays known."""
    with unit_of_work(session):
        child = queries.locked_child(session, child_id)
        held = demand(actor, Action.EDIT, Resource.CHILD, child.facts)
        check_move(move, child.born_on, clock.today())
        same_day = next((one for one in child.residences if one.since == move.since), None)
        if same_day:
            same_day.neighbourhood_id = move.neighbourhood_id
        else:
            child.residences.append(_residence(child, move.neighbourhood_id, move.since))
        audit.record(session, actor.using(held), "child.moved", child.id)
    return child


def _admit(
    session: Session, actor: Actor, carer: Carer, told: Particulars, neighbourhood_id: UUID | None,
    adult: Adult, word: Word = TYPED,
) -> Child:  # fmt: skip
    child = Child(
        organisation_id=carer.organisation_id, family=carer.family, first_name=told.first_name,
        surname=told.surname, born_on=told.born_on, emergency_name=told.emergency_name,
        emergency_phone=told.emergency_phone, goes_home_alone=told.goes_home_alone,
        picked_up_by=told.picked_up_by,
    )  # fmt: skip
    child.residences = [_residence(child, neighbourhood_id, clock.today())]
    care = Care(
        organisation_id=carer.organisation_id, child=child, carer=carer, relation=adult.relation
    )  # fmt: skip
    session.add_all((carer, child, care))
    session.flush()
    session.add(
        Consent(
            organisation_id=carer.organisation_id, child_id=child.id, carer_id=carer.id,
            purpose=ConsentPurpose.REGISTRATION,
            version=word.version or newest(ConsentPurpose.REGISTRATION).version,
            language=adult.language, age=age_on(told.born_on, clock.today()),
            answer=Answer.GIVEN, method=word.method,
            noted_by_id=actor.id,
        )
    )  # fmt: skip
    also = [carer.family.id, carer.id, care.id]
    audit.record(session, actor, "child.added", child.id, also=also)
    return child


def _adult(family: Family, told: Adult, user_id: UUID | None, email: str | None) -> Carer:
    return Carer(
        organisation_id=family.organisation_id, family=family, user_id=user_id, name=told.name,
        phone=told.phone, email=email, language=told.language,
    )  # fmt: skip


def _residence(child: Child, neighbourhood_id: UUID | None, since: date) -> Residence:
    return Residence(
        organisation_id=child.organisation_id, since=since, neighbourhood_id=neighbourhood_id
    )


def _same(
    session: Session, actor: Actor, organisation_id: UUID, child: Particulars
) -> Child | None:
    """Return the same child among those whom this person sees: nobody learns of any other."""
    key = name_key(child.first_name, child.surname)
    children = queries.mine(session, actor, organisation_id)
    return next(
        (one for one in children if (one.name_key, one.born_on) == (key, child.born_on)), None
    )


def _told(child: Child) -> Particulars:
    return Particulars(**{name: getattr(child, name) for name in Particulars.__slots__})


def _address(user: User) -> str | None:
    """Return where somebody reads mail; who came in by a spoken code has no address."""
    return None if user.email.endswith(".invalid") else user.email
