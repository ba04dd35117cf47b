"""Forgetting talks once their term is over, and who answered once they are forgotten."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.storage.erasing import remove
from kinderwerk.talks.models import (
    Talk,
    TalkAlert,
    TalkDuty,
    TalkKeeper,
    TalkMessage,
    TalkTold,
)


def closed(session: Session, organisation_id: UUID) -> dict[UUID, date]:
    """Return the talks that are over, and since when."""
    rows = session.execute(
        select(Talk.id, Talk.closed_at).where(
            Talk.organisation_id == organisation_id, Talk.closed_at.is_not(None)
        )
    )
    return {id: clock.to_wall(at).date() for id, at in rows if at}


def forget(session: Session, ids: Collection[UUID]) -> None:
    of_these = select(TalkAlert.id).where(TalkAlert.talk_id.in_(ids))
    remove(session, TalkTold, TalkTold.alert_id.in_(of_these))
    remove(session, TalkAlert, TalkAlert.talk_id.in_(ids))
    remove(session, TalkMessage, TalkMessage.talk_id.in_(ids))
    remove(session, Talk, Talk.id.in_(ids))


def forget_people(session: Session, ids: Collection[UUID]) -> None:
    remove(session, TalkDuty, TalkDuty.user_id.in_(ids))
    remove(session, TalkKeeper, TalkKeeper.user_id.in_(ids))
