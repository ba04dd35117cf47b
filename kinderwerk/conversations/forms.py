"""A talk with a child in a few taps."""

from collections.abc import Sequence
from typing import Any, Final, Self

from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from kinderwerk.activities.rules import AgeBand
from kinderwerk.conversations.models import Conversation
from kinderwerk.conversations.rules import BANDS, TAPPED, Channel, Pointed, Serious, Wish
from kinderwerk.conversations.themes import Theme
from kinderwerk.core import clock
from kinderwerk.places.models import Neighbourhood
from kinderwerk.web.form import EnumRadioField, Form, OnceField, RowField

#: What the fold holds: it is right most of the time.
FOLDED: Final = ("held_on", "neighbourhood_id", "pointed", "serious")


class TalkForm(Form):
    once = OnceField()
    channel = EnumRadioField(_("How did you talk?"), Channel)
    theme = EnumRadioField(_("What was it about, most of all?"), Theme)
    band = RadioField(
        _("How old was the child, roughly?"), [InputRequired()],
        choices=[SelectChoice(one.value, _(one.label)) for one in BANDS], coerce=AgeBand,
    )  # fmt: skip
    serious = EnumRadioField(_("Was it meant seriously?"), Serious)
    pointed = EnumRadioField(_("Did you help the child on to somebody?"), Pointed)
    held_on = DateField(_("When was it?"), [InputRequired()], default=clock.today)
    neighbourhood_id = RowField(_("In which neighbourhood?"), [Optional()], empty=_("Not said"))
    minutes = RadioField(
        _("How long did it take? That saves it."), [InputRequired()],
        choices=[SelectChoice(str(n), str(n)) for n in TAPPED], coerce=int,
    )  # fmt: skip

    @classmethod
    def like(cls, last: Conversation | None, asked: str = "") -> Self:
        """Begin with how and where one talked the last time, or with how the address says."""
        known: dict[str, Any] = {
            "channel": next((one for one in Channel if one.value == asked), None)
            or (last.channel if last else Channel.SPOKEN),
            "serious": Serious.YES, "pointed": Pointed.NOBODY,
            "neighbourhood_id": last.neighbourhood_id if last else None,
        }  # fmt: skip
        return cls(data=known)

    def offer(self, places: Sequence[Neighbourhood], *, only: bool) -> None:
        if only:
            self.neighbourhood_id.empty = None
        self.neighbourhood_id.offer((place.id, place.name) for place in places)

    @property
    def opened(self) -> bool:
        return any(self[name].errors for name in FOLDED)

    def wish(self) -> Wish:
        return Wish(
            channel=self.channel.data, theme=self.theme.data, band=self.band.data,
            serious=self.serious.data, pointed=self.pointed.data, minutes=self.minutes.data,
            held_on=self.held_on.data, neighbourhood_id=self.neighbourhood_id.data,
            once=self.once.data,
        )  # fmt: skip
