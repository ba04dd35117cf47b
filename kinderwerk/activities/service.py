"""Planning activities, changing them, showing them to parents."""

from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities import moves, observing, placing, queries, rules
from kinderwerk.activities.guide import GUIDE
from kinderwerk.activities.method import METHOD
from kinderwerk.activities.models import (
    Activity,
    ActivityGoal,
    ActivityPartner,
    ActivityStaff,
    Occurrence,
)
from kinderwerk.activities.repeating import falling
from kinderwerk.activities.rules import ByDraw, PhotoWish, Plan, SignupKind, State
from kinderwerk.activities.series import Slot, Standing, changes
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale
from kinderwerk.files import service as files
from kinderwerk.files.models import StoredFile
from kinderwerk.files.rules import Purpose, Redrawn
from kinderwerk.goals.models import Goal
from kinderwerk.messages.service import ask_for
from kinderwerk.partners import queries as partners
from kinderwerk.storage.work import revise, unit_of_work


def plan(session: Session, actor: Actor, plan: Plan) -> Activity:
    """Plan an activity; it is a draft until it is published."""
    rules.check(plan)
    with unit_of_work(session):
        held = demand(actor, Action.CREATE, Resource.ACTIVITY)
        if actor.id is None or held.organisation_id is None:
            raise ValueError("somebody plans activities, for an organisation")
        plan = _settled(session, held.organisation_id, plan)
        activity = Activity(
            organisation_id=held.organisation_id, author_id=actor.id,
            source_uid=plan.source_uid, **_columns(plan),
        )  # fmt: skip
        _look_up(session, activity, plan)
        session.add(activity)
        dates = _lay_out(session, activity, [])
        audit.record(
            session, actor, "activity.planned", activity.id, also=dates, format=plan.format.value
        )
    return activity


def change(
    session: Session, actor: Actor, activity_id: UUID, plan: Plan, version: int | None
) -> Activity:
    """Change a plan: dates that have begun, or on which children have places, stay as they are."""
    rules.check(plan)
    with unit_of_work(session):
        activity, dates = locked(session, actor, activity_id)
        plan = _settled(session, activity.organisation_id, plan)
        if (plan.series.starts, plan.series.ends) != (activity.starts, activity.ends):
            activity.turns = []
        if activity.state is State.PUBLISHED:
            rules.check_published(plan.format)
        if activity.state is State.PUBLISHED or activity.drawn_at:
            drawn = activity.drawn_at is not None
            placing.check_change(activity.draw, activity.capacity, plan, drawn=drawn)
        _check_signups(activity, dates, plan)
        before, known = _written(activity), moves.standing(activity, dates)
        try:
            revise(activity, version, **_columns(plan))
        except Stale as stale:
            raise Stale(before, stale.version) from None
        _look_up(session, activity, plan)
        touched = _lay_out(session, activity, dates)
        moves.note(session, activity, known)
        after = _written(activity)
        changed = [name for name, value in after.items() if value != before[name]]
        if "capacity" in changed:
            ask_for(session, rules.MORE_ROOM, activity.id)
        if "draw" in changed and activity.state is State.PUBLISHED:
            ask_for(session, placing.DRAW_AHEAD, activity.id)
        audit.record(session, actor, "activity.changed", activity.id, also=touched, changed=changed)
    return activity


def _settled(session: Session, organisation_id: UUID, plan: Plan) -> Plan:
    """Return the plan with the dates that are left of it, and refuse what these do not allow."""
    series = observing.settled(session, organisation_id, plan.series, plan.free, plan.until)
    plan = replace(plan, series=series)
    placing.check(plan)
    return plan


def keep_as_template(session: Session, actor: Actor, activity_id: UUID, name: str) -> Activity:
    """Offer an activity under a name as the beginning of new ones; without a name, no longer."""
    with unit_of_work(session):
        activity, _ = locked(session, actor, activity_id)
        revise(activity, None, template=name.strip())
        deed = "activity.template_kept" if activity.template else "activity.template_gone"
        audit.record(session, actor, deed, activity.id)
    return activity


def publish(session: Session, actor: Actor, activity_id: UUID) -> Activity:
    with unit_of_work(session):
        activity, dates = locked(session, actor, activity_id)
        rules.check_published(activity.format)
        if not _coming(dates):
            raise rules.NothingToCome
        if activity.undrawn:
            placing.check_opening(activity.draw)
            ask_for(session, placing.DRAW_AHEAD, activity.id)
        activity.published_at = activity.published_at or clock.now()
        _enter(session, actor, activity, State.PUBLISHED, "activity.published")
    return activity


