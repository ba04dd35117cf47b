"""Partners of an organisation: one that is here already is changed, if that is wanted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.imports import queries
from kinderwerk.imports.kinds import Called, Made
from kinderwerk.imports.partners.rules import NEEDED, Column, Line, read
from kinderwerk.imports.rules import MOST_ROWS, Read, Rows, Words
from kinderwerk.partners import rules
from kinderwerk.partners.models import Partner
from kinderwerk.partners.rules import HelpSystem, PartnerType, PartnerWish
from kinderwerk.storage.work import revise


class Partners:
    resource = Resource.PARTNER
    model = Partner
    most = MOST_ROWS
    needed = NEEDED
    labels = (list(PartnerType), list(HelpSystem))

    def named(self, session: Session, actor: Actor) -> Mapping[Any, Mapping[str, UUID]]:
        return {}

    def read(self, rows: Rows, columns: Mapping[Column, str], words: Words) -> Read[Line]:
        return read(rows, columns, words, clock.today())

    def alike(self, session: Session, actor: Actor, lines: Sequence[Line]) -> Mapping[int, Partner]:
        ours = select(Partner).where(Partner.organisation_id == actor.organisation_id)
        known = {one.name.casefold(): one for one in session.scalars(ours)}
        alike = {one.row: known.get(one.wish.name.casefold()) for one in lines}
        return {row: one for row, one in alike.items() if one}

    def write(
        self, session: Session, actor: Actor, lines: Sequence[Line], alike: Mapping[int, Any]
    ) -> Made:
        """What a table leaves empty stays as it was; what was changed is not taken back."""
        here = actor.organisation_id
        if here is None:
            raise Withheld("a partner belongs to an organisation")
        made: list[Partner] = []
        for line in lines:
            partner = alike.get(line.row)
            if partner is None:
                made.append(Partner(organisation_id=here, **_described(line.wish)))
            elif changed := _changed(partner, line.wish):
                session.refresh(partner, with_for_update=True)
                demand(actor, Action.EDIT, Resource.PARTNER, partner.facts)
                revise(partner, None, **changed)
        session.add_all(made)
        session.flush()
        ids = [one.id for one in made]
        return Made(ids, [*ids, *(alike[one.row].id for one in lines if one.row in alike)])

    def touched(self, session: Session, ids: Collection[UUID]) -> set[UUID]:
        return queries.used(session, Partner, ids, Partner.retired.is_(True))

    def called(self, session: Session, ids: Collection[UUID]) -> Sequence[Called]:
        return queries.called(session, Partner, ids, "partners.detail")

    def remove(
        self, session: Session, actor: Actor, organisation_id: UUID, ids: Sequence[UUID]
    ) -> Sequence[UUID]:
        return queries.remove(session, Partner, ids, "partners.taken_back")


def _changed(partner: Partner, wish: PartnerWish) -> dict[str, Any]:
    """Return what is different of what the table says; what it leaves empty it does not say."""
    said = {name: value for name, value in _described(wish).items() if value not in (None, "", [])}
    if wish.help_system is None:
        del said["help_system"]
    return {name: value for name, value in said.items() if getattr(partner, name) != value}


def _described(wish: PartnerWish) -> dict[str, Any]:
    described = asdict(wish)
    del described["neighbourhood_id"]
    return described | {
        "languages": list(wish.languages),
        "help_system": wish.help_system or rules.usual_system(wish.kind),
        "checked_on": rules.checked_day(wish, clock.today()),
    }
