"""The form that takes in another calendar."""

from typing import Any, ClassVar, Final, TypedDict
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from typing_extensions import override
from wtforms import BooleanField
from wtforms.validators import InputRequired, Length

from kinderwerk.activities.rules import PRIVATE, Format
from kinderwerk.core.errors import Refusal
from kinderwerk.imports.calendars.service import LARGEST_UPLOAD, Found, NotAsItIs, Wish
from kinderwerk.web.form import EnumField, OnceField, RowField, Text
from kinderwerk.web.held import HeldFile

#: A form that brings the file back, as text.
LARGEST_FORM: Final = 2 * LARGEST_UPLOAD


class Wishes(TypedDict):
    """Whether to leave out what cannot be planned; and the mark of the form."""

    leave_out: bool
    once: UUID


class CalendarForm(HeldFile):
    LARGEST: ClassVar[int] = LARGEST_UPLOAD

    file = FileField(_("The calendar"), render_kw={"accept": ".ics,text/calendar"})
    once = OnceField()
    format = EnumField(_("What kind of activities are they?"), Format, default=Format.CLUB)
    goal_id = RowField(
        _("Which goal do they serve most?"), [InputRequired()], empty=_("Choose a goal")
    )
    why = Text(_("Why do they serve that goal?"), [InputRequired(), Length(max=300)])
    leave_out = BooleanField(_("Leave out what cannot be taken over"))

    zone: str = ""
    found: Found | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.format.choices = [one for one in self.format.choices if one.value not in set(PRIVATE)]

    @override
    def blame(self, refusal: Refusal) -> None:
        super().blame(refusal)
        if isinstance(refusal, NotAsItIs):
            self.found = refusal.found

    def wish(self) -> Wish:
        return Wish(
            format=self.format.data, goal_id=self.goal_id.data, why=self.why.data, zone=self.zone
        )

    @property
    def wishes(self) -> Wishes:
        return {"leave_out": bool(self.leave_out.data), "once": self.once.data}
