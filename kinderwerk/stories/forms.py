"""The forms of stories: writing one, what the family said to it, and the second person."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import InputRequired, Length

from kinderwerk.families.models import Child
from kinderwerk.stories.rules import LONGEST, LONGEST_REASON, Rewording, Telling
from kinderwerk.web.form import Form, LongText, OnceField, RowField, VersionField

WORDS = _("What happened?")
GOAL = _("Which goal does it show?")
NO_GOAL = _("No goal")


class TellingForm(Form):
    child_id = RowField(_("Which child is it about?"), [InputRequired()], empty=_("Choose a child"))
    words = LongText(WORDS, [InputRequired(), Length(max=LONGEST)])
    goal_id = RowField(GOAL, empty=NO_GOAL)
    once = OnceField()

    def offer(self, children: Iterable[Child], goals: Iterable[tuple[UUID, str]]) -> None:
        told = (
            (one.id, f"{one.first_name} {one.surname} ({one.born_on.year})") for one in children
        )
        self.child_id.offer(told)
        self.goal_id.offer(goals)

    def telling(self, occurrence_id: UUID | None) -> Telling:
        return Telling(
            words=self.words.data, child_id=self.child_id.data, once=self.once.data,
            goal_id=self.goal_id.data, occurrence_id=occurrence_id,
        )  # fmt: skip


class RewordingForm(Form):
    words = LongText(WORDS, [InputRequired(), Length(max=LONGEST)])
    goal_id = RowField(GOAL, empty=NO_GOAL)
    version = VersionField()

    def wish(self) -> Rewording:
        return Rewording(words=self.words.data, goal_id=self.goal_id.data)


class ReadForm(Form):
    day = DateField(_("When did they read or hear it?"), [InputRequired()])
    version = VersionField(id="read-version")


class ReleaseForm(Form):
    version = VersionField(id="release-version")


class RefuseForm(Form):
    because = LongText(_("Why not?"), [InputRequired(), Length(max=LONGEST_REASON)])
    version = VersionField(id="refuse-version")


class PlainForm(Form):
    """A button with nothing to fill in."""
