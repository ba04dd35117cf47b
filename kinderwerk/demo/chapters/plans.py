"""The coming week has something to look at: in the planner every kind of warning stands once."""

from datetime import date, time, timedelta
from typing import Final

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.activities import service as activities
from kinderwerk.activities.rules import HABITS, Drawing, Format, Plan
from kinderwerk.activities.series import Series
from kinderwerk.audit import service as audit
from kinderwerk.demo.chapters.aims import LEADS
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.town.people import WING, WORKER
from kinderwerk.holidays import service as holidays
from kinderwerk.holidays.rules import HolidayWish, Kind, Region
from kinderwerk.places.opening import Opening
from kinderwerk.planner import queries, service
from kinderwerk.planner.ratios import Preset
from kinderwerk.planner.rules import Kind as Warned
from kinderwerk.planner.service import TableWish
from kinderwerk.storage.work import unit_of_work

WEDNESDAY, FRIDAY = 2, 4
OPEN: Final = Opening({day: (time(9), time(20, 30)) for day in range(6)})
FILM: Final = "Film maken over de buurt"
REASON: Final = "Beheerder Henk doet open en blijft erbij."


def plans(story: Story) -> None:
    lead = story.actor(LEADS[WING])
    service.choose_table(story.session, lead, TableWish(preset=Preset.BUURT))
    _open(story)
    _study_day(story, _next(story.today, FRIDAY))
    _film(story, _next(story.today, WEDNESDAY))
    _sundays(story)


def _next(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _open(story: Story) -> None:
    """Let the house of the organisation be open on working days until half past eight."""
    with unit_of_work(story.session):
        venue = story.activities["inloop"].venue
        if venue:
            venue.opening = OPEN.written()
            audit.record(story.session, SYSTEM, "venue.changed", venue.id)


def _study_day(story: Story, day: date) -> None:
    wish = HolidayWish(
        kind=Kind.PUBLIC, region=Region.ALL, name="Studiedag van het team", first_on=day,
        last_on=day, source="Eigen afspraak", checked_on=story.today,
    )  # fmt: skip
    holidays.add(story.session, story.actor(LEADS[WING]), wish)


def _film(story: Story, day: date) -> None:
    """Plan something, as a draft, where and when the worker is busy already."""
    beside, habit = story.activities["inloop"], HABITS[Format.COURSE]
    plan = Plan(
        format=Format.COURSE, title=FILM, goal_ids=(beside.goals[0].goal_id,),
        why="Kinderen laten zien wat zij van hun buurt vinden.", age_from=8, age_to=12,
        capacity=12, signup=habit.signup, register=habit.register, drawing=Drawing.STREET,
        venue_id=beside.venue_id, staff_ids=(story.people[WORKER].id,),
        series=Series(begins_on=day, ends_on=day, starts=time(15), ends=time(17)),
    )  # fmt: skip
    activities.plan(story.session, story.actor(WORKER), plan)


def _sundays(story: Story) -> None:
    """Let the next meal on Sunday go on, though the house is closed: somebody opens it."""
    lead = story.actor(LEADS[WING])
    for meal in queries.coming(story.session, story.activities["eten"].id)[:1]:
        for warning in queries.around(story.session, lead, meal).open(meal.id):
            if warning.kind is Warned.CLOSED:
                service.accept(story.session, lead, meal.id, warning.mark, REASON)
