"""Reading whom something concerns, and what arrived."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core import clock
from kinderwerk.families.models import Care, Carer
from kinderwerk.families.reaching import way
from kinderwerk.messages import queries as messages
from kinderwerk.messages.models import Mailbox, Message
from kinderwerk.messages.rules import LOST, Fate
from kinderwerk.notices import audience
from kinderwerk.notices.audience import Reader, live, readers
from kinderwerk.notices.models import Bulletin
from kinderwerk.notices.rules import Amount
from kinderwerk.signups import queries as signups

occurrence = signups.occurrence
#: For how long somebody who could not be reached is worth calling.
RECENT = timedelta(days=14)


def families_of(session: Session, activity_id: UUID) -> int:
    """Return how many families are told of a change of plans."""
    return len(readers(live(session, activity_id)))


def families(session: Session, date: Occurrence) -> int:
    """Return how many are told of a change of one date."""
    concerned = [
        one for one in live(session, date.activity_id) if one.occurrence_id in (None, date.id)
    ]
    return len(readers(concerned))


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a message reaches, and whom somebody has to call."""

    reached: list[Reader]
    to_call: list[Reader]


def audience_of(session: Session, date: Occurrence) -> Audience:
    silent = messages.silent_addresses(session, date.organisation_id)
    sides: tuple[list[Reader], list[Reader]] = ([], [])
    for reader in audience.all_of(session, date):
        found = way(reader.carer)
        sides[found is None or found.address in silent].append(reader)
    return Audience(*sides)


@dataclass(frozen=True, slots=True)
class Said:
    """A message to all of a date: by whom, what became of it, and whom it did not reach."""

    bulletin: Bulletin
    author: str | None
    fates: Counter[Fate]
    to_call: Sequence[Carer]


def said(session: Session, occurrence_id: UUID) -> list[Said]:
    """Return what was said to all of a date, the newest first."""
    rows = session.execute(
        select(Bulletin, User.name)
        .outerjoin(User, User.id == Bulletin.by_id)
        .where(Bulletin.occurrence_id == occurrence_id)
        .order_by(Bulletin.created_at.desc())
    ).all()
    sent = _sent(session, [bulletin.id for bulletin, _ in rows])
    lost = {one.reader_id for some in sent.values() for one in some if one.fate in LOST}
    known = _carers(session, lost)
    return [
        Said(
            bulletin, name, Counter(one.fate for one in sent[bulletin.id]),
            [known[one.reader_id] for one in sent[bulletin.id]
             if one.fate in LOST and one.reader_id in known],
        )
        for bulletin, name in rows
    ]  # fmt: skip


def _sent(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Message]]:
    told: dict[UUID, list[Message]] = {id: [] for id in ids}
    if told:
        for message in session.scalars(select(Message).where(Message.about_id.in_(ids))):
            if message.about_id:
                told[message.about_id].append(message)
    return told


def _carers(session: Session, ids: Iterable[UUID | None]) -> dict[UUID | None, Carer]:
    wanted = [id for id in ids if id]
    if not wanted:
        return {}
    found = session.scalars(select(Carer).where(Carer.id.in_(wanted)))
    return {one.id: one for one in found}


@dataclass(frozen=True, slots=True)
class Unreached:
    """A family of an activity that hears nothing from us, and why."""

    reader: Reader
    why: str


def unreached(session: Session, activity: Activity) -> list[Unreached]:
    """Return the carers of who is signed up to whom mail does not arrive, or cannot be sent."""
    silent = messages.silent_addresses(session, activity.organisation_id)
    concerned = audience.carers(live(session, activity.id))
    lost = _lost(session, [one.carer.id for one in concerned])
    found = []
    for reader in concerned:
        how = way(reader.carer)
        if how is None:
            found.append(Unreached(reader, "nowhere"))
        elif how.address in silent or how.address in lost:
            found.append(Unreached(reader, "silent" if how.address in silent else "lost"))
    return found


def _lost(session: Session, carer_ids: Sequence[UUID]) -> set[str]:
    """Return the addresses of these people at which the last message did not arrive."""
    told = session.scalars(
        select(Message)
        .where(
            Message.reader_id.in_(carer_ids), Message.due_at > clock.now() - RECENT,
            Message.dropped_at.is_(None),
        )
        .order_by(Message.due_at, Message.id)
    )  # fmt: skip
    newest = {one.address: one.fate for one in told if one.fate is not Fate.WAITING}
    return {address for address, fate in newest.items() if fate in LOST}


@dataclass(frozen=True, slots=True)
class Box:
    """Where one organisation tells a person things, and whether that arrives."""

    carer: Carer
    organisation: str
    silent: bool

    @property
    def amount(self) -> Amount:
        return Amount.of(reminders=self.carer.reminders, only_needed=self.carer.only_needed)


def boxes(session: Session, actor: Actor, *, carer_id: UUID | None = None) -> list[Box]:
    """Return where this person is told things, by each organisation that may tell them any."""
    told = select(Care.carer_id).where(
        Care.contact_allowed, Care.ended_at.is_(None), Care.held_at.is_(None)
    )
    wanted = (
        select(Carer, Organisation.name, Mailbox.silent_at)
        .join(Organisation, Organisation.id == Carer.organisation_id)
        .outerjoin(
            Mailbox,
            and_(Mailbox.organisation_id == Carer.organisation_id, Mailbox.address == Carer.email),
        )
        .where(Carer.user_id == actor.id, Carer.id.in_(told))
        .order_by(Organisation.name, Carer.created_at)
    )
    if carer_id:
        wanted = wanted.where(Carer.id == carer_id)
    found = [
        Box(carer, name, silent is not None) for carer, name, silent in session.execute(wanted)
    ]
    return list({box.carer.organisation_id: box for box in reversed(found)}.values())[::-1]


def box(session: Session, actor: Actor, carer: Carer) -> Box | None:
    return next(iter(boxes(session, actor, carer_id=carer.id)), None)
