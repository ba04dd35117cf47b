"""Planning the programme: last year's, this year's, and what is still on paper."""

from datetime import date, datetime, time, timedelta
from typing import Final

from kinderwerk.activities import service as activities
from kinderwerk.activities import wording
from kinderwerk.activities.guide import GoingHome, Rain
from kinderwerk.activities.models import Activity
from kinderwerk.activities.repeating import Rule
from kinderwerk.activities.rules import HABITS, PRIVATE, Format, PhotoWish, Plan, Seen, Wording
from kinderwerk.activities.series import Series
from kinderwerk.core import clock
from kinderwerk.demo.chapters.aims import LEADS
from kinderwerk.demo.chapters.story import Story
from kinderwerk.demo.rules import WEEK, Season
from kinderwerk.demo.town.people import VOLUNTEER, WING, WORKER
from kinderwerk.demo.town.programme import OFFERS, WORDS, Offer
from kinderwerk.files import bounded
from kinderwerk.files.rules import Redrawn, Rendition
from kinderwerk.files.service import BOUNDS
from kinderwerk.holidays import service as holidays
from kinderwerk.holidays.rules import GOES_ON, Free, HolidayWish, Kind, Region

LAST_YEAR: Final = "-before"
#: Draws, and is named only: whoever decodes or draws pictures does so in a child.
SCENES: Final = "kinderwerk.demo.town.scenes"
#: From this age on some children go home by themselves.
OLD_ENOUGH: Final = 8
TRANSLATOR: Final = "aylin"
#: Where the holidays of the made-up neighbourhood stand.
MADE_UP: Final = "Verzonnen, zoals alles in deze buurt"
RECKONED: Final = "Berekend: vaste dagen, en die van Pasen"
#: How long before the first day it stands in the programme.
AHEAD: Final = 3 * WEEK


def programme(story: Story) -> None:
    before, now = story.calendar.before, story.calendar.now
    _holidays(story)
    for offer in OFFERS:
        if offer.last_year and before:
            _weekly(story, offer, before, LAST_YEAR)
        if offer.weekday is not None:
            _weekly(story, offer, now)
        else:
            _once(story, offer)
    _photos(story)
    _words(story)
    with story.on(story.today - WEEK, 15):
        cook = story.activities["kook"].id
        activities.keep_as_template(story.session, story.actor("sanne"), cook, "Kookclub")


def _holidays(story: Story) -> None:
    """Write down made-up weeks without school, and the public holidays as they are reckoned."""
    year, day = story.calendar.now.begins.year, story.calendar.now.begins - AHEAD
    for lead in LEADS.values():
        with story.on(day, 9):
            actor = story.actor(lead)
            holidays.set_region(story.session, actor, Region.MIDDLE)
            for each in (year, year + 1):
                holidays.reckon(story.session, actor, each, RECKONED)
            for name, first, last in story.calendar.holidays:
                wish = HolidayWish(
                    kind=Kind.SCHOOL, region=Region.MIDDLE, name=name, first_on=first,
                    last_on=last, source=MADE_UP, checked_on=clock.today(),
                )  # fmt: skip
                holidays.add(story.session, actor, wish)


def _words(story: Story) -> None:
    for key, told in WORDS.items():
        id, author = story.activities[key].id, story.actor(TRANSLATOR)
        wordings = [Wording(language=code, title=title) for code, title in told.items()]
        with story.on(story.today - WEEK, 14):
            wording.translate(story.session, author, id, wordings, None)


def _photos(story: Story) -> None:
    """Hang what is drawn in a child, as what people send is."""
    shown = [offer for offer in OFFERS if offer.photo]
    _, drawn = bounded.ask(SCENES, [offer.key for offer in shown], [], BOUNDS)
    sizes = [Rendition.of(each) for each in drawn]
    for offer, large, small in zip(shown, sizes[::2], sizes[1::2], strict=True):
        id, author = story.activities[offer.key].id, story.actor(offer.staff[0])
        wish = PhotoWish(content=None, alt=offer.photo, seen=Seen.NOBODY)
        with story.on(story.today - WEEK, 12):
            activities.hang(story.session, author, id, Redrawn(large, small), wish, None)


