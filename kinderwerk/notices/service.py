"""Saying something to all families of a date, and how somebody wants to be told."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.families.reaching import tell_carer
from kinderwerk.notices import audience
from kinderwerk.notices.models import Bulletin
from kinderwerk.notices.rules import NobodyComes, Say, check
from kinderwerk.storage.work import unit_of_work

DAY = timedelta(days=1)


def say(session: Session, actor: Actor, occurrence_id: UUID, what: Say) -> Bulletin:
    """Tell every carer of who comes on a date, each for themselves; the same form tells once."""
    with unit_of_work(session):
        activity_id = session.get_one(Occurrence, occurrence_id).activity_id
        activity = session.get_one(Activity, activity_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.ACTIVITY, activity.facts)
        said = session.scalar(select(Bulletin).where(Bulletin.form_id == what.form_id))
        if said:
            return said
        date = session.get_one(Occurrence, occurrence_id)
        check(
            what, off=date.cancelled_at is not None, ends_at=date.ends_at, now=clock.now(),
            lately=_lately(session, occurrence_id),
        )  # fmt: skip
        readers = audience.all_of(session, date)
        if not readers:
            raise NobodyComes
        bulletin = Bulletin(
            organisation_id=activity.organisation_id, occurrence_id=date.id, by_id=actor.id,
            word=what.word, words=what.words, language=what.language, form_id=what.form_id,
        )  # fmt: skip
        session.add(bulletin)
        session.flush()
        for reader in readers:
            tell_carer(
                session, reader.carer, key=f"bulletin:{bulletin.id}:{reader.carer.id}",
                template="notice.bulletin", about_id=bulletin.id, bulletin=bulletin.id,
            )  # fmt: skip
        audit.record(
            session, actor, "activity.families_told", activity.id, also=[bulletin.id],
            word=what.word, readers=len(readers),
        )  # fmt: skip
    return bulletin


def _lately(session: Session, occurrence_id: UUID) -> int:
    counted = select(func.count()).where(
        Bulletin.occurrence_id == occurrence_id, Bulletin.created_at > clock.now() - DAY
    )
    return session.scalar(counted) or 0