def withdraw(session: Session, actor: Actor, activity_id: UUID) -> Activity:
    """Make a draft of it again, while nobody counts on it."""
    with unit_of_work(session):
        activity, dates = locked(session, actor, activity_id)
        _check_nobody_comes(activity, dates)
        _enter(session, actor, activity, State.DRAFT, "activity.withdrawn")
    return activity


def end(session: Session, actor: Actor, activity_id: UUID) -> Activity:
    with unit_of_work(session):
        activity, dates = locked(session, actor, activity_id)
        _check_nobody_comes(activity, dates)
        _enter(session, actor, activity, State.ENDED, "activity.ended")
    return activity


def show_photo(
    session: Session, actor: Actor, activity_id: UUID, wish: PhotoWish, version: int | None
) -> Activity:
    """Show a photo with the activity instead of the one before, or change only its words."""
    rules.check_photo(wish)
    session.rollback()  # no transaction waits for the child
    redrawn = files.redraw(wish.content) if wish.content else None
    return hang(session, actor, activity_id, redrawn, wish, version)


def hang(
    session: Session, actor: Actor, activity_id: UUID, redrawn: Redrawn | None, wish: PhotoWish,
    version: int | None,
) -> Activity:  # fmt: skip
    with unit_of_work(session):
        activity, _ = locked(session, actor, activity_id)
        rules.check_published(activity.format)
        _revise_photo(activity, version)
        shown = _put_up(session, actor, activity, redrawn, wish.alt)
        deed = "activity.photo_shown" if redrawn else "activity.photo_described"
        audit.record(session, actor, deed, activity.id, also=[shown.id], seen=wish.seen.value)
    return activity


def _put_up(
    session: Session, actor: Actor, activity: Activity, redrawn: Redrawn | None, alt: str
) -> StoredFile:
    before, here = activity.photo, activity.organisation_id
    if redrawn is None:
        if before is None:
            raise rules.NoPhoto
        before.alt = alt
        return before
    activity.photo = files.keep(session, actor, here, Purpose.ACTIVITY, redrawn, alt)
    session.flush()
    if before:
        files.let_go(session, actor, before.id, here)
    return activity.photo


def take_down(session: Session, actor: Actor, activity_id: UUID, version: int | None) -> Activity:
    """Remove the photo of an activity for good."""
    with unit_of_work(session):
        activity, _ = locked(session, actor, activity_id)
        before = activity.photo
        if before:
            _revise_photo(activity, version)
            activity.photo = None
            session.flush()
            files.let_go(session, actor, before.id, activity.organisation_id)
            audit.record(session, actor, "activity.photo_removed", activity.id)
    return activity


def _revise_photo(activity: Activity, version: int | None) -> None:
    try:
        revise(activity, version)
    except Stale as stale:
        raise Stale({"alt": activity.photo.alt if activity.photo else ""}, stale.version) from None


def cancel_occurrence(
    session: Session, actor: Actor, occurrence_id: UUID, reason: str
) -> Occurrence:
    """Cancel one date, and say why. Whoever keeps sign-ups tells the families, in the same unit."""
    if not reason.strip():
        raise rules.NoCause
    with unit_of_work(session):
        activity_id = session.get_one(Occurrence, occurrence_id).activity_id
        activity, _ = locked(session, actor, activity_id)
        occurrence = session.get_one(Occurrence, occurrence_id)
        if occurrence.cancelled_at is None:
            if occurrence.starts_at <= clock.now():
                raise rules.Past
            occurrence.cancelled_at, occurrence.cancel_reason = clock.now(), reason.strip()
            audit.record(
                session, actor, "activity.date_cancelled", activity.id, also=[occurrence.id],
                day=occurrence.starts_at.date(),
            )  # fmt: skip
    return occurrence


def move_occurrence(session: Session, actor: Actor, occurrence_id: UUID, slot: Slot) -> Occurrence:
    """Give one date another time; the rule for the others stays, and leaves this one alone."""
    with unit_of_work(session):
        activity_id = session.get_one(Occurrence, occurrence_id).activity_id
        activity, dates = locked(session, actor, activity_id)
        occurrence = next(one for one in dates if one.id == occurrence_id)
        rules.check_move(slot, clock.now(), off=bool(occurrence.cancelled_at))
        if any(one.starts_at == slot.starts_at for one in dates if one is not occurrence):
            raise rules.AnotherThen
        if slot != occurrence.slot:
            known = moves.standing(activity, dates)
            revise(activity, None, **_leaving_out(activity, occurrence, slot))
            occurrence.starts_at, occurrence.ends_at = slot.starts_at, slot.ends_at
            occurrence.moved = activity.rule is not None
            moves.note(session, activity, known)
            audit.record(
                session, actor, "activity.date_moved", activity.id, also=[occurrence.id],
                day=slot.starts_at.date(),
            )  # fmt: skip
    return occurrence


