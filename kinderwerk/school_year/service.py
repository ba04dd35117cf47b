"""Saying that a part of a school year is done, and taking along what goes on."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand, permits
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities import anew
from kinderwerk.activities import service as activities
from kinderwerk.activities.anew import Still
from kinderwerk.activities.models import Activity, ActivityWords
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.school_year import queries, rules
from kinderwerk.school_year.models import TakenAlong, YearStep
from kinderwerk.school_year.rules import Part, SchoolYear
from kinderwerk.storage.work import unit_of_work


def set_month(session: Session, actor: Actor, month: int | None) -> None:
    """Say in which month the school year begins here."""
    month = rules.check_month(month)
    with unit_of_work(session):
        here = _locked(session, actor, Action.EDIT)
        demand(actor, Action.EDIT, Resource.ORGANISATION, here.facts)
        here.school_year_month = month
        audit.record(session, actor, "organisation.changed", here.id, school_year_month=month)


def settle(session: Session, actor: Actor, year: SchoolYear, part: Part, *, done: bool) -> None:
    """Write down that a part was gone through, or that it was not after all."""
    with unit_of_work(session):
        here = _locked(session, actor, Action.EDIT)
        if not permits(actor, *queries.NEEDS[part]):
            raise Withheld(part.value)
        known = queries.step(session, here.id, year, part)
        if done and known is None:
            known = YearStep(organisation_id=here.id, year=year.number, part=part, by_id=actor.id)
            session.add(known)
            _record(session, actor, "school_year.settled", known)
        elif known and not done:
            _record(session, actor, "school_year.reopened", known)
            session.delete(known)


def _record(session: Session, actor: Actor, deed: str, step: YearStep) -> None:
    audit.record(session, actor, deed, step.id, year=step.year, part=step.part.value)


def take_along(
    session: Session, actor: Actor, year: SchoolYear, ids: Collection[UUID]
) -> list[Activity]:
    """Make a draft for the year of each of these, once; of all of them, or of none."""
    with unit_of_work(session):
        here = _locked(session, actor, Action.CREATE)
        taken = queries.drafts(session, here.id, year)
        found = queries.ended(session, actor, year, set(ids) - taken.keys())
        if not found:
            raise rules.NothingChosen
        still = queries.still(session, here.id)
        return [_draft(session, actor, year, source, still) for source in found]


def _draft(
    session: Session, actor: Actor, year: SchoolYear, source: Activity, still: Still
) -> Activity:
    words = [(one.language, one.title, one.summary) for one in source.words]
    try:
        series = anew.a_year_later(source.series, year.first, clock.today())
        draft = activities.plan(session, actor, anew.plan_of(source, series, still))
    except Refusal as refusal:
        raise rules.NotTakenAlong(title=source.title) from refusal
    draft.words = [
        ActivityWords(language=language, title=title, summary=summary)
        for language, title, summary in words
    ]
    along = TakenAlong(
        organisation_id=draft.organisation_id, year=year.number, source_id=source.id,
        draft_id=draft.id,
    )  # fmt: skip
    session.add(along)
    audit.record(
        session, actor, "activity.taken_along", draft.id, also=[along.id], year=year.number
    )
    return draft


def _locked(session: Session, actor: Actor, action: Action) -> Organisation:
    held = demand(actor, action, Resource.SCHOOL_YEAR)
    return session.get_one(Organisation, held.organisation_id, with_for_update=True)
