"""The kit of a guest lesson, beside the list of its session."""

from typing import Final

from flask import Blueprint, render_template

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.rules import Format
from kinderwerk.lessons import queries
from kinderwerk.web.access import actor, may
from kinderwerk.web.extensions import session
from kinderwerk.web.pieces import piece

bp: Final = Blueprint("lessons", __name__)


@piece("after-register")
def kit(occurrence: Occurrence) -> str | None:
    """Lead through a lesson in three steps; who oversees people also sees who is trained."""
    if occurrence.activity.format is not Format.SCHOOL_LESSON or occurrence.cancelled_at:
        return None
    if not permits(actor(), Action.EDIT, Resource.REGISTER, occurrence.facts):
        return None
    return render_template(
        "lessons/_kit.html", occurrence=occurrence, kit=queries.kit(session(), occurrence),
        oversees=may("list", "staff"),
    )  # fmt: skip
