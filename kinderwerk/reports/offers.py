"""Reading what an organisation offered in a year, one activity at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Membership, Municipality, Organisation
from kinderwerk.accounts.rules import Country
from kinderwerk.activities.models import Activity, ActivityGoal, ActivityPartner, Occurrence
from kinderwerk.core.words import in_language
from kinderwerk.families.limits import UNCOUNTED
from kinderwerk.goals.models import Goal
from kinderwerk.partners.rules import PartnerType
from kinderwerk.places.models import Venue
from kinderwerk.registers.models import Attendance, Register, Tally
from kinderwerk.registers.rules import Presence
from kinderwerk.reports.youth_work import KINDS, LANGUAGE, Offer


def offers(session: Session, organisation_id: UUID, year: int) -> list[Offer]:
    """Return what took place in that year, by kind and name; what nobody came to did not."""
    held = _held(session, organisation_id, year)
    often = _often(session, organisation_id, year)
    helping = _volunteers(session, organisation_id)
    known = session.scalars(
        select(Activity)
        .where(Activity.id.in_(held), Activity.format.in_(KINDS))
        .options(
            joinedload(Activity.venue).joinedload(Venue.neighbourhood),
            selectinload(Activity.staff),
            selectinload(Activity.goals).joinedload(ActivityGoal.goal).joinedload(Goal.theme),
            selectinload(Activity.partners).joinedload(ActivityPartner.partner),
        )
    )
    made = [_offer(one, held[one.id], often.get(one.id, []), helping) for one in known]
    order = list(KINDS)
    return sorted(made, key=lambda one: (order.index(one.format), one.title.lower(), one.first))


def _offer(
    activity: Activity, dates: Sequence[Any], often: Sequence[int], helping: set[UUID]
) -> Offer:
    staff = {one.user_id for one in activity.staff}
    venue, goals = activity.venue, activity.goals
    area = venue.neighbourhood.name if venue and venue.neighbourhood else ""
    return Offer(
        title=activity.title, format=activity.format,
        themes=tuple({in_language(one.goal.theme.label, LANGUAGE): None for one in goals}),
        place=", ".join(filter(None, (venue.name if venue else "", area))),
        first=min(one.held_on for one in dates), last=max(one.held_on for one in dates),
        sessions=len(dates),
        minutes=sum(round((one.ends_at - one.starts_at).total_seconds() / 60) for one in dates),
        often=tuple(often), forgotten=sum(one.erased for one in dates),
        nameless=sum(one.estimated + (one.counted or 0) for one in dates),
        school=any(one.partner.kind is PartnerType.PRIMARY_SCHOOL for one in activity.partners),
        paid=len(staff - helping), volunteers=len(staff & helping),
    )  # fmt: skip


def _held(session: Session, organisation_id: UUID, year: int) -> Mapping[UUID, list[Any]]:
    """Return the dates of each activity to which somebody came."""
    counted = (
        select(Tally.occurrence_id, func.sum(Tally.n).label("n"))
        .where(Tally.organisation_id == organisation_id)
        .group_by(Tally.occurrence_id)
        .subquery()
    )
    named = (
        select(Attendance.occurrence_id, func.count().label("n"))
        .where(
            Attendance.organisation_id == organisation_id,
            Attendance.presence == Presence.PRESENT,
            Attendance.child_id.not_in(UNCOUNTED),
        )
        .group_by(Attendance.occurrence_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Occurrence.activity_id, Occurrence.starts_at, Occurrence.ends_at, Register.held_on,
            Register.erased, Register.estimated, counted.c.n.label("counted"), named.c.n,
        )
        .join(Register, Register.occurrence_id == Occurrence.id)
        .outerjoin(counted, counted.c.occurrence_id == Occurrence.id)
        .outerjoin(named, named.c.occurrence_id == Occurrence.id)
        .where(
            Register.organisation_id == organisation_id,
            Register.held_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )  # fmt: skip
    found = defaultdict(list)
    for row in rows:
        if row.n or row.counted or row.estimated or row.erased:
            found[row.activity_id].append(row)
    return found


def _often(session: Session, organisation_id: UUID, year: int) -> Mapping[UUID, list[int]]:
    """Return how often each child came to each activity."""
    rows = session.execute(
        select(Occurrence.activity_id, func.count())
        .join(Register, Register.occurrence_id == Occurrence.id)
        .join(Attendance, Attendance.occurrence_id == Occurrence.id)
        .where(
            Register.organisation_id == organisation_id,
            Register.held_on.between(date(year, 1, 1), date(year, 12, 31)),
            Attendance.presence == Presence.PRESENT,
            Attendance.child_id.not_in(UNCOUNTED),
        )
        .group_by(Occurrence.activity_id, Attendance.child_id)
    )
    found = defaultdict(list)
    for activity_id, n in rows:
        found[activity_id].append(n)
    return found


def in_germany(session: Session, organisation_id: UUID | None) -> bool:
    """Tell whether the statistics are for this organisation."""
    country = session.scalar(
        select(Municipality.country)
        .join(Organisation, Organisation.municipality_id == Municipality.id)
        .where(Organisation.id == organisation_id)
    )
    return country is Country.GERMANY


def _volunteers(session: Session, organisation_id: UUID) -> set[UUID]:
    return set(
        session.scalars(
            select(Membership.user_id).where(
                Membership.organisation_id == organisation_id, Membership.role == Role.VOLUNTEER
            )
        )
    )
