"""Bringing in a list of partners: looked at first, then all of it or nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.core.words import N_, Labelled
from kinderwerk.partners import apart, rules
from kinderwerk.partners.models import Partner
from kinderwerk.partners.rules import PartnerWish
from kinderwerk.places.reading.findings import Findings
from kinderwerk.storage.work import revise, unit_of_work


class Becomes(Labelled):
    ADDED = "added", N_("Is new")
    CHANGED = "changed", N_("Changes")
    SAME = "same", N_("Stays as it is")


class NothingBroughtIn(Refusal):
    """A file has faults; `found` says which, by row and column."""

    message = N_("Nothing was brought in: there is something wrong in the file.")
    field = "file"

    def __init__(self, found: Findings) -> None:
        self.found = found
        super().__init__()


@dataclass(frozen=True, slots=True)
class Looked:
    wish: PartnerWish
    becomes: Becomes


def look(session: Session, actor: Actor, content: bytes, words: Mapping[str, str]) -> list[Looked]:
    """Return what would become of each row; nothing is written."""
    wishes = _read(session, content, words)
    known = _known(session, actor)
    return [Looked(wish, _becomes(known.get(wish.name.casefold()), wish)) for wish in wishes]


def bring_in(
    session: Session, actor: Actor, content: bytes, words: Mapping[str, str]
) -> list[Becomes]:
    """Write a whole list, partners known again by their name."""
    wishes = _read(session, content, words)
    with unit_of_work(session):
        held = demand(actor, Action.CREATE, Resource.PARTNER)
        if held.organisation_id is None:
            raise Withheld("a partner belongs to an organisation")
        known, told, written = _known(session, actor, lock=True), [], []
        for wish in wishes:
            partner = known.get(wish.name.casefold())
            told.append(_becomes(partner, wish))
            if partner is None:
                partner = Partner(organisation_id=held.organisation_id, **_described(wish))
                session.add(partner)
            elif changed := _changed(partner, wish):
                demand(actor, Action.EDIT, Resource.PARTNER, partner.facts)
                revise(partner, None, **changed)
            written.append(partner.id)
        audit.record(session, actor, "partners.imported", held.organisation_id, also=written)
    return told


def _read(session: Session, content: bytes, words: Mapping[str, str]) -> list[PartnerWish]:
    session.rollback()  # no transaction waits for the child
    listed = apart.read(content, clock.today(), words)
    if listed.findings.faults:
        raise NothingBroughtIn(listed.findings)
    return listed.wishes


def _known(session: Session, actor: Actor, *, lock: bool = False) -> dict[str, Partner]:
    ours = select(Partner).where(Partner.organisation_id == actor.organisation_id)
    rows = session.scalars(ours.with_for_update() if lock else ours)
    return {row.name.casefold(): row for row in rows}


def _becomes(partner: Partner | None, wish: PartnerWish) -> Becomes:
    if partner is None:
        return Becomes.ADDED
    return Becomes.CHANGED if _changed(partner, wish) else Becomes.SAME


def _changed(partner: Partner, wish: PartnerWish) -> dict[str, Any]:
    """Return what is different of what the list says; what it leaves empty it does not say."""
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
