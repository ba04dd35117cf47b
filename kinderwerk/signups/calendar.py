"""A family's dates as calendars read them: those of one activity, or all of them."""

from collections.abc import Iterable, Sequence

from flask_babel import get_locale
from flask_babel import gettext as _
from icalendar import Event

from kinderwerk.activities import feeds, wording
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.signups.feed import Expected
from kinderwerk.signups.queries import Line
from kinderwerk.signups.rules import Standing


def write(
    activity: Activity, dates: Sequence[Occurrence], lines: Sequence[Line], site: str
) -> bytes:
    """Write the dates for which somebody has a place; it names the activity and no child."""
    placed = [line for line in lines if line.standing is Standing.PLACED]
    whole = any(line.occurrence_id is None for line in placed)
    chosen = {line.occurrence_id for line in placed}
    language, going = str(get_locale()), [one for one in dates if whole or one.id in chosen]
    return feeds.write(wording.title(activity, language).text, going, site, language)


def write_all(expected: Iterable[Expected], site: str, *, named: bool) -> bytes:
    """Write where the children of a family are expected; their first names only if they asked."""
    return feeds.bound(_("My family"), (_told(one, site, named=named) for one in expected))


def _told(one: Expected, site: str, *, named: bool) -> Event:
    whom = ", ".join(one.children) if named else ""
    made = feeds.event(
        one.date.activity, one.date, feeds.page(one.date, site), whom=whom,
        tentative=one.tentative, language=str(get_locale()),
    )  # fmt: skip
    if one.tentative:
        made.add("description", _("A place is kept for you. Say on the site whether you take it."))
    return made
