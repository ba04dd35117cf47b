"""How an activity is told in words: when, for whom, for how much."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from babel.lists import format_list
from flask_babel import format_currency, format_date, get_locale, gettext, ngettext

from kinderwerk.activities import wording
from kinderwerk.activities.models import Activity
from kinderwerk.activities.programme import Offer
from kinderwerk.activities.repeating import Repeats, Rule
from kinderwerk.activities.rules import GROWN, OLD, Format
from kinderwerk.activities.series import Series, Slot
from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.goals.rules import ThemeCode
from kinderwerk.web.pages import as_read, brief_day, joined

#: What a change can have touched.
PARTS: Final = {
    "format": N_("kind"),
    "title": N_("title"),
    "summary": N_("summary"),
    "description": N_("description"),
    "age_from": N_("ages"),
    "age_to": N_("ages"),
    "capacity": N_("places"),
    "signup": N_("sign-up"),
    "register": N_("register"),
    "drawing": N_("picture"),
    "venue_id": N_("venue"),
    "price_cents": N_("price"),
    "discount": N_("price"),
    "bring": N_("what to bring"),
    "begins_on": N_("dates"),
    "ends_on": N_("dates"),
    "rule": N_("dates"),
    "skipped": N_("dates"),
    "extra": N_("dates"),
    "free": N_("holidays"),
    "starts": N_("times"),
    "ends": N_("times"),
    "goal_ids": N_("goals"),
    "why": N_("goals"),
    "staff_ids": N_("who runs it"),
    "languages": N_("languages"),
    "only_for": N_("for which neighbourhoods"),
    "signup_opens_at": N_("sign-up"),
    "signup_closes_at": N_("sign-up"),
    "way_there": N_("what parents should know"),
    "going_home": N_("what parents should know"),
    "late_minutes": N_("what parents should know"),
    "in_rain": N_("what parents should know"),
    "quiet_place": N_("what parents should know"),
    "discount_how": N_("price"),
    "names_shown": N_("who runs it"),
    "draw": N_("the draw"),
    "partner_ids": N_("partners who take part"),
    "method": N_("the method"),
}
#: The colour in which a kind of activity is offered to plan.
COLOURS: Final = {
    Format.DROPIN: ThemeCode.ENCOUNTER,
    Format.CLUB: ThemeCode.TALENT,
    Format.COURSE: ThemeCode.COMPETENCE,
    Format.HOLIDAY: ThemeCode.PLAY,
    Format.CAMP: ThemeCode.LIFESTYLE,
    Format.OUTING: ThemeCode.LIFESTYLE,
    Format.EVENT: ThemeCode.SIGNALLING,
    Format.OUTREACH: ThemeCode.SAFETY,
    Format.SCHOOL_LESSON: ThemeCode.LANGUAGE,
    Format.HOMEWORK: ThemeCode.LANGUAGE,
    Format.ONE_TO_ONE: ThemeCode.INCLUSION,
    Format.HOME_VISIT: ThemeCode.INCLUSION,
    Format.PARENT_COURSE: ThemeCode.PARENTING,
    Format.CHILD_COUNCIL: ThemeCode.PARTICIPATION,
    Format.NETWORK: ThemeCode.EQUAL_CHANCES,
}


def called(activity: Activity) -> str:
    """Return the title in the reader's language, or as it was written."""
    return wording.title(activity, str(get_locale())).text


def parts(changed: Iterable[str]) -> str:
    """Name what a change touched, each thing once."""
    named = dict.fromkeys(PARTS[name] for name in changed if name in PARTS)
    return ", ".join(str(gettext(name)) for name in named)


def when(series: Series) -> str:
    """Tell the whole rhythm: `every Wednesday, 14:00 to 16:00, until 24 June 2031`."""
    first, last = _day(series.begins_on), _day(series.ends_on)
    times = {"starts": series.starts.strftime("%H:%M"), "ends": series.ends.strftime("%H:%M")}
    if series.rule is not None:
        return f"{_rhythm(series, series.rule)}, " + str(
            gettext(
                "%(starts)s to %(ends)s, from %(first)s to %(last)s",
                first=first, last=last, **times,
            )
        )  # fmt: skip
    if series.begins_on == series.ends_on:
        return str(gettext("%(day)s from %(starts)s to %(ends)s", day=_long(series), **times))
    return str(
        gettext("From %(first)s %(starts)s to %(last)s %(ends)s", first=first, last=last, **times)
    )


def _rhythm(series: Series, rule: Rule) -> str:
    """Tell how it repeats: `every two weeks on Monday and Friday`."""
    days = listed([_weekday(day) for day in rule.weekdays])
    match rule.repeats:
        case Repeats.WEEKLY:
            return str(gettext("Every %(weekdays)s", weekdays=days))
        case Repeats.FORTNIGHTLY:
            return str(gettext("Every two weeks on %(weekdays)s", weekdays=days))
        case Repeats.MONTHLY:
            which = str(gettext(rule.nth.label))
            return str(gettext("%(which)s %(weekdays)s of the month", which=which, weekdays=days))
    count = sum(1 for _ in series.days())
    return str(ngettext("On %(num)d date", "On %(num)d dates", count))


def listed(words: Sequence[str]) -> str:
    return str(format_list(words, locale=get_locale()))


def _weekday(day: int) -> str:
    return str(format_date(date(2024, 1, 1 + day), "EEEE"))


def _day(day: date) -> str:
    return str(format_date(day, as_read("d MMMM y")))


def _long(series: Series) -> str:
    return str(format_date(series.begins_on, as_read("EEEE d MMMM y")))


def times(slot: Slot | Offer) -> str:
    """Tell from when to when, and the last day when that is another one."""
    starts, ends = clock.to_wall(slot.starts_at), clock.to_wall(slot.ends_at)
    told = {"starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
    if starts.date() == ends.date():
        return str(gettext("%(starts)s to %(ends)s", **told))
    day = format_date(ends.date(), as_read("EEEE d MMMM"))
    return str(gettext("%(starts)s until %(day)s %(ends)s", day=day, **told))


def moment(one: Offer) -> str:
    """Tell the day and the times of a date in one line."""
    return joined((brief_day(clock.to_wall(one.starts_at).date()), times(one)))


def ages(lowest: int, highest: int) -> str:
    if highest >= OLD and lowest == 0:
        return str(gettext("All ages"))
    if highest >= OLD:
        return str(
            gettext("Adults") if lowest >= GROWN else gettext("From %(age)d years", age=lowest)
        )
    if lowest == highest:
        return str(ngettext("%(num)d year old", "%(num)d years old", lowest))
    return str(gettext("%(low)d to %(high)d years", low=lowest, high=highest))


def price(cents: int) -> str:
    return str(format_currency(cents / 100, "EUR") if cents else gettext("Free"))
