"""Putting right who somebody is: the name and the number that staff had wrong."""

from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.families import queries as families
from kinderwerk.families.custody import queries
from kinderwerk.families.custody.rules import NotANumber
from kinderwerk.families.models import Care, Carer
from kinderwerk.families.reaching import own_number, tell_carer
from kinderwerk.storage.work import revise, unit_of_work


def correct(
    session: Session, actor: Actor, care_id: UUID, version: int | None, name: str, phone: str,
    *, asked: bool,
) -> Care:  # fmt: skip
    """Note another name or number, and tell whose it is; `asked`: they were found to answer."""
    with unit_of_work(session):
        families.locked_child(session, queries.care(session, care_id).child_id)
        care = queries.care(session, care_id)
        held = demand(actor, Action.EDIT, Resource.CARE, care.facts)
        carer = session.get_one(Carer, care.carer_id, with_for_update={"of": Carer})
        wanted = {"name": name, "phone": phone}
        changed = [each for each, value in wanted.items() if getattr(carer, each) != value]
        revise(carer, version, **wanted)
        if asked:
            carer.confirmed_phone = own_number(carer)
            if carer.confirmed_phone is None:
                raise NotANumber
        audit.record(
            session, actor.using(held), "carer.corrected", care.id, also=[carer.id],
            changed=changed, confirmed=asked,
        )  # fmt: skip
        if changed and not any(one.shut or one.held_at for one in carer.cares):
            tell_carer(
                session, carer, key=f"corrected:{carer.id}:{clock.now().timestamp():.0f}",
                template="custody.corrected", care=care.id,
            )  # fmt: skip
    return care
