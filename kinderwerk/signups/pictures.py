"""Whom a picture may not show: before it is hung, and once somebody said no afterwards.

Nobody but people can tell who is on a picture. So whoever plans an activity is told of which
children to look for, until the picture is gone or somebody looked and said so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased, selectinload

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities.models import Activity
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.core.retention import TERMS, Line
from kinderwerk.families.consents import queries as consents
from kinderwerk.families.models import Child, Consent
from kinderwerk.families.queries import some
from kinderwerk.families.rules import Answer, ConsentPurpose, PhotoScope
from kinderwerk.files.models import StoredFile
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing

#: After these somebody has looked at the picture again.
LOOKED = ("activity.photo_shown", "activity.photo_described")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A picture that may show a child of which somebody said no since it hangs there."""

    id: UUID  # of the child
    name: str
    activity_id: UUID
    title: str
    gone_by: date


def doubts(session: Session, actor: Actor) -> list[Doubt]:
    """Return which pictures to look at again, for whoever can take them down."""
    if not permits(actor, Action.LIST, Resource.NAMES):
        return []
    later = aliased(Consent)
    again = exists().where(
        later.child_id == Consent.child_id, later.purpose == Consent.purpose,
        later.carer_id == Consent.carer_id, later.capacity == Consent.capacity,
        later.id > Consent.id, later.answer == Answer.GIVEN,
    )  # fmt: skip
    found = session.execute(
        select(Activity, Child.id, Child.first_name, Consent.at)
        .join(StoredFile, StoredFile.id == Activity.photo_id)
        .join(Signup, Signup.activity_id == Activity.id)
        .join(Child, Child.id == Signup.child_id)
        .join(
            Consent,
            and_(
                Consent.child_id == Child.id,
                Consent.purpose == ConsentPurpose.PHOTO_WEBSITE,
                Consent.answer != Answer.GIVEN,
                Consent.at > StoredFile.created_at,
            ),
        )
        .where(Activity.organisation_id == actor.organisation_id, ~again)
        .order_by(Activity.title, Child.first_name, Child.id, Consent.at)
        .options(selectinload(Activity.staff))
    ).all()
    looked = _looked(session, {activity.id for activity, *_rest in found})
    newest = {(one.id, child_id): (one, name, at) for one, child_id, name, at in found}
    return [
        Doubt(
            id=child_id, name=name, activity_id=activity.id, title=activity.title,
            gone_by=clock.to_wall(at).date() + timedelta(days=TERMS[Line.PHOTO].span.amount),
        )
        for (_id, child_id), (activity, name, at) in newest.items()
        if permits(actor, Action.EDIT, Resource.ACTIVITY, activity.facts)
        and (activity.id not in looked or looked[activity.id] < at)
    ]  # fmt: skip


def unseen(session: Session, activity: Activity) -> Sequence[Child]:
    """Return the children with a place whom a picture on the website may not show."""
    ids = session.scalars(
        select(Signup.child_id)
        .where(Signup.activity_id == activity.id, Signup.standing == Standing.PLACED)
        .distinct()
    ).all()
    children = some(session, ids)
    shown = consents.photo_scopes(session, children)
    return [child for child in children if PhotoScope.WEBSITE not in shown[child.id]]


def _looked(session: Session, activity_ids: set[UUID]) -> dict[UUID, datetime]:
    if not activity_ids:
        return {}
    rows = session.execute(
        select(AuditEntry.subject_id, func.max(AuditEntry.at))
        .where(AuditEntry.subject_id.in_(activity_ids), AuditEntry.deed.in_(LOOKED))
        .group_by(AuditEntry.subject_id)
    )
    return {id: at for id, at in rows}
