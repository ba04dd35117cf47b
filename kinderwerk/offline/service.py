"""Setting up devices, and taking over what they tell: each thing once, whatever is sent again."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.door import service as door
from kinderwerk.door.rules import Arrival
from kinderwerk.offline import queries, rules
from kinderwerk.offline.models import RegisterChange, RegisterDevice
from kinderwerk.offline.rules import Kind, NoLongerHere, NotOpen, Outcome, Standing, Told
from kinderwerk.registers import queries as registers
from kinderwerk.registers import service as register_service
from kinderwerk.registers.queries import Sheet
from kinderwerk.registers.rules import Presence
from kinderwerk.storage.work import unit_of_work


@dataclass(frozen=True, slots=True)
class Begun:
    """A device that was set up, and the key that it alone holds from now on."""

    id: UUID
    key: str


def take_along(session: Session, actor: Actor, sheets: Sequence[Sheet]) -> None:
    """Put on record that these lists leave us, before they do."""
    with unit_of_work(session):
        for sheet in sheets:
            ids = [line.child_id for line in sheet.lines]
            audit.record(
                session, actor, "register.exported", sheet.occurrence.id, count=len(ids), rows=ids
            )


def begin(
    session: Session, actor: Actor, name: str, *, again: UUID | None = None,
    occurrence_id: UUID | None = None,
) -> Begun:  # fmt: skip
    """Let a browser hold lists; the one that did before gets a new key, and the old one is void."""
    key = secrets.token_urlsafe(32)
    with unit_of_work(session):
        known = session.get(RegisterDevice, again, with_for_update=True) if again else None
        held = demand(actor, Action.LIST, Resource.REGISTER)
        demand(actor, Action.LIST, Resource.NAMES)
        if held.organisation_id is None or held.id is None or actor.id is None:
            raise Withheld("of no organisation")
        if occurrence_id:
            date = registers.occurrence(session, occurrence_id)
            demand(actor, Action.EDIT, Resource.NAMES, date.facts)
        if known and known.user_id == actor.id and known.is_open and not occurrence_id:
            known.key_hash, known.membership_id = queries.disguised(key), held.id
            known.last_seen_at, known.occurrence_id = clock.now(), None
            made = known
        else:
            made = RegisterDevice(
                organisation_id=held.organisation_id, user_id=actor.id, membership_id=held.id,
                key_hash=queries.disguised(key), name=name, occurrence_id=occurrence_id,
            )  # fmt: skip
            session.add(made)
        audit.record(session, actor, "device.began", made.id, occurrence=occurrence_id)
        id = made.id
    return Begun(id, key)


def end(session: Session, actor: Actor, device_id: UUID) -> None:
    """Void the key of a device of one's own; it loses its names when it next calls."""
    with unit_of_work(session):
        device = session.get_one(RegisterDevice, device_id, with_for_update=True)
        if device.user_id != actor.id:
            raise Withheld("somebody else's")
        device.ended_at = device.ended_at or clock.now()
        audit.record(session, actor, "device.ended", device.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one thing that was told."""

    id: UUID
    outcome: Outcome
    why: str = ""
    turn: int = 0
    child_id: UUID | None = None
    stood: Mapping[str, object] | None = None

    @classmethod
    def of(cls, change: RegisterChange) -> "Answer":
        return cls(
            id=change.client_id, outcome=change.outcome, why=change.why, turn=change.turn,
            child_id=change.child_id, stood=change.stood,
        )  # fmt: skip


class _Gone(Exception):
    """The date or the child is no longer there."""


def take_over(
    session: Session, device_id: UUID, sent: Sequence[Told], phone: datetime
) -> list[Answer]:
    """Take over what a device tells, in its own order, and answer each thing."""
    slow = rules.skew(phone, clock.now())
    answers = [_take(session, device_id, told, slow) for told in sorted(sent, key=_in_order)]
    seen(session, device_id, slow)
    return answers


def seen(session: Session, device_id: UUID, slow: timedelta) -> None:
    with unit_of_work(session):
        device = session.get_one(RegisterDevice, device_id, with_for_update=True)
        device.last_seen_at, device.slow = clock.now(), int(slow.total_seconds())


def _in_order(told: Told) -> int:
    return told.seq


def _take(session: Session, device_id: UUID, told: Told, slow: timedelta) -> Answer:
    """Carry one thing out, or keep it for somebody to look at where it cannot be."""
    try:
        return apply(session, device_id, told, slow)
    except Refusal as refusal:
        why = refusal.message
    except (Withheld, NoResultFound):
        why = NotOpen.message
    except _Gone:
        return keep(session, device_id, told, slow, Outcome.GONE, "")
    wordless = told.kind is Kind.WALK_IN
    outcome = Outcome.REFUSED if wordless else Outcome.HELD
    return keep(session, device_id, told, slow, outcome, why)


def apply(session: Session, device_id: UUID, told: Told, slow: timedelta) -> Answer:
    with unit_of_work(session):
        device = _locked(session, device_id)
        if known := queries.change(session, device.user_id, told.id):
            return Answer.of(known)
        date, child_id = _date(session, device, told), _child(session, device, told)
        if date is None or (told.child_id and child_id is None):
            raise _Gone
        if device.actor.membership is None:
            raise NoLongerHere
        at = rules.moment(told.at, slow, clock.now(), date.starts_at - rules.AHEAD)
        if child_id is None:
            made = _DO[told.kind](session, device.actor, told, at)
            return _written(session, device, told, slow, date, Outcome.APPLIED, made)
        return _about(session, device, told, slow, date, child_id, at)


def _about(
    session: Session, device: RegisterDevice, told: Told, slow: timedelta, date: Occurrence,
    child_id: UUID, at: datetime,
) -> Answer:  # fmt: skip
    """Write about a child, where somebody else may have written since the device looked."""
    registers.locked(session, date.id)
    demand(device.actor, Action.EDIT, Resource.NAMES, date.facts)
    stands = queries.standing(session, date.id, child_id)
    own = queries.made_turn(session, device.id, date.id, child_id, stands.turn)
    late = told.seq < queries.wrote_last(session, device.id, date.id, child_id)
    outcome = Outcome.OVERTAKEN if late else rules.judge(told, stands, own=own)
    if outcome is Outcome.APPLIED:
        carry_out(session, device.actor, told.kind, date.id, child_id, told, at)
        session.flush()
    return _written(session, device, told, slow, date, outcome, child_id, stands)


def carry_out(
    session: Session, actor: Actor, kind: Kind, occurrence_id: UUID, child_id: UUID, told: Told,
    at: datetime,
) -> None:  # fmt: skip
    if kind is Kind.MARK:
        register_service.mark(session, actor, occurrence_id, {child_id: told.presence}, at)
    elif kind is Kind.LEAVE:
        register_service.leave(session, actor, occurrence_id, child_id, told.leaving, at)
    else:
        register_service.stay(session, actor, occurrence_id, child_id)


def keep(
    session: Session, device_id: UUID, told: Told, slow: timedelta, outcome: Outcome, why: str
) -> Answer:
    """Keep what could not be carried out, and why, for whoever looks after the list."""
    with unit_of_work(session):
        device = _locked(session, device_id)
        if known := queries.change(session, device.user_id, told.id):
            return Answer.of(known)
        date, child_id = _date(session, device, told), _child(session, device, told)
        return _written(session, device, told, slow, date, outcome, child_id, why=why)


def _date(session: Session, device: RegisterDevice, told: Told) -> Occurrence | None:
    """Return the date that is meant, if it is one that this device may tell about."""
    date = session.get(Occurrence, told.occurrence_id)
    ours = date is not None and date.organisation_id == device.organisation_id
    return date if date and ours and device.occurrence_id in (None, date.id) else None


def _written(
    session: Session, device: RegisterDevice, told: Told, slow: timedelta,
    date: Occurrence | None, outcome: Outcome, child_id: UUID | None = None,
    stands: Standing | None = None, why: str = "",
) -> Answer:  # fmt: skip
    """Keep what became of it; of a child who walked in, and of what is gone, no words."""
    turn = 0
    if date and child_id:
        turn = queries.standing(session, date.id, child_id).turn
    wordless = told.kind is Kind.WALK_IN or outcome is Outcome.GONE
    first = date.starts_at - rules.AHEAD if date else clock.now()
    change = RegisterChange(
        organisation_id=device.organisation_id, device_id=device.id, client_id=told.id,
        seq=told.seq, occurrence_id=date.id if date else None, child_id=child_id, kind=told.kind,
        value={} if wordless else dict(told.value), told_at=told.at,
        at=rules.moment(told.at, slow, clock.now(), first), turn=turn, outcome=outcome, why=why,
        stood=_stood(stands) if outcome is Outcome.CONFLICT and stands else None,
    )  # fmt: skip
    session.add(change)
    return Answer.of(change)


def _stood(stands: Standing) -> dict[str, object]:
    return {"presence": stands.presence, "left_with": stands.left_with}


def _locked(session: Session, device_id: UUID) -> RegisterDevice:
    device = session.get_one(RegisterDevice, device_id, with_for_update=True)
    if not device.is_open:
        raise Withheld("a device that is no more")
    return device


def _child(session: Session, device: RegisterDevice, told: Told) -> UUID | None:
    if told.child_id is None:
        return None
    return queries.child_id_now(session, device.organisation_id, told.child_id)


def _count(session: Session, actor: Actor, told: Told, at: datetime) -> UUID | None:
    register_service.count(session, actor, told.occurrence_id, *told.counted)
    return None


def _walk_in(session: Session, actor: Actor, told: Told, at: datetime) -> UUID | None:
    said = told.value
    parent = said["parent"] or said["phone"]
    child = door.let_in(
        session, actor, told.occurrence_id,
        Arrival(
            first_name=said["first_name"], surname=said["surname"], born=said["born"],
            parent=parent, phone=said["phone"],
            goes_home_alone=said["alone"], sibling_id=None,
            picked_up_by="" if said["alone"] else parent,
            agreed=said["agreed"], really=False, form_id=told.id,
        ),
    )  # fmt: skip
    here = {child.id: Presence.PRESENT}
    register_service.mark(session, actor, told.occurrence_id, here, at)
    return child.id


_DO: Final[Mapping[Kind, Callable[[Session, Actor, Told, datetime], UUID | None]]] = (
    MappingProxyType({Kind.COUNT: _count, Kind.WALK_IN: _walk_in})
)


def settle(session: Session, actor: Actor, change_id: UUID, *, take: bool) -> UUID:
    """Let what a device told count after all, or leave the list as it is."""
    with unit_of_work(session):
        change = session.get_one(RegisterChange, change_id, with_for_update=True)
        if change.occurrence_id is None:
            raise Withheld("of no session")
        date = registers.locked(session, change.occurrence_id)
        demand(actor, Action.EDIT, Resource.REGISTER, date.facts)
        here = date.id
        if change.settled_at is None:
            told = _again(change, date.id)
            if take and change.child_id:
                carry_out(session, actor, change.kind, date.id, change.child_id, told, change.at)
            elif take:
                _DO[change.kind](session, actor, told, change.at)
            change.settled_at, change.settled_by_id = clock.now(), actor.id
            audit.record(session, actor, "register.settled", here, change=change.id, taken=take)
    return here


def _again(change: RegisterChange, occurrence_id: UUID) -> Told:
    return Told(
        id=change.client_id, seq=change.seq, occurrence_id=occurrence_id,
        child_id=change.child_id, kind=change.kind, base=0, at=change.told_at,
        value=change.value,
    )  # fmt: skip