def _leaving_out(activity: Activity, occurrence: Occurrence, slot: Slot) -> dict[str, Any]:
    """Return the rule without the day from which a date moves away; once, it is the rule."""
    zone = ZoneInfo(activity.zone)
    day, starts = (
        moment.astimezone(zone) for moment in (occurrence.starts_at, slot.starts_at)
    )  # fmt: skip
    if activity.rule is None:
        ends = slot.ends_at.astimezone(zone)
        return {
            "begins_on": starts.date(), "ends_on": ends.date(),
            "starts": starts.time(), "ends": ends.time(),
        }  # fmt: skip
    if starts.date() == day.date() or day.date() not in set(activity.series.days()):
        return {}
    left = day.date().isoformat()
    if left in activity.extra:
        return {"extra": sorted({*activity.extra} - {left})}
    return {"skipped": sorted({*activity.skipped, left})}


def locked(session: Session, actor: Actor, activity_id: UUID) -> tuple[Activity, list[Occurrence]]:
    """Return an activity and its dates, locked in that order, if this actor may change it."""
    activity = session.get_one(Activity, activity_id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.ACTIVITY, activity.facts)
    dates = session.scalars(
        select(Occurrence)
        .where(Occurrence.activity_id == activity_id)
        .order_by(Occurrence.starts_at)
        .with_for_update()
    )
    return activity, list(dates)


def _enter(session: Session, actor: Actor, activity: Activity, state: State, deed: str) -> None:
    if activity.state is not state:
        revise(activity, None, state=state)
        audit.record(session, actor, deed, activity.id)


def _coming(dates: list[Occurrence]) -> list[Occurrence]:
    now = clock.now()
    return [one for one in dates if one.cancelled_at is None and one.starts_at > now]


def _check_nobody_comes(activity: Activity, dates: list[Occurrence]) -> None:
    coming = _coming(dates)
    if coming and (activity.taken or activity.entered or any(one.taken for one in coming)):
        raise rules.SignupsStand


def _check_signups(activity: Activity, dates: list[Occurrence], plan: Plan) -> None:
    now = clock.now()
    taken = [one.taken for one in dates]
    if plan.signup is not activity.signup and (activity.taken or activity.entered or any(taken)):
        raise rules.SignupsBegun
    ahead = [one.taken for one in dates if one.starts_at > now]
    rules.check_room(plan.capacity, [activity.spoken_for, *ahead])


def _columns(plan: Plan) -> dict[str, Any]:
    series = plan.series
    return {
        "format": plan.format, "title": plan.title, "summary": plan.summary,
        "description": plan.description, "age_from": plan.age_from, "age_to": plan.age_to,
        "capacity": plan.capacity, "signup": plan.signup, "register": plan.register,
        "drawing": plan.drawing, "price_cents": plan.price_cents, "discount": plan.discount,
        "bring": plan.bring, "languages": list(plan.languages),
        "only_for": [str(id) for id in sorted(plan.only_for)],
        "signup_opens_at": plan.signup_opens_at, "signup_closes_at": plan.signup_closes_at,
        "begins_on": series.begins_on,
        "ends_on": series.ends_on, "starts": series.starts, "ends": series.ends,
        "zone": series.zone, "rule": None if series.rule is None else series.rule.text,
        "skipped": [day.isoformat() for day in sorted(series.skipped)],
        "extra": [day.isoformat() for day in sorted(series.extra)],
        "closed": [[day.isoformat(), name] for day, name in sorted(series.closed.items())],
        "weekdays": falling(series.days()), "free_public": plan.free.public,
        "free_school": plan.free.school.value if plan.free.school else "", **_of_draw(plan.draw),
        **{name: getattr(plan, name) for name in GUIDE},
        **{name: getattr(plan.method, name) for name in METHOD},
    }  # fmt: skip


def _of_draw(draw: ByDraw | None) -> dict[str, Any]:
    if draw is None:
        return {"draw_closes_at": None, "draw_reserved": 0}
    return {
        "draw_closes_at": draw.closes_at, "draw_reserved": draw.reserved, "draw_near": draw.near,
        "draw_new": draw.new, "draw_unlucky": draw.unlucky, "draw_months": draw.months,
    }  # fmt: skip


