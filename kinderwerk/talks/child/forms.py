"""What a child fills in: very little, and nothing that says who it is."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired, Length

from kinderwerk.places.models import Venue
from kinderwerk.talks.rules import LONGEST, Asking
from kinderwerk.web.form import Form, LongText, OnceField, RowField, Text


class AskingForm(Form):
    """What a child writes; it may also only say where and when it wants to talk."""

    words = LongText(_("What do you want to tell?"), [Length(max=LONGEST)])
    venue_id = RowField(_("Or: where do you want to talk?"), empty=_("I only want to write"))
    when = Text(_("When can you come?"), [Length(max=80)])
    once = OnceField()

    def offer(self, venues: Sequence[Venue]) -> None:
        self.venue_id.offer((one.id, one.name) for one in venues)

    def asking(self, about_staff: bool, about_id: UUID | None, keeper_id: UUID | None) -> Asking:
        return Asking(
            about_staff=about_staff, about_id=about_id, keeper_id=keeper_id,
            words=self.words.data or "", venue_id=self.venue_id.data, when=self.when.data or "",
            once=self.once.data,
        )  # fmt: skip


class GoingOnForm(Form):
    words = LongText(_("What do you want to say back?"), [InputRequired(), Length(max=LONGEST)])
    once = OnceField()


class StepForm(Form):
    """A step that is only a button."""
