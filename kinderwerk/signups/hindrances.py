"""What stands in the way of signing up for an activity."""

from kinderwerk.activities.models import Activity
from kinderwerk.signups.rules import Window


def window(activity: Activity) -> Window:
    return Window(activity.signup_opens_at, activity.signup_closes_at)
