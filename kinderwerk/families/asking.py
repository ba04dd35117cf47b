"""What is asked about a child, for every form that asks it."""

from collections.abc import Iterator
from typing import Any, Self

from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import DateField, Field
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.accounts.models import Organisation
from kinderwerk.core.errors import Stale
from kinderwerk.families import queries
from kinderwerk.families.fields import RelationField
from kinderwerk.families.models import Child
from kinderwerk.families.rules import Adult, GoingHome, Particulars, Relation
from kinderwerk.web.access import actor, signed_in
from kinderwerk.web.extensions import session
from kinderwerk.web.form import EnumRadioField, Form, Phone, RowField, Text

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


class NewChildForm(ChildForm):
    neighbourhood_id = RowField(
        _("In which neighbourhood does the child live?"), empty=_("I do not know")
    )
    relation = RelationField(_("Who are you to the child?"), default=Relation.PARENT)
    carer_name = Text(_("Your name"), [FILLED, Length(max=120)])
    carer_phone = Phone(_("Your mobile number"), [FILLED])

    @override
    def __iter__(self) -> Iterator[Field]:
        """Go through the fields as the page does: who asks, then the child."""
        return iter(sorted(super().__iter__(), key=lambda one: not one.name.startswith("carer_")))


class OwnChildForm(NewChildForm):
    """A parent adds a child. Who they are is asked once, with the first."""

    @classmethod
    def here(cls, organisation: Organisation, **given: Any) -> Self:
        """Make the form for who is signed in, with what was given for the last child filled in."""
        person = signed_in()
        children = queries.mine(session(), actor())
        known = [child for child in children if child.organisation_id == organisation.id]
        last = next(reversed(known or children), None)
        form = cls(data=_as_last(last) | {"carer_name": person.name if person else ""}, **given)
        places = queries.places(session(), organisation.municipality_id)
        form.neighbourhood_id.offer((place.id, place.name) for place in places)
        me = actor().id
        if me and queries.carer_here(session(), me, organisation.id):
            del form.carer_name, form.carer_phone
        return form

    def me(self, language: str) -> Adult:
        asked = "carer_name" in self
        return Adult(
            name=self.carer_name.data if asked else "", relation=self.relation.data,
            phone=self.carer_phone.data if asked else "", language=language,
        )  # fmt: skip


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
