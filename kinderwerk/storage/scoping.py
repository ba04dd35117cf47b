"""Turning a policy entry into a WHERE clause, so that lists and pages cannot disagree."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, not_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from kinderwerk.access import conditions
from kinderwerk.access.policy import grants
from kinderwerk.access.vocabulary import Action, Actor, Condition, Membership, Resource, Role
from kinderwerk.storage.base import Base

Twin = Callable[[Actor, Membership], ColumnElement[bool]]
Twins = Mapping[Condition, Twin]
JOINED: Final[Mapping[str, Callable[..., ColumnElement[bool]]]] = {
    "and": and_,
    "or": or_,
    "not": not_,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows of a resource, and the SQL twin of each plain condition that its policy uses."""

    resource: Resource
    model: type[Base]
    twins: Twins

    def visible(self, actor: Actor, action: Action = Action.VIEW) -> ColumnElement[bool]:
        return criterion(actor, action, self.resource, self.twins)


#: Every scope there is; a contract test compares each with what the policy says row by row.
SCOPES: Final[dict[Resource, Scope]] = {}


def scope(resource: Resource, model: type[Base], twins: Twins) -> Scope:
    """Declare how the rows of a resource are listed; once per resource."""
    if resource in SCOPES:
        raise ValueError(f"{resource.value} has a scope already")
    SCOPES[resource] = Scope(resource, model, twins)
    return SCOPES[resource]


def within(
    organisation_id: InstrumentedAttribute[Any], neighbourhood_id: Any | None = None
) -> Twin:
    """Return the twin of `same organisation`, for rows that may lie in a neighbourhood."""

    def twin(actor: Actor, membership: Membership) -> ColumnElement[bool]:
        if membership.organisation_id is None:
            return false()
        here = organisation_id == membership.organisation_id
        if membership.neighbourhood_id is None:
            return here
        if neighbourhood_id is None:
            return false()
        return and_(here, neighbourhood_id == membership.neighbourhood_id)

    return twin


def belonging(organisation_id: Any) -> Twin:
    """Return the twin of `of the organisation`."""

    def twin(actor: Actor, membership: Membership) -> ColumnElement[bool]:
        if membership.organisation_id is None:
            return false()
        ours: ColumnElement[bool] = organisation_id == membership.organisation_id
        return ours

    return twin


def in_municipality(municipality_id: Any) -> Twin:
    """Return the twin of `same municipality`."""

    def twin(actor: Actor, membership: Membership) -> ColumnElement[bool]:
        if membership.municipality_id is None:
            return false()
        here: ColumnElement[bool] = municipality_id == membership.municipality_id
        return here

    return twin


def criterion(
    actor: Actor, action: Action, resource: Resource, twins: Twins
) -> ColumnElement[bool]:
    """Return the SQL twin of what this actor's memberships allow, each on its own."""
    allowed = grants(actor, action, resource)
    return or_(false(), *(twin_of(condition, actor, held, twins) for held, condition in allowed))


def _as_each_of_the_absent(twin: Twin, actor: Actor, membership: Membership) -> ColumnElement[bool]:
    absent = [replace(actor, id=one) for one in sorted(actor.stands_in_for)]
    return or_(false(), *(twin(one, membership) for one in absent))


def twin_of(
    condition: Condition, actor: Actor, membership: Membership, twins: Twins
) -> ColumnElement[bool]:
    """Translate a condition: compound ones by their parts, plain ones by their twin."""
    if condition is conditions.always:
        return true()
    if condition is conditions.checked:
        return true() if membership.checked else false()
    if condition is conditions.deputy:
        return _as_each_of_the_absent(twins[conditions.owner], actor, membership)
    if condition is conditions.reads_instead:
        if membership.role is not Role.PROTECTION_OFFICER:
            return false()
        return _as_each_of_the_absent(twins[conditions.reader], actor, membership)
    if not condition.parts:
        return twins[condition](actor, membership)
    parts = [twin_of(part, actor, membership, twins) for part in condition.parts]
    return JOINED[condition.joined](*parts)
