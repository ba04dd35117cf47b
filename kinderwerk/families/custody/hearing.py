"""Who may be told about a child, and where."""

from uuid import UUID

from kinderwerk.families.models import Carer, Child
from kinderwerk.families.reaching import is_at, way
from kinderwerk.families.rules import Relation
from kinderwerk.messages.holding import Held
from kinderwerk.messages.models import Message


def readers(child: Child) -> list[Carer]:
    """Return the carers who may be told about a child, and for whom there is a way."""
    return [care.carer for care in child.cares if care.opens_portal and way(care.carer)]


def reader(child: Child, message: Message) -> Carer | None:
    """Return to whom of them a message goes, if they may still be told and read there.

    Where somebody reads along who may not, it is held.
    """
    for carer in readers(child):
        if _goes_to(message, carer):
            return carer
    if any(care.waits and _goes_to(message, care.carer) for care in child.cares):
        raise Held
    return None


def reachable(child: Child, asked_by: UUID | None) -> Carer | None:
    """Return whom to tell: the young person, who asked for it, else the first who may be told.

    Whoever waits for a safe address comes last; what they are told waits too.
    """
    able = [care for care in child.cares if (care.opens_portal or care.waits) and way(care.carer)]
    first = sorted(
        able,
        key=lambda care: (
            care.waits,
            care.relation is not Relation.SELF,
            care.carer.user_id != asked_by,
            care.carer.created_at,
            care.carer.id,
        ),
    )
    return next((care.carer for care in first), None)


def _goes_to(message: Message, carer: Carer) -> bool:
    return message.reader_id in (None, carer.id) and is_at(carer, message.address)
