"""Forms about children and those who care for them."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import BooleanField, DateField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal, Stale
from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.custody.forms import RelationField
from kinderwerk.families.models import Carer, Child
from kinderwerk.families.queries import Filters, Named
from kinderwerk.families.rules import (
    OLDEST,
    Adult,
    GoingHome,
    LooksLikeAnother,
    Move,
    Particulars,
    Relation,
)
from kinderwerk.web.form import (
    Address,
    EnumRadioField,
    Form,
    Phone,
    RowField,
    Text,
    VersionField,
    Whole,
)

FILLED = InputRequired()


class GoingHomeField(EnumRadioField):
    """The same question whether it was answered in words or stands as a fact."""

    @override
    def process_data(self, value: Any) -> None:
        super().process_data(_going_home(value) if isinstance(value, bool) else value)


class ChildForm(Form):
    """What has to be known of a child that takes part."""

    first_name = Text(_("First name"), [FILLED, Length(max=80)])
    surname = Text(_("Surname"), [FILLED, Length(max=80)])
    born_on = DateField(_("Date of birth"), [FILLED])
    emergency_name = Text(_("Whom do we call in an emergency?"), [FILLED, Length(max=120)])
    emergency_phone = Phone(_("Telephone number for an emergency"), [FILLED])
    goes_home_alone = GoingHomeField(
        _("How does the child go home?"), GoingHome, default=GoingHome.PICKED_UP
    )
    picked_up_by = Text(_("Who picks the child up?"), [Optional(), Length(max=200)])

    def child(self) -> Particulars:
        return Particulars(
            first_name=self.first_name.data, surname=self.surname.data, born_on=self.born_on.data,
            emergency_name=self.emergency_name.data, emergency_phone=self.emergency_phone.data,
            goes_home_alone=self.goes_home_alone.data is GoingHome.ALONE,
            picked_up_by=self.picked_up_by.data or "",
        )  # fmt: skip

    @override
    def compare(self, stale: Stale) -> None:
        stale.theirs["goes_home_alone"] = _going_home(bool(stale.theirs["goes_home_alone"]))
        super().compare(stale)


class EditChildForm(ChildForm):
    version = VersionField()

    @classmethod
    def of(cls, child: Child) -> "EditChildForm":
        return cls(obj=child)


class NewChildForm(ChildForm):
    neighbourhood_id = RowField(
        _("In which neighbourhood does the child live?"), empty=_("I do not know")
    )
    relation = RelationField(_("Who are you to the child?"), default=Relation.PARENT)
    carer_name = Text(_("Your name"), [FILLED, Length(max=120)])
    carer_phone = Phone(_("Your mobile number"), [FILLED])


class OwnChildForm(NewChildForm):
    """A parent adds a child. Who they are is asked once, with the first."""

    @classmethod
    def offered(
        cls, places: Iterable[Named], me: Carer | None, last: Child | None, name: str
    ) -> "OwnChildForm":
        """Make the form with what was given for the last child filled in."""
        form = cls(data=_as_last(last) | {"carer_name": name})
        form.neighbourhood_id.offer((place.id, place.name) for place in places)
        if me:
            del form.carer_name, form.carer_phone
        return form

    def me(self, language: str) -> Adult:
        asked = "carer_name" in self
        return Adult(
            name=self.carer_name.data if asked else "", relation=self.relation.data,
            phone=self.carer_phone.data if asked else "", language=language,
        )  # fmt: skip


class DoorForm(NewChildForm):
    """Staff add a child and a parent who stands before them."""

    carer_name = Text(_("Name of the parent or carer"), [FILLED, Length(max=120)])
    carer_phone = Phone(_("Mobile number of the parent"), [FILLED])
    relation = RelationField(_("Who are they to the child?"), default=Relation.PARENT)
    carer_email = Address(_("E-mail address of the parent"), [Optional(), Email(), Length(max=254)])
    language = SelectField(
        _("Language of messages"), choices=[SelectChoice(*each) for each in LANGUAGES.items()]
    )
    agreed = BooleanField(_("The parent agrees that we keep these details"))
    really = BooleanField(_("It is another child: add it all the same"))

    @classmethod
    def offering(cls, places: Iterable[Named]) -> "DoorForm":
        form = cls()
        form.neighbourhood_id.offer((place.id, place.name) for place in places)
        return form

    doubt: bool = False

    def adult(self) -> Adult:
        return Adult(
            name=self.carer_name.data, phone=self.carer_phone.data,
            email=self.carer_email.data or None, language=self.language.data,
            relation=self.relation.data,
        )  # fmt: skip

    @override
    def blame(self, refusal: Refusal) -> None:
        super().blame(refusal)
        self.doubt = self.doubt or isinstance(refusal, LooksLikeAnother)


class MoveForm(Form):
    neighbourhood_id = RowField(_("New neighbourhood"), empty=_("I do not know"))
    since = DateField(_("From which day?"), [FILLED])

    @classmethod
    def offering(cls, places: Iterable[Named]) -> "MoveForm":
        form = cls(data={"since": clock.today()})
        form.neighbourhood_id.offer((place.id, place.name) for place in places)
        return form

    def move(self) -> Move:
        return Move(neighbourhood_id=self.neighbourhood_id.data, since=self.since.data)


class SearchForm(Form):
    """Who is looked for by name; it is sent, not put into the address."""

    name = Text(_("First name or surname"), [Optional(), Length(max=80)])


class FilterForm(Form):
    class Meta:
        csrf = False

    neighbourhood = RowField(_("Neighbourhood"), empty=_("All neighbourhoods"))
    youngest = Whole(_("From age"), [Optional(), NumberRange(0, OLDEST)])
    oldest = Whole(_("Up to age"), [Optional(), NumberRange(0, OLDEST)])

    def filters(self, name: str) -> Filters:
        """Return the filters as far as they make sense; what makes none is shown as an error."""
        valid = self.validate()
        return Filters(
            name=name,
            neighbourhood_id=self.neighbourhood.data if valid else None,
            youngest=self.youngest.data if valid else None,
            oldest=self.oldest.data if valid else None,
        )


def _going_home(alone: bool) -> GoingHome:
    return GoingHome.ALONE if alone else GoingHome.PICKED_UP


def _as_last(child: Child | None) -> dict[str, Any]:
    if child is None:
        return {}
    return {
        "surname": child.surname,
        "emergency_name": child.emergency_name,
        "emergency_phone": child.emergency_phone,
        "goes_home_alone": _going_home(child.goes_home_alone),
        "picked_up_by": child.picked_up_by,
        "neighbourhood_id": child.neighbourhood_id,
    }
