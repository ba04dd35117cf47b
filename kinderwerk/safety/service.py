"""Writing incidents down, reading them, and seeing to them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.accounts.away import present, reached
from kinderwerk.accounts.models import User
from kinderwerk.accounts.once import sent_before
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.families.models import Child
from kinderwerk.helplines import queries as helplines
from kinderwerk.messages import service as messages
from kinderwerk.places.models import Venue
from kinderwerk.safety import queries, rules
from kinderwerk.safety.models import (
    SEALED,
    DataBreach,
    Incident,
    IncidentChild,
    IncidentStaff,
)
from kinderwerk.safety.rules import (
    Capture,
    Completion,
    Decision,
    IncidentKind,
    Settling,
    Status,
    Words,
)
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work


def write_down(session: Session, actor: Actor, wish: Capture) -> Incident:
    """Write down what happened; whoever has to know at once is told that there is something.

    What is about somebody who works here goes to the confidential adviser and to nobody else:
    whoever wrote it cannot read it again either.
    """
    rules.check_capture(wish, clock.now())
    with unit_of_work(session):
        membership = demand(actor, Action.CREATE, Resource.INCIDENT)
        if actor.id is None or membership.organisation_id is None:
            raise Withheld("an incident is written down by somebody, at an organisation")
        if known := sent_before(session, Incident, actor.id, wish.once):
            return known
        here = membership.organisation_id
        receivers = _receivers(session, here, wish)
        incident = Incident(
            organisation_id=here, author_id=actor.id, once=wish.once, kind=wish.kind,
            owner_id=_owner(session, actor, here, wish), severity=wish.severity,
            past_line=wish.past_line, happened_at=wish.happened_at, help=wish.help,
            occurrence_id=_session_id(session, actor, wish.occurrence_id),
            venue=_venue(session, here, wish.venue_id),
            parents_at=clock.now() if wish.parents_told else None,
        )  # fmt: skip
        incident.children = _children(session, actor, here, wish)
        incident.staff = _staff(session, here, wish.staff_ids)
        seal(session, incident, what=wish.what, first_aid=wish.first_aid or None)
        session.add(incident)
        session.flush()
        if wish.kind is IncidentKind.DATA_BREACH:
            _start_clock(session, actor, incident)
        deed = "boundary.passed_on" if wish.past_line else "incident.written"
        audit.record(session, actor, deed, incident.id, severity=wish.severity, kind=wish.kind)
        for receiver in receivers:
            _tell(session, incident, receiver, "boundary" if wish.past_line else "incident")
    return incident


def _receivers(session: Session, organisation_id: UUID, wish: Capture) -> Sequence[User]:
    """Return who is told at once; past the line nobody who is involved."""
    if wish.past_line:
        advisers = queries.holders(session, organisation_id, Role.CONFIDANT)
        able = [one for one in advisers if one.id not in wish.staff_ids]
        if not able:
            line = helplines.advice(session, organisation_id)
            raise rules.NobodyToAnswer(name=line.name, number=line.number or "112")
        return present(session, organisation_id, able) or able
    if wish.severity in rules.ALERTING:
        leading = queries.holders(session, organisation_id, Role.COORDINATOR)
        return reached(session, organisation_id, leading)
    return []


def _owner(session: Session, actor: Actor, here: UUID, wish: Capture) -> UUID | None:
    if wish.past_line:
        return None
    if actor.role in queries.CARRIERS:
        return actor.id
    coordinators = queries.holders(session, here, Role.COORDINATOR)
    there = present(session, here, coordinators) or coordinators
    return there[0].id if there else None


def _session_id(session: Session, actor: Actor, occurrence_id: UUID | None) -> UUID | None:
    held = queries.session_of(session, actor, occurrence_id)
    return held.id if held else None


def _venue(session: Session, here: UUID, venue_id: UUID | None) -> Venue | None:
    if venue_id is None:
        return None
    venue = session.get_one(Venue, venue_id)
    if venue.organisation_id != here:
        raise Withheld("a venue elsewhere")
    return venue


def _children(session: Session, actor: Actor, here: UUID, wish: Capture) -> list[IncidentChild]:
    held = queries.session_of(session, actor, wish.occurrence_id)
    known = queries.children(session, actor, held) if wish.child_ids else {}
    if not set(wish.child_ids) <= known.keys():
        raise Withheld("a child that they do not know")
    return [
        IncidentChild(child=session.get_one(Child, id), organisation_id=here)
        for id in wish.child_ids
    ]


def _staff(session: Session, here: UUID, ids: Sequence[UUID]) -> list[IncidentStaff]:
    if ids and not set(ids) <= {id for id, _ in queries.staff(session, here)}:
        raise Withheld("somebody who does not work here")
    return [IncidentStaff(user_id=id, organisation_id=here) for id in ids]


def _start_clock(session: Session, actor: Actor, incident: Incident) -> None:
    breach = DataBreach(organisation_id=incident.organisation_id, incident=incident)
    session.add(breach)
    session.flush()
    audit.record(session, actor, "breach.known", breach.id)
    for officer in _guarding(session, incident.organisation_id):
        _tell(session, incident, officer, "breach")


def _guarding(session: Session, organisation_id: UUID) -> Sequence[User]:
    """Return who decides about a data breach today: the privacy officer, or who stands in."""
    officers = queries.holders(session, organisation_id, Role.PRIVACY_OFFICER)
    return reached(session, organisation_id, officers)


def read(
    session: Session, actor: Actor, incident_id: UUID, resource: Resource,
    deed: str = "incident.read",
) -> Words:  # fmt: skip
    """Open what was written; the reading is on record before the words are shown."""
    demand(actor, Action.VIEW, resource, queries.by_id(session, incident_id).facts)
    return _opened(session, actor, incident_id, deed)


def _opened(session: Session, actor: Actor, incident_id: UUID, deed: str) -> Words:
    found = audit.disclose(session, actor, deed, incident_id, Incident, [incident_id], *SEALED)
    return Words(**{name: words or "" for name, words in found[incident_id].items()})


def complete(
    session: Session, actor: Actor, incident_id: UUID, resource: Resource, version: int | None,
    wish: Completion,
) -> None:  # fmt: skip
    """Fill in what was looked into; whoever was slower sees what the other wrote."""
    try:
        with unit_of_work(session):
            incident = _locked(session, actor, incident_id, resource)
            if incident.status is Status.CLOSED:
                raise rules.IsClosed
            revise(incident, version, **_columns(session, incident, wish))
            words = {name: getattr(wish.words, name) or None for name in SEALED}
            seal(session, incident, **words | {"what": wish.words.what})
            if wish.child_id:
                _add_child(session, actor, incident, wish.child_id)
            audit.record(session, actor, "incident.completed", incident.id)
    except Stale as stale:
        theirs = read(session, actor, incident_id, resource)
        told: Mapping[str, Any] = {name: getattr(theirs, name) for name in SEALED}
        raise Stale({**told, **stale.theirs}, stale.version) from None


def _columns(session: Session, incident: Incident, wish: Completion) -> dict[str, object]:
    able = {one.id for one in queries.colleagues(session, incident)}
    if wish.owner_id and not incident.past_line and wish.owner_id not in able:
        raise Withheld("not a colleague who may see to this")
    return {
        "severity": wish.severity, "help": wish.help, "cause": wish.cause,
        "parents_at": wish.parents_at, "insurer_on": wish.insurer_on,
        "check_on": wish.check_on,
        "owner_id": None if incident.past_line else wish.owner_id,
    }  # fmt: skip


def _add_child(session: Session, actor: Actor, incident: Incident, child_id: UUID) -> None:
    if child_id not in queries.children(session, actor, None):
        raise Withheld("a child that they do not know")
    if child_id not in {one.child_id for one in incident.children}:
        incident.children.append(
            IncidentChild(
                child=session.get_one(Child, child_id), organisation_id=incident.organisation_id
            )
        )


def close(session: Session, actor: Actor, incident_id: UUID, resource: Resource) -> None:
    _set_status(session, actor, incident_id, resource, Status.CLOSED)


def reopen(session: Session, actor: Actor, incident_id: UUID, resource: Resource) -> None:
    _set_status(session, actor, incident_id, resource, Status.OPEN)


def _set_status(
    session: Session, actor: Actor, incident_id: UUID, resource: Resource, status: Status
) -> None:
    with unit_of_work(session):
        incident = _locked(session, actor, incident_id, resource)
        if incident.status is not status:
            closed_at = clock.now() if status is Status.CLOSED else None
            revise(incident, None, status=status, closed_at=closed_at)
        audit.record(session, actor, f"incident.{status.value}", incident.id)


def _locked(session: Session, actor: Actor, incident_id: UUID, resource: Resource) -> Incident:
    incident = session.get_one(Incident, incident_id, with_for_update={"of": Incident})
    demand(actor, Action.EDIT, resource, incident.facts)
    return incident


def read_breach(session: Session, actor: Actor, breach_id: UUID) -> tuple[Words, str, str]:
    """Open what happened, how it was contained, and why it was decided so."""
    breach = queries.breach(session, breach_id)
    demand(actor, Action.VIEW, Resource.DATA_BREACH, breach.facts)
    happened = _opened(session, actor, breach.incident_id, "breach.read")
    found = audit.disclose(
        session, actor, "breach.read", breach_id, DataBreach, [breach_id], "contained", "why"
    )[breach_id]
    return happened, found["contained"] or "", found["why"] or ""


def settle(
    session: Session, actor: Actor, breach_id: UUID, version: int | None, wish: Settling
) -> None:
    """Note what was done about a data breach, and what was decided."""
    rules.check_settling(wish)
    try:
        with unit_of_work(session):
            breach = session.get_one(DataBreach, breach_id, with_for_update={"of": DataBreach})
            demand(actor, Action.EDIT, Resource.DATA_BREACH, breach.facts)
            decided = breach.decided_at or clock.now()
            revise(
                breach, version, contained_at=wish.contained_at, risk=wish.risk,
                people=wish.people, decision=wish.decision,
            )  # fmt: skip
            breach.decided_at = None if wish.decision is Decision.OPEN else decided
            seal(session, breach, contained=wish.contained or None, why=wish.why or None)
            audit.record(session, actor, "breach.settled", breach.id, decision=wish.decision)
    except Stale as stale:
        _, contained, why = read_breach(session, actor, breach_id)
        raise Stale({"contained": contained, "why": why, **stale.theirs}, stale.version) from None


def remind(session: Session) -> None:
    """Remind privacy officers of data breaches about which nothing is decided."""
    with unit_of_work(session):
        now = clock.now()
        for breach in queries.undecided(session, now - rules.REMINDERS[0]):
            incident = queries.by_id(session, breach.incident_id)
            last = rules.reminders_due(breach.known_at, now)[-1]
            hours = int(last.total_seconds() // 3600)
            for officer in _guarding(session, breach.organisation_id):
                _tell(session, incident, officer, "breach", again=f":{hours}")


def _tell(session: Session, incident: Incident, person: User, what: str, again: str = "") -> None:
    """Tell that something waits, never what; only ids go along."""
    messages.tell(
        session, key=f"{what}:{incident.id}:{person.id}{again}", template=f"{what}_waits",
        address=person.email, language=person.language, organisation_id=incident.organisation_id,
        incident_id=incident.id,
    )  # fmt: skip
