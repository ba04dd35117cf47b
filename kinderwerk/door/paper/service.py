"""Typing a form in: families, consents, notes and places in one unit of work, or nothing of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.once import wait_in_turn
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.door.paper.rules import (
    NotSigned,
    NotTheirCarer,
    OfActivity,
    OfChild,
    OnPaper,
    Sheet,
    SixteenOrOlder,
    Written,
)
from kinderwerk.families import queries as families
from kinderwerk.families import service as family_service
from kinderwerk.families.consents import queries as consents
from kinderwerk.families.consents import rules as consent_rules
from kinderwerk.families.consents import service as consenting
from kinderwerk.families.consents.service import Reply
from kinderwerk.families.models import Child
from kinderwerk.families.rules import (
    OF_AGE,
    Capacity,
    ConsentMethod,
    ConsentPurpose,
    LooksLikeAnother,
    Relation,
    Word,
    folded,
)
from kinderwerk.notes import service as notes
from kinderwerk.notes.service import Paper
from kinderwerk.signups import queries as signups
from kinderwerk.signups import service as signup_service
from kinderwerk.signups.rules import SignUp
from kinderwerk.storage.work import unit_of_work


def enter(session: Session, actor: Actor, sheet: Sheet) -> list[Child]:
    """Do all that a form asks; one that was sent twice gets what it got the first time."""
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.CHILD)
        if not sheet.signed:
            raise NotSigned
        if actor.id is None:
            raise Withheld("a form on paper is entered by somebody who works here")
        wait_in_turn(session, actor.id)
        if before := signups.on_form(session, sheet.form_id):
            return list({one.child_id: one.child for one in before}.values())
        children: list[Child] = []
        for number, one in enumerate(sheet.children):
            with _blamed_on(number):
                child, carer_id = _child(session, actor, sheet, one, children)
                _agree(session, actor, sheet, one, child, carer_id)
            children.append(child)
        _sign_up(session, actor, sheet, children)
    return children


@contextmanager
def _blamed_on(number: int) -> Iterator[None]:
    try:
        yield
    except Refusal as why:
        raise OfChild(number, why) from why


def _child(
    session: Session, actor: Actor, sheet: Sheet, one: OnPaper, before: Sequence[Child]
) -> tuple[Child, UUID]:
    """Return the child, written down if nobody knew it, and who of its carers signed."""
    if one.same_as:
        child = families.locked_child(session, one.same_as)
        demand(actor, Action.EDIT, Resource.CHILD, child.facts)
        return child, _signer(child, sheet)
    told, adult = one.told, sheet.adult
    if not one.really and families.alike(
        session, actor, told.first_name, told.surname, told.born_on
    ):
        raise LooksLikeAnother
    word = Word(ConsentMethod.PAPER, sheet.answers[ConsentPurpose.REGISTRATION].version)
    if before:
        child = family_service.add_sibling(
            session, actor, told, before[0].id, carer_id=_signer(before[0], sheet), agreed=True,
            word=word,
        )  # fmt: skip
    else:
        child = family_service.add_child_of_family(
            session, actor, told, sheet.neighbourhood_id, adult, agreed=True, really=True,
            word=word,
        )  # fmt: skip
    return child, _signer(child, sheet)


def _signer(child: Child, sheet: Sheet) -> UUID:
    name = folded(sheet.adult.name).split()
    found = (
        care.carer_id for care in child.cares
        if care.decides and care.relation is not Relation.SELF
        and folded(care.carer.name).split() == name
    )  # fmt: skip
    if signer := next(found, None):
        return signer
    raise NotTheirCarer(carer=sheet.adult.name, name=child.first_name)


def _agree(
    session: Session, actor: Actor, sheet: Sheet, one: OnPaper, child: Child, carer_id: UUID
) -> None:
    """Write down what was agreed to, and what helpers must know."""
    if consents.age(child) >= OF_AGE:
        raise SixteenOrOlder(name=child.first_name)
    asked = consent_rules.asked(consents.age(child))
    both = len(asked) > 1 and one.child_agreed
    for purpose, written in sheet.answers.items():
        if purpose is not ConsentPurpose.HEALTH and (
            one.same_as or purpose is not ConsentPurpose.REGISTRATION
        ):
            reply = _reply(sheet, purpose, written, both=both and written.yes)
            consenting.note(session, actor, child.id, carer_id, reply, ConsentMethod.PAPER)
    if one.help:
        paper = Paper(
            carer_id=carer_id, language=sheet.adult.language, agreed=one.help_agreed,
            child_agreed=one.child_agreed, version=sheet.answers[ConsentPurpose.HEALTH].version,
        )  # fmt: skip
        notes.write_from_paper(session, actor, child.id, one.help, paper)


def _reply(sheet: Sheet, purpose: ConsentPurpose, written: Written, *, both: bool) -> Reply:
    return Reply(
        purpose=purpose, version=written.version, yes=written.yes, language=sheet.adult.language,
        capacity=Capacity.BOTH if both else Capacity.PARENT,
    )  # fmt: skip


def _sign_up(session: Session, actor: Actor, sheet: Sheet, children: Sequence[Child]) -> None:
    """Ask for places; who comes to the same is asked for in one wish."""
    wanted: dict[tuple[UUID, tuple[UUID, ...]], list[UUID]] = defaultdict(list)
    for one, child in zip(sheet.children, children, strict=True):
        for activity_id, dates in _ticked(session, one.comes_to).items():
            wanted[activity_id, dates].append(child.id)
    for (activity_id, dates), child_ids in sorted(wanted.items()):
        wish = SignUp(
            activity_id=activity_id, child_ids=tuple(child_ids), occurrence_ids=dates,
            form_id=sheet.form_id, at_door=True, together=sheet.together and len(child_ids) > 1,
        )  # fmt: skip
        try:
            signup_service.sign_up(session, actor, wish)
        except Refusal as why:
            title = session.get_one(Activity, activity_id).title
            raise OfActivity(title, why) from why


def _ticked(session: Session, ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Return the activities that were ticked, each with its dates where these were."""
    known = select(Occurrence.id, Occurrence.activity_id).where(Occurrence.id.in_(ids))
    dates = {id: activity_id for id, activity_id in session.execute(known)}
    found: dict[UUID, tuple[UUID, ...]] = {id: () for id in ids if id not in dates}
    for id, activity_id in sorted(dates.items()):
        found[activity_id] = (*found.get(activity_id, ()), id)
    return found
