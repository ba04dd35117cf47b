"""To whom a child is handed over and whom helpers call, as far as they have to know."""

from collections.abc import Iterator

from kinderwerk.families.custody.rules import NEVER_PICK_UP, HandOver, same_number
from kinderwerk.families.models import Care, Child


def hand_over(child: Child) -> HandOver | None:
    """Return the limit, if there is one: as soon as one carer may not fetch it, only some may."""
    limited = any(
        not care.contact_allowed or (not care.may_pick_up and care.ended_at is None)
        for care in child.cares
        if care.relation not in NEVER_PICK_UP
    )
    if not limited:
        return None
    names = ", ".join(fetching(child))
    return HandOver(names=names, phone=next((one.carer.phone for one in _called(child)), ""))


def fetching(child: Child) -> list[str]:
    """Return the carers to whom the child may be handed over."""
    able = [care for care in child.cares if care.may_pick_up and not care.shut]
    return [care.carer.name for care in able if care.relation not in NEVER_PICK_UP]


def emergency(child: Child) -> tuple[str, str]:
    """Return whom to call in an emergency, and never one who may not hear of the child."""
    unheard = [care.carer for care in child.cares if not care.contact_allowed]
    named = child.emergency_name.casefold() in {one.name.casefold() for one in unheard}
    if not named and not same_number(child.emergency_phone, (one.phone for one in unheard)):
        return child.emergency_name, child.emergency_phone
    return next(((one.carer.name, one.carer.phone) for one in _called(child)), ("", ""))


def _called(child: Child) -> Iterator[Care]:
    """Yield who can be called, whoever has custody first."""
    able = [
        care
        for care in child.cares
        if not care.shut and care.carer.phone and care.relation not in NEVER_PICK_UP
    ]
    yield from sorted(able, key=lambda care: (not care.has_custody, care.carer.created_at, care.id))
