"""Reading devices, what they told, and what they take along."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import User
from kinderwerk.accounts.tokens import signer
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.families.merged import MergedChild
from kinderwerk.families.models import Child
from kinderwerk.offline.models import RegisterChange, RegisterDevice
from kinderwerk.offline.rules import AHEAD, BACK, OPEN, Outcome, Standing
from kinderwerk.registers import queries as registers
from kinderwerk.registers.models import Attendance, Register
from kinderwerk.registers.queries import Sheet
from kinderwerk.registers.rules import Box


def disguised(key: str) -> str:
    return signer.disguise("register device", key)


def by_key(session: Session, key: str) -> RegisterDevice | None:
    """Return the device that holds this key, whether or not it may still be used."""
    whole = (joinedload(RegisterDevice.membership), joinedload(RegisterDevice.user))
    wanted = select(RegisterDevice).where(RegisterDevice.key_hash == disguised(key))
    return session.scalar(wanted.options(*whole))


def of_person(session: Session, user_id: UUID) -> Sequence[RegisterDevice]:
    """Return the devices on which this person holds lists, the last used one first."""
    mine = select(RegisterDevice).where(
        RegisterDevice.user_id == user_id, RegisterDevice.ended_at.is_(None)
    )
    found = session.scalars(mine.order_by(RegisterDevice.last_seen_at.desc())).all()
    return [one for one in found if one.is_open]


def change(session: Session, user_id: UUID, client_id: UUID) -> RegisterChange | None:
    """Return what this person's devices told under this number, also before a new set-up."""
    theirs = select(RegisterDevice.id).where(RegisterDevice.user_id == user_id)
    return session.scalar(
        select(RegisterChange).where(
            RegisterChange.device_id.in_(theirs), RegisterChange.client_id == client_id
        )
    )


def child_id_now(session: Session, organisation_id: UUID, child_id: UUID) -> UUID | None:
    """Return the record of that child today; None when it was forgotten, or never was."""
    kept = session.scalar(select(MergedChild.child_id).where(MergedChild.gone_id == child_id))
    here = Child.organisation_id == organisation_id
    return session.scalar(select(Child.id).where(Child.id == (kept or child_id), here))


def standing(session: Session, occurrence_id: UUID, child_id: UUID) -> Standing:
    mark = session.get(Attendance, (occurrence_id, child_id))
    if mark is None:
        return Standing()
    return Standing(mark.presence, mark.left_with if mark.left_at else None, mark.turn)


def wrote_last(session: Session, device_id: UUID, occurrence_id: UUID, child_id: UUID) -> int:
    """Return the highest number of this device in what was taken over about a child."""
    wanted = select(RegisterChange.seq).where(
        RegisterChange.device_id == device_id, RegisterChange.occurrence_id == occurrence_id,
        RegisterChange.child_id == child_id,
        RegisterChange.outcome.in_((Outcome.APPLIED, Outcome.SAME)),
    ).order_by(RegisterChange.seq.desc()).limit(1)  # fmt: skip
    return session.scalar(wanted) or 0


def made_turn(
    session: Session, device_id: UUID, occurrence_id: UUID, child_id: UUID, turn: int
) -> bool:
    """Tell whether what stands about a child was told by this very device."""
    if turn == 0:
        return False
    wanted = select(RegisterChange.id).where(
        RegisterChange.device_id == device_id, RegisterChange.occurrence_id == occurrence_id,
        RegisterChange.child_id == child_id, RegisterChange.turn == turn,
        RegisterChange.outcome == Outcome.APPLIED,
    )  # fmt: skip
    return session.scalar(wanted.limit(1)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that a device told and that somebody has to look at."""

    change: RegisterChange
    who: str
    child: str


def questions(session: Session, actor: Actor, occurrence: Occurrence) -> list[Question]:
    """Return what was told about a session and not settled, with names as this reader sees them."""
    if not permits(actor, Action.EDIT, Resource.NAMES, occurrence.facts):
        return []
    found = session.execute(
        select(RegisterChange, User.name, Child)
        .join(RegisterDevice, RegisterDevice.id == RegisterChange.device_id)
        .join(User, User.id == RegisterDevice.user_id)
        .outerjoin(Child, Child.id == RegisterChange.child_id)
        .where(
            RegisterChange.occurrence_id == occurrence.id, RegisterChange.outcome.in_(OPEN),
            RegisterChange.settled_at.is_(None),
        )
        .order_by(RegisterChange.at)
    ).unique().all()  # fmt: skip
    return [
        Question(
            change=told, who=who, child=registers.called(actor, child) if told.child_id else ""
        )
        for told, who, child in found
    ]  # fmt: skip


def taken_along(session: Session, device: RegisterDevice) -> list[Sheet]:
    """Return the lists that a device takes along: of its own session, or of the next two days."""
    actor = device.actor
    return [
        registers.sheet(session, actor, date)
        for date in _dates(session, device, actor)
        if permits(actor, Action.EDIT, Resource.NAMES, date.facts)
    ]


def _dates(session: Session, device: RegisterDevice, actor: Actor) -> list[Occurrence]:
    if device.occurrence_id:
        return [registers.occurrence(session, device.occurrence_id)]
    now, today = clock.now(), clock.today()
    found = registers.meetings(
        session, actor, today - timedelta(days=1), today + timedelta(days=2), everyone=False
    )
    near = [
        one.id for one in found
        if not one.called_off and one.starts_at <= now + AHEAD and one.ends_at >= now - BACK
    ]  # fmt: skip
    return [registers.occurrence(session, id) for id in near]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What stands in a register now, without a name."""

    occurrence: Occurrence
    closed: bool
    marks: Sequence[Attendance]
    boxes: dict[Box, int]


def states(session: Session, actor: Actor, occurrence_ids: Collection[UUID]) -> list[State]:
    dates = session.scalars(
        select(Occurrence).where(Occurrence.id.in_(occurrence_ids)).options(*registers.WHOLE)
    ).all()
    return [
        State(
            occurrence=date,
            closed=session.scalar(
                select(Register.closed_at).where(Register.occurrence_id == date.id)
            ) is not None,
            marks=session.scalars(
                select(Attendance).where(Attendance.occurrence_id == date.id)
            ).all(),
            boxes=registers.boxes(session, date.id),
        )
        for date in dates
        if permits(actor, Action.VIEW, Resource.NAMES, date.facts)
    ]  # fmt: skip