def _weekly(story: Story, offer: Offer, season: Season, suffix: str = "") -> None:
    now = season is story.calendar.now and not offer.rests
    skipped = story.calendar.skipped(offer.weekday or 0) if now else ()
    series = Series(
        begins_on=season.begins, ends_on=season.ends, starts=offer.starts, ends=offer.ends,
        rule=Rule.weekly(offer.weekday or 0, interval=offer.interval),
        skipped=frozenset(day for day in skipped if season.begins <= day <= season.ends),
    )  # fmt: skip
    made = _planned(story, offer, series, season.begins - AHEAD)
    story.activities[offer.key + suffix] = made


def _once(story: Story, offer: Offer) -> None:
    first = story.today + timedelta(days=offer.in_days)
    while offer.only_on and first.weekday() not in offer.only_on:
        first += timedelta(days=1)
    series = Series(
        begins_on=first, ends_on=first + timedelta(days=offer.days - 1), starts=offer.starts,
        ends=offer.ends,
    )  # fmt: skip
    story.activities[offer.key] = _planned(story, offer, series, story.today - 2 * WEEK)


def _planned(story: Story, offer: Offer, series: Series, day: date) -> Activity:
    """Plan it as its first worker, and publish it; a season that is over is ended."""
    author, lead = offer.staff[0], LEADS[offer.house]
    with story.on(day, 11):
        made = activities.plan(story.session, story.actor(author), _plan(story, offer, series))
    if not offer.draft and offer.format not in PRIVATE:
        with story.on(day, 16):
            activities.publish(story.session, story.actor(lead), made.id)
    if series.ends_on < story.today:
        with story.on(series.ends_on + timedelta(days=3)):
            activities.end(story.session, story.actor(lead), made.id)
    return made


def _plan(story: Story, offer: Offer, series: Series) -> Plan:
    habit = HABITS[offer.format]
    return Plan(
        format=offer.format, title=offer.title, summary=offer.summary,
        goal_ids=tuple(story.goals[offer.house, key].id for key in offer.goals), why=offer.why,
        age_from=offer.ages[0], age_to=offer.ages[1], capacity=offer.capacity,
        signup=habit.signup, register=habit.register, drawing=offer.drawing,
        venue_id=story.venues[offer.venue].id if offer.venue else None,
        staff_ids=tuple(story.people[key].id for key in _staff(story, offer)),
        partner_ids=tuple(story.partners[key].id for key in offer.partners), method=offer.method,
        price_cents=offer.price_cents, bring=offer.bring, languages=offer.languages,
        signup_closes_at=_closes(offer, series), series=series,
        free=Free(school=Region.MIDDLE, public=True) if offer.rests else GOES_ON,
        names_shown=True, late_minutes=15,
        going_home=GoingHome.AGREED if offer.ages[0] >= OLD_ENOUGH else GoingHome.FETCHED,
        in_rain=Rain.GOES_ON if offer.format is Format.OUTREACH else Rain.UNSAID,
    )  # fmt: skip


def _closes(offer: Offer, series: Series) -> datetime | None:
    evening = datetime.combine(series.begins_on - timedelta(days=offer.closes), time(20))
    return clock.from_wall(evening) if offer.closes else None


def _staff(story: Story, offer: Offer) -> tuple[str, ...]:
    """Let those whose doors stand open have something to do on the day somebody looks in."""
    first = next(
        one for one in OFFERS if one.house == WING and one.weekday == story.today.weekday()
    )
    there = (WORKER, VOLUNTEER) if offer is first else ()
    return tuple(dict.fromkeys((*offer.staff, *there)))
