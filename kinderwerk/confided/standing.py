"""Whether a naming still stands, and whether who is named may see: asked now, never remembered."""

from kinderwerk.confided.models import Confided
from kinderwerk.confided.rules import Way
from kinderwerk.families.custody.rules import same_number
from kinderwerk.families.models import Care, Carer, Family
from kinderwerk.families.rules import Relation


def ties(carer: Carer, family: Family) -> list[Care]:
    """Return what a carer is to the children of a family."""
    return [care for care in carer.cares if care.child.family_id == family.id]


def may_be_named(carer: Carer, family: Family) -> bool:
    """Tell whether somebody is an adult around this family who may hear of each of its children."""
    about = ties(carer, family)
    if any(care.shut or care.held_at for care in about):
        return False
    return bool(about) or (carer.family_id == family.id and not family.children)


def known_at(carer: Carer, way: Way) -> str:
    """Return the address or number of a carer; nothing when they are only met."""
    return {Way.MAIL: carer.email or "", Way.PHONE: carer.phone, Way.IN_PERSON: ""}[way]


def same_place(way: Way, one: str, other: str) -> bool:
    """Tell whether two addresses, or two numbers, lead to one place."""
    if way is Way.PHONE:
        return same_number(one, [other])
    return bool(one) and one.casefold() == other.casefold()


def stands(row: Confided) -> bool:
    """Tell whether nothing changed since a worker confirmed that it is safe."""
    still = row.way is Way.IN_PERSON or same_place(
        row.way, row.address, known_at(row.carer, row.way)
    )
    return still and row.epoch == row.carer.epoch and may_be_named(row.carer, row.family)


def sees(row: Confided) -> bool:
    """Tell whether who is named can open the record on their own page."""
    return row.carer.user_id is not None and stands(row) and all(
        care.portal_access and (care.relation is not Relation.SELF or care.child.of_age)
        for care in ties(row.carer, row.family)
    )  # fmt: skip