def _written(activity: Activity) -> dict[str, object]:
    """Return what stands, under the names of the plan."""
    names = [
        "format", "title", "summary", "description", "age_from", "age_to", "capacity", "signup",
        "register", "drawing", "venue_id", "price_cents", "discount", "bring", "begins_on",
        "ends_on", "free", "starts", "ends", "signup_opens_at", "signup_closes_at", "draw",
        "method", *GUIDE,
    ]  # fmt: skip
    return {name: getattr(activity, name) for name in names} | {
        "goal_ids": tuple(one.goal_id for one in activity.goals),
        "why": activity.goals[0].why if activity.goals else "",
        "staff_ids": frozenset(one.user_id for one in activity.staff),
        "partner_ids": frozenset(one.partner_id for one in activity.partners),
        "languages": tuple(activity.languages),
        "only_for": activity.homes,
        "rule": activity.series.rule,
        "skipped": activity.series.skipped,
        "extra": activity.series.extra,
    }


def _look_up(session: Session, activity: Activity, plan: Plan) -> None:
    """Put venue, goals and staff of this organisation on the activity; refuse any other."""
    if set(plan.only_for) - {id for id, _ in queries.homes(session, activity.organisation_id)}:
        raise rules.Unknown("only_for")
    _place(session, activity, plan.venue_id)
    _serve(session, activity, plan)
    _man(session, activity, plan.staff_ids)
    _join(session, activity, plan.partner_ids)


def _place(session: Session, activity: Activity, venue_id: UUID | None) -> None:
    if venue_id == activity.venue_id:
        return
    venue = queries.venue(session, activity.organisation_id, venue_id) if venue_id else None
    if venue_id and venue is None:
        raise rules.Unknown("venue_id")
    activity.venue = venue


def _serve(session: Session, activity: Activity, plan: Plan) -> None:
    before = [(one.goal_id, one.why) for one in activity.goals]
    whys = [plan.why, *[""] * (len(plan.goal_ids) - 1)]
    if before == list(zip(plan.goal_ids, whys, strict=True)):
        return
    known = {
        goal.id: goal
        for goal in session.scalars(
            select(Goal).where(
                Goal.organisation_id == activity.organisation_id, Goal.id.in_(plan.goal_ids)
            )
        )
    }
    if len(known) < len(plan.goal_ids):
        raise rules.Unknown("goal_id")
    if activity.goals:
        activity.goals.clear()
        session.flush()  # or a goal that changes its position would meet itself
    activity.goals = [
        ActivityGoal(goal=known[id], position=position, why=why)
        for position, (id, why) in enumerate(zip(plan.goal_ids, whys, strict=True))
    ]


def _man(session: Session, activity: Activity, staff_ids: tuple[UUID, ...]) -> None:
    before = {one.user_id: one for one in activity.staff}
    new = set(staff_ids) - before.keys()
    if new - {id for id, _ in queries.colleagues(session, activity.organisation_id)}:
        raise rules.Unknown("staff_ids")
    activity.staff = [
        before.get(id) or ActivityStaff(user_id=id) for id in dict.fromkeys(staff_ids)
    ]


def _join(session: Session, activity: Activity, partner_ids: tuple[UUID, ...]) -> None:
    before = {one.partner_id: one for one in activity.partners}
    new = partners.of(session, activity.organisation_id, set(partner_ids) - before.keys())
    if set(partner_ids) - before.keys() - new.keys():
        raise rules.Unknown("partner_ids")
    activity.partners = [
        before.get(id) or ActivityPartner(partner=new[id]) for id in dict.fromkeys(partner_ids)
    ]


def _lay_out(session: Session, activity: Activity, dates: list[Occurrence]) -> list[UUID]:
    """Make the dates what the rule says, and return the ids of those it touches."""
    standing = {one.id: Standing(one.slot, one.moved or one.taken > 0) for one in dates}
    known = {one.id: one for one in dates}
    now = clock.now()
    result = changes(activity.series, standing, now)
    for id in result.dropped:
        _drop(session, known.pop(id))
    for id, slot in result.moved.items():
        known[id].starts_at, known[id].ends_at = slot.starts_at, slot.ends_at
    room = activity.capacity if activity.signup is SignupKind.PER_DAY else None
    for one in known.values():
        if one.starts_at > now:
            one.capacity = room
    added = [
        Occurrence(
            organisation_id=activity.organisation_id, activity=activity, starts_at=slot.starts_at,
            ends_at=slot.ends_at, capacity=room,
        )
        for slot in result.added
    ]  # fmt: skip
    session.add_all(added)
    for one in added:
        one.venue_id = activity.venue_on(clock.to_wall(one.starts_at).date())
    return [*standing, *(one.id for one in added)]


def _drop(session: Session, occurrence: Occurrence) -> None:
    """Remove a date; one that something was written about is cancelled instead."""
    try:
        with session.begin_nested():
            session.delete(occurrence)
    except IntegrityError:
        occurrence.cancelled_at = occurrence.cancelled_at or clock.now()
