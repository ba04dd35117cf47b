"""Writing holidays: one by one, whole files, and what can be reckoned."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.holidays import apart, queries, rules
from kinderwerk.holidays.models import Holiday
from kinderwerk.holidays.rules import HolidayWish, Period, Region, Upload, Written
from kinderwerk.storage.work import revise, unit_of_work


def add(session: Session, actor: Actor, wish: HolidayWish) -> Holiday:
    rules.check(wish, clock.today())
    with unit_of_work(session):
        here = _locked(session, actor)
        _refuse_twice(session, here, wish)
        holiday = Holiday(organisation_id=here, **_columns(wish))
        session.add(holiday)
        audit.record(session, actor, "holiday.added", holiday.id)
    return holiday


def change(
    session: Session, actor: Actor, holiday_id: UUID, wish: HolidayWish, version: int | None
) -> Holiday:
    """Change a holiday; activities hear of it when somebody looks at their dates again."""
    rules.check(wish, clock.today())
    with unit_of_work(session):
        holiday = _own(session, actor, holiday_id)
        _refuse_twice(session, holiday.organisation_id, wish, holiday_id)
        revise(holiday, version, **_columns(wish))
        audit.record(session, actor, "holiday.changed", holiday.id)
    return holiday


def remove(session: Session, actor: Actor, holiday_id: UUID) -> None:
    with unit_of_work(session):
        holiday = _own(session, actor, holiday_id)
        session.delete(holiday)
        audit.record(session, actor, "holiday.removed", holiday_id)


def bring_in(session: Session, actor: Actor, upload: Upload) -> Written:
    """Write down a whole file, or nothing of it."""
    session.rollback()  # no transaction waits for the child
    found = apart.read(upload)
    if found.findings.faults:
        raise rules.NothingBroughtIn(found.findings)
    wishes = [_sourced(one, upload.source, upload.checked_on) for one in found.periods]
    return _write(session, actor, wishes, "holidays.imported")


def reckon(session: Session, actor: Actor, year: int, source: str) -> Written:
    """Write down the public holidays of a year, which nobody has to look up."""
    rules.check_days(date(year, 1, 1), date(year, 1, 1))
    with unit_of_work(session):
        country = queries.here(session, _locked(session, actor)).country
        periods = rules.reckoned(country, year)
        wishes = [_sourced(one, source, clock.today()) for one in periods]
        return _write(session, actor, wishes, "holidays.reckoned")


def set_region(session: Session, actor: Actor, region: Region) -> None:
    """Say of which region the schools are whose children come here."""
    with unit_of_work(session):
        here = session.get_one(Organisation, _locked(session, actor))
        here.holiday_region = region.value
        audit.record(session, actor, "organisation.region_set", here.id, region=region.value)


def _write(session: Session, actor: Actor, wishes: Sequence[HolidayWish], deed: str) -> Written:
    """Write holidays over those that they overlap with, which mean the same ones."""
    with unit_of_work(session):
        here = _locked(session, actor)
        known = list(session.scalars(select(Holiday).where(Holiday.organisation_id == here)))
        added, changed, same = [], [], 0
        for wish in wishes:
            stands = next((one for one in known if one.period.meets(wish)), None)
            if stands is None:
                added.append(Holiday(organisation_id=here, **_columns(wish)))
            elif stands.period == _bare(wish):
                stands.source, stands.checked_on = wish.source, wish.checked_on
                same += 1
            else:
                revise(stands, None, **_columns(wish))
                changed.append(stands)
        session.add_all(added)
        touched = [one.id for one in (*known, *added)]
        audit.record(session, actor, deed, here, also=touched, n=len(wishes))
    return Written(len(added), len(changed), same)


def _locked(session: Session, actor: Actor) -> UUID:
    """Return the organisation whose holidays somebody writes, so that nobody does so at once."""
    held = demand(actor, Action.CREATE, Resource.HOLIDAY)
    if held.organisation_id is None:
        raise Withheld("holidays belong to an organisation")
    session.get_one(Organisation, held.organisation_id, with_for_update=True)
    demand(actor, Action.CREATE, Resource.HOLIDAY)
    return held.organisation_id


def _own(session: Session, actor: Actor, holiday_id: UUID) -> Holiday:
    holiday = session.get_one(Holiday, holiday_id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.HOLIDAY, holiday.facts)
    return holiday


def _refuse_twice(
    session: Session, organisation_id: UUID, wish: HolidayWish, besides: UUID | None = None
) -> None:
    rows: Iterable[Holiday] = session.scalars(
        select(Holiday).where(
            Holiday.organisation_id == organisation_id, Holiday.first_on <= wish.last_on,
            Holiday.last_on >= wish.first_on,
        )
    )  # fmt: skip
    if any(row.id != besides and row.period.meets(wish) for row in rows):
        raise rules.HolidayTwice


def _columns(wish: HolidayWish) -> dict[str, Any]:
    return {one.name: getattr(wish, one.name) for one in fields(wish)}


def _bare(wish: HolidayWish) -> Period:
    return Period(**{one.name: getattr(wish, one.name) for one in fields(Period)})


def _sourced(period: Period, source: str, checked_on: date) -> HolidayWish:
    told = {one.name: getattr(period, one.name) for one in fields(Period)}
    return HolidayWish(**told, source=source, checked_on=checked_on)
