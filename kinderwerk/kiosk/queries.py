"""Reading tablets, what they may ask and what was answered there."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.accounts.tokens import signer
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.ideas.votes import queries as votes
from kinderwerk.kiosk.models import Kiosk
from kinderwerk.kiosk.rules import TAPPED
from kinderwerk.measuring import queries as measuring
from kinderwerk.measuring.models import Question
from kinderwerk.measuring.rules import Audience

WHOLE = (
    joinedload(Kiosk.membership), joinedload(Kiosk.question),
    joinedload(Kiosk.vote).options(votes.WHOLE),
)  # fmt: skip


def disguised(kind: str, secret: str) -> str:
    return signer.disguise(f"kiosk {kind}", secret)


def by_key(session: Session, key: str) -> Kiosk | None:
    return _one(session, Kiosk.key_hash == disguised("key", key))


def by_code(session: Session, code: str) -> Kiosk | None:
    """Return what this code opens, if it still opens anything."""
    good = Kiosk.code_until > clock.now()
    return _one(session, good & (Kiosk.code_hash == disguised("code", code)))


def _one(session: Session, wanted: ColumnElement[bool]) -> Kiosk | None:
    return session.scalar(select(Kiosk).where(wanted).options(*WHOLE))


def by_id(session: Session, kiosk_id: UUID) -> Kiosk:
    return session.get_one(Kiosk, kiosk_id, options=WHOLE)


def locked(session: Session, kiosk_id: UUID) -> Kiosk:
    return session.get_one(Kiosk, kiosk_id, with_for_update={"of": Kiosk})


def at(session: Session, occurrence_id: UUID) -> Sequence[Kiosk]:
    """Return the tablets of a session that ask a question, the newest first."""
    asks = Kiosk.question_id.is_not(None)
    here = select(Kiosk).where(Kiosk.occurrence_id == occurrence_id, asks).options(*WHOLE)
    return session.scalars(here.order_by(Kiosk.created_at.desc(), Kiosk.id)).all()


def may_be_asked(session: Session, occurrence: Occurrence) -> list[Question]:
    """Return what a tablet can ask children at a session."""
    asking = measuring.asking(session, occurrence)
    return [
        card.question
        for card in asking.cards
        if (card.answered or asking.room)
        and card.question.audience is Audience.CHILDREN
        and card.question.instrument in TAPPED
    ]
