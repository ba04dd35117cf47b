"""Which line of the table of terms takes what away, and since when its term runs: on one page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.accounts import erasure as accounts
from kinderwerk.activities import erasure as activities
from kinderwerk.core.retention import Ending, Line
from kinderwerk.families import erasure as families
from kinderwerk.families.models import Child
from kinderwerk.logbook import erasure as logbook
from kinderwerk.notes import erasure as notes
from kinderwerk.privacy.models import Hold, Rule
from kinderwerk.referrals import erasure as referrals
from kinderwerk.registers import erasure as registers
from kinderwerk.reporting_code import erasure as code
from kinderwerk.safety import erasure as safety
from kinderwerk.signals import erasure as signals
from kinderwerk.signups import erasure as signups
from kinderwerk.storage.erasing import Kind
from kinderwerk.support import erasure as support
from kinderwerk.talks import erasure as talks
from kinderwerk.team import erasure as team

Since = Callable[[Session, UUID], Mapping[UUID, date]]


@dataclass(frozen=True, slots=True)
class Due:
    """Something whose term runs since a day, and is over on another."""

    kind: Kind
    subject_id: UUID
    line: Line
    ending: Ending
    since: date
    over_on: date


def in_trouble(session: Session, organisation_id: UUID) -> set[UUID]:
    """Return the families of which a case is kept, or a serious incident: they stay."""
    here = session, organisation_id
    cases = (signals, support, referrals, safety, code)
    return {id for each in cases for id in each.families_in(*here)}


def _signals(since: Since) -> Since:
    """Keep the signals from which a case began for as long as the case."""

    def without_case(session: Session, organisation_id: UUID) -> dict[UUID, date]:
        kept = code.signals_in(session, organisation_id)
        found = since(session, organisation_id)
        return {id: day for id, day in found.items() if id not in kept}

    return without_case


def _children(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    came = registers.last_came(session, organisation_id)
    placed = signups.last_placed(session, organisation_id)
    kept = in_trouble(session, organisation_id)
    return {
        id: max(added, came.get(id, added), placed.get(id, added))
        for id, (family_id, added) in families.known_since(session, organisation_id).items()
        if family_id not in kept
    }


def _families(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    kept = in_trouble(session, organisation_id)
    childless = families.childless(session, organisation_id)
    return {id: since for id, since in childless.items() if id not in kept}


#: In the order in which they go: cases first, for they keep a family, and people last.
LINES: Final[Mapping[Line, tuple[tuple[Kind, Since], ...]]] = MappingProxyType(
    {
        Line.REFERRAL: ((Kind.REFERRAL, referrals.closed),),
        Line.SUPPORT: ((Kind.SUPPORT, support.ended),),
        Line.CASE_UNREPORTED: ((Kind.CODE_CASE, code.unreported),),
        Line.CASE_REPORTED: (
            (Kind.CODE_CASE, code.reported),
            (Kind.SIGNAL, _signals(signals.reported)),
        ),
        Line.SIGNAL_LOW: ((Kind.SIGNAL, _signals(signals.low)),),
        Line.SIGNAL_HIGH: ((Kind.SIGNAL, _signals(signals.high)),),
        Line.INCIDENT_MINOR: ((Kind.INCIDENT, safety.minor),),
        Line.INCIDENT_SERIOUS: ((Kind.INCIDENT, safety.serious),),
        Line.LETTERBOX: ((Kind.TALK, talks.closed),),
        Line.SIGNUP_OPEN: ((Kind.SIGNUP, signups.without_place),),
        Line.MEDICAL: ((Kind.CARE_NOTE, notes.over),),
        Line.CHILD: ((Kind.CHILD, _children), (Kind.FAMILY, _families)),
        Line.CONSENT: ((Kind.CONSENT, families.consents_over),),
        Line.PHOTO: ((Kind.PHOTO, activities.shown), (Kind.PHOTO, logbook.photos)),
        Line.CRIMINAL_RECORD: ((Kind.STAFF_RECORD, team.left),),
        Line.STAFF: ((Kind.ACCOUNT, accounts.left),),
    }
)


def due(session: Session, rule: Rule, until: date) -> Iterator[Due]:
    """Yield what is over by that day under one line of an organisation, and is not held."""
    held = holds(session, rule.organisation_id, until)
    for kind, since in LINES.get(rule.line, ()):
        for subject_id, began in sorted(since(session, rule.organisation_id).items()):
            over_on = max(rule.span.after(began), rule.begins_on)
            if over_on <= until and subject_id not in held:
                yield Due(kind, subject_id, rule.line, rule.ending, began, over_on)


def holds(session: Session, organisation_id: UUID, until: date) -> set[UUID]:
    """Return what is held back beyond that day; a family that is held keeps its children."""
    held = set(
        session.scalars(
            select(Hold.subject_id).where(
                Hold.organisation_id == organisation_id,
                Hold.lifted_at.is_(None),
                Hold.until >= until,
            )
        )
    )
    if not held:
        return held
    related = session.execute(
        select(Child.id, Child.family_id).where(Child.organisation_id == organisation_id)
    ).all()
    return (
        held
        | {id for id, family_id in related if family_id in held}
        | {family_id for id, family_id in related if id in held}
    )


def rules(session: Session, organisation_id: UUID) -> dict[Line, Rule]:
    found = session.scalars(select(Rule).where(Rule.organisation_id == organisation_id))
    return {rule.line: rule for rule in found}
