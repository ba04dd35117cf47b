"""Forms about children and those who care for them."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import BooleanField, DateField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.asking import ChildForm, NewChildForm
from kinderwerk.families.fields import RelationField
from kinderwerk.families.models import Child
from kinderwerk.families.queries import Filters, Named
from kinderwerk.families.rules import OLDEST, Adult, LooksLikeAnother, Move, Relation
from kinderwerk.web.form import Address, Form, Phone, RowField, Text, VersionField, Whole

FILLED = InputRequired()


class EditChildForm(ChildForm):
    version = VersionField()

    @classmethod
    def of(cls, child: Child) -> "EditChildForm":
        return cls(obj=child)


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
