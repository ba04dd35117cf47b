"""A family's dates of an activity, as a file that a calendar reads."""

from collections.abc import Sequence

from kinderwerk.activities import feeds
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.signups.queries import Line
from kinderwerk.signups.rules import Standing


def write(
    activity: Activity, dates: Sequence[Occurrence], lines: Sequence[Line], site: str
) -> bytes:
    """Write the dates for which somebody has a place; it names the activity and no child."""
    placed = [line for line in lines if line.standing is Standing.PLACED]
    whole = any(line.occurrence_id is None for line in placed)
    chosen = {line.occurrence_id for line in placed}
    return feeds.write(activity.title, [one for one in dates if whole or one.id in chosen], site)
