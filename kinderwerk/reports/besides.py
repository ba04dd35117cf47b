"""What a report tells beside the counts of cells: methods, volunteers, partners, and ideas.

None of it is a cell, for none of it is about one child or one family: it is told as it is. What
guards it is that it is never told of less than a whole organisation, so nothing of it lies beside
what is hidden; that it is counted once, when an edition is made, and stays what it was in that
edition; and that a correction says what of it changed. Who counts it anew gets the same number.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import distinct, func, or_, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Membership
from kinderwerk.activities.models import Activity, ActivityPartner, Occurrence
from kinderwerk.activities.rules import PRIVATE
from kinderwerk.core.periods import Period
from kinderwerk.ideas import queries as ideas
from kinderwerk.logbook.models import HourEntry
from kinderwerk.partners.models import Partner
from kinderwerk.registers.models import Register
from kinderwerk.reports.choosing import Stretch
from kinderwerk.storage.reach import widen

#: The codes of what is told, in the order in which it stands.
VOLUNTEERS: Final = ("volunteers", "volunteer_hours")
PARTNERS: Final = ("partners", "agreements")
IDEAS: Final = ("ideas", "ideas_decided", "ideas_answered")


def told(
    session: Session, organisation_ids: Sequence[UUID], period: Period | Stretch
) -> dict[str, Any]:
    """Return what an edition holds of it, counted at this moment."""
    for house in organisation_ids:
        widen(session, house)
    first, last = period.begins, period.ends
    return {
        "methods": list(_methods(session, organisation_ids, first, last)),
        "besides": {
            str(house): _volunteers(session, house, first, last)
            | _partners(session, house, first, last)
            | _ideas(session, house, first, last)
            for house in organisation_ids
        },
    }


def _methods(
    session: Session, organisation_ids: Sequence[UUID], first: date, last: date
) -> Iterator[Mapping[str, Any]]:
    rows = session.execute(
        select(
            Activity.organisation_id, Activity.intervention, Activity.recognised,
            func.count(Register.occurrence_id),
        )
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .join(Register, Register.occurrence_id == Occurrence.id)
        .where(
            Activity.organisation_id.in_(organisation_ids), Activity.intervention != "",
            Activity.format.not_in(PRIVATE), Register.closed_at.is_not(None),
            Register.held_on.between(first, last),
        )
        .group_by(Activity.organisation_id, Activity.intervention, Activity.recognised)
        .order_by(Activity.intervention, Activity.recognised, Activity.organisation_id)
    )  # fmt: skip
    for house, name, recognised, n in rows:
        yield {
            "organisation": str(house), "name": name, "recognised": recognised.value, "sessions": n
        }  # fmt: skip


def _volunteers(session: Session, house: UUID, first: date, last: date) -> dict[str, int]:
    helpers = select(Membership.user_id).where(
        Membership.organisation_id == house, Membership.role == Role.VOLUNTEER
    )
    n, minutes = session.execute(
        select(func.count(distinct(HourEntry.user_id)), func.sum(HourEntry.minutes)).where(
            HourEntry.organisation_id == house, HourEntry.day.between(first, last),
            HourEntry.minutes > 0, HourEntry.user_id.in_(helpers),
        )
    ).one()  # fmt: skip
    return dict(zip(VOLUNTEERS, (n, round((minutes or 0) / 60)), strict=True))


def _partners(session: Session, house: UUID, first: date, last: date) -> dict[str, int]:
    together = session.scalar(
        select(func.count(distinct(ActivityPartner.partner_id)))
        .join(Activity, Activity.id == ActivityPartner.activity_id)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .join(Register, Register.occurrence_id == Occurrence.id)
        .where(
            Activity.organisation_id == house, Activity.format.not_in(PRIVATE),
            Register.closed_at.is_not(None), Register.held_on.between(first, last),
        )
    )  # fmt: skip
    agreed = session.scalar(
        select(func.count(Partner.id)).where(
            Partner.organisation_id == house,
            Partner.agreed_from <= last,
            or_(Partner.agreed_until.is_(None), Partner.agreed_until >= first),
        )
    )
    return dict(zip(PARTNERS, (together or 0, agreed or 0), strict=True))


def _ideas(session: Session, house: UUID, first: date, last: date) -> dict[str, int]:
    became = ideas.participation(session, [house], first, last)
    counts = (became.asked, became.decided, became.answered)
    return dict(zip(IDEAS, counts, strict=True))
