"""Forms for imports and venues."""

from typing import Any, Self

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from typing_extensions import override
from wtforms import BooleanField, SelectField, TimeField, URLField
from wtforms.fields import SelectChoice
from wtforms.validators import URL, InputRequired, Length, NumberRange, Optional

from kinderwerk.core.errors import Refusal
from kinderwerk.places import opening
from kinderwerk.places.models import Venue
from kinderwerk.places.reading.figures import year_in_name
from kinderwerk.places.rules import CodeScheme, NothingToImport, Upload, VenueKind, VenueWish
from kinderwerk.web.form import (
    DegreesField,
    EnumField,
    Form,
    Phone,
    RowField,
    Text,
    VersionField,
    Whole,
)


class UploadForm(Form):
    outlines = FileField(_("Outlines of the neighbourhoods"), [FileRequired()])
    figures = FileField(_("Key figures"), [Optional()])
    year = Whole(_("Year of the key figures"), [Optional(), NumberRange(1990, 2100)])
    scheme = EnumField(_("How are the areas numbered?"), CodeScheme)
    columns = Text(_("Which column is what"), [Optional(), Length(max=400)])

    #: What was read of files that cannot be imported, with all that is wrong.
    joined: object = None

    def upload(self) -> Upload:
        figures = self.figures.data
        return Upload(
            outlines=self.outlines.data.read(),
            figures=figures.read() or None if figures else None,
            scheme=self.scheme.data,
            columns=self.columns.data or "",
            year=self.year.data or (year_in_name(figures.filename) if figures else None),
        )

    @override
    def blame(self, refusal: Refusal) -> None:
        super().blame(refusal)
        if isinstance(refusal, NothingToImport):
            self.joined = refusal.read


def _answer(value: Any) -> bool | None:
    return {"yes": True, "no": False, True: True, False: False}.get(value)


class YesNoField(SelectField):  # type: ignore[misc]
    """Yes, no, or nobody has looked yet."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        choices = [
            SelectChoice("", _("We do not know yet")),
            SelectChoice("yes", _("Yes")),
            SelectChoice("no", _("No")),
        ]
        super().__init__(label, choices=choices, coerce=_answer, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Any of the three answers is one; what is none of them counts as not known."""


class VenueFilter(Form):
    """What the list of venues shows; it stays in the address."""

    class Meta:
        csrf = False

    q = Text(_("Name or street"), [Optional(), Length(max=80)])
    neighbourhood = RowField(_("Neighbourhood"), empty=_("All neighbourhoods"))


class VenueForm(Form):
    name = Text(_("What is it called?"), [InputRequired(), Length(max=120)])
    kind = EnumField(_("What kind of place is it?"), VenueKind, default=VenueKind.PLACE)
    address = Text(_("Street and number"), [Optional(), Length(max=200)])
    postcode = Text(_("Postcode"), [Optional(), Length(max=16)])
    town = Text(_("Town"), [Optional(), Length(max=80)])
    latitude = DegreesField(_("Latitude"), [Optional()])
    longitude = DegreesField(_("Longitude"), [Optional()])
    neighbourhood_id = RowField(_("Neighbourhood"), empty=_("Not known"))
    wheelchair = YesNoField(_("Can a wheelchair get in?"))
    toilet = YesNoField(_("Is there a toilet that a wheelchair can use?"))
    outdoors = BooleanField(_("It is outdoors"))
    accessibility = Text(_("What else should people know who come?"), [Optional(), Length(max=400)])
    phone = Phone(_("Telephone"), [Optional()])
    website = URLField(_("Website"), [Optional(), URL(), Length(max=200)])
    water = BooleanField(_("Children swim or play in water here"))
    version = VersionField()

    @classmethod
    def of(cls, venue: Venue) -> Self:
        hours = venue.hours.days
        return cls(
            obj=venue,
            **{f"opens_{day}": opens for day, (opens, _) in hours.items()},
            **{f"closes_{day}": closes for day, (_, closes) in hours.items()},
        )

    @property
    def days(self) -> list[tuple[Any, Any]]:
        return [(self[f"opens_{day}"], self[f"closes_{day}"]) for day in range(7)]

    def wish(self) -> VenueWish:
        told = opening.check(
            {day: (opens.data, closes.data) for day, (opens, closes) in enumerate(self.days)}
        )
        said = {name: self[name].data for name in VenueWish.__slots__ if name != "opening"}
        texts = ("address", "postcode", "town", "accessibility", "phone", "website")
        said |= {name: said[name] or "" for name in texts}
        return VenueWish(**said, opening=tuple(told.written()))


for number, day in enumerate(opening.DAYS):
    setattr(VenueForm, f"opens_{number}", TimeField(_(day), [Optional()]))
    setattr(VenueForm, f"closes_{number}", TimeField(_("until"), [Optional()]))
