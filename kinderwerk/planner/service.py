"""Writing what was decided: that a date goes on anyway, that it moves, which table holds."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.series import Slot
from kinderwerk.audit import service as audit
from kinderwerk.core.errors import Withheld
from kinderwerk.notices import queries as notices
from kinderwerk.planner import queries, ratios
from kinderwerk.planner.models import AcceptedWarning, AdultTable
from kinderwerk.planner.ratios import LEAST, Preset, Row
from kinderwerk.planner.rules import LookFirst, NoSuchWarning, check_reason
from kinderwerk.storage.work import unit_of_work


@dataclass(frozen=True, slots=True, kw_only=True)
class TableWish:
    """Which table an organisation wants; its own rows and limits only where it has one."""

    preset: Preset
    rows: tuple[Row, ...] = ()
    outing: int | None = None
    water: int | None = None
    camp: int | None = None
    least: int = LEAST


def move(
    session: Session, actor: Actor, occurrence_id: UUID, slot: Slot, *, looked: bool
) -> Occurrence:
    """Give a date another time; where that means something, only once somebody looked at it."""
    if not looked:
        date = queries.occurrence(session, occurrence_id)
        found = queries.around(session, actor, date, slot)
        if found.open(date.id) or notices.families(session, date):
            raise LookFirst
    return activities.move_occurrence(session, actor, occurrence_id, slot)


def accept(
    session: Session, actor: Actor, occurrence_id: UUID, mark: str, reason: str
) -> AcceptedWarning:
    """Say why a date goes on in spite of a warning; saying it again changes the reason."""
    reason = check_reason(reason)
    with unit_of_work(session):
        activity_id = session.get_one(Occurrence, occurrence_id).activity_id
        activity = session.get_one(Activity, activity_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.ACTIVITY, activity.facts)
        date = queries.occurrence(session, occurrence_id)
        week = queries.around(session, actor, date)
        warning = next((one for one in week.warnings.get(date.id, ()) if one.mark == mark), None)
        if warning is None:
            raise NoSuchWarning
        row = session.scalar(
            select(AcceptedWarning).where(
                AcceptedWarning.occurrence_id == date.id, AcceptedWarning.mark == mark
            )
        )
        if row is None:
            row = AcceptedWarning(
                organisation_id=date.organisation_id, occurrence_id=date.id, mark=mark,
                reason=reason, by_id=actor.id,
            )  # fmt: skip
            session.add(row)
        row.reason, row.by_id = reason, actor.id
        audit.record(
            session, actor, "activity.warning_accepted", activity.id, also=[row.id, date.id],
            kind=warning.kind, day=date.starts_at.date(),
        )  # fmt: skip
    return row


def choose_table(session: Session, actor: Actor, wish: TableWish) -> AdultTable:
    """Choose how many adults there should be; what one's own table said is kept for later."""
    if wish.preset is Preset.OWN:
        ratios.check(wish.rows)
    here = actor.organisation_id
    if here is None:
        raise Withheld("a table belongs to an organisation")
    with unit_of_work(session):
        session.get_one(Organisation, here, with_for_update={"key_share": True})
        demand(actor, Action.EDIT, Resource.PLANNER)
        chosen = queries.chosen_table(session, here)
        if chosen is None:
            chosen = AdultTable(organisation_id=here, preset=wish.preset)
            session.add(chosen)
        chosen.preset = wish.preset
        if wish.preset is Preset.OWN:
            chosen.rows = [[row.age_from, row.age_to, row.children] for row in wish.rows]
            chosen.outing, chosen.water, chosen.camp = wish.outing, wish.water, wish.camp
            chosen.least = wish.least
        audit.record(session, actor, "planner.table_chosen", chosen.id, preset=wish.preset)
    return chosen
