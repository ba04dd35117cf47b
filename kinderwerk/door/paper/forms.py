"""The form that has the same questions as the one on paper, in the same order."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Email, InputRequired, Length, Optional

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import LANGUAGES
from kinderwerk.door.paper.queries import Choice
from kinderwerk.door.paper.rules import (
    MOST_CHILDREN,
    OfActivity,
    OfChild,
    OnPaper,
    Sheet,
    Written,
)
from kinderwerk.families.asking import GoingHomeField
from kinderwerk.families.consents.queries import ON_THE_PAGE
from kinderwerk.families.consents.rules import texts
from kinderwerk.families.fields import RelationField
from kinderwerk.families.models import Child
from kinderwerk.families.queries import Named
from kinderwerk.families.rules import (
    Adult,
    ConsentPurpose,
    GoingHome,
    LooksLikeAnother,
    Particulars,
    Relation,
)
from kinderwerk.notes.asking import HelpForm
from kinderwerk.web.form import Address, Form, OnceField, Phone, RowField, RowsField, Text
from kinderwerk.web.pages import day, wall, why_not

from wtforms import DateField  # isort: skip

FILLED: Final = InputRequired()
#: In the order of the paper; the signature is the yes to keeping the details at all.
PURPOSES: Final = tuple(
    one for one in ON_THE_PAGE if one not in (ConsentPurpose.REGISTRATION, ConsentPurpose.STORY)
)


class ChildForm(HelpForm):
    """One child of the form; what is left empty is no child."""

    class Meta:
        csrf = False

    first_name = Text(_("First name"), [FILLED, Length(max=80)])
    surname = Text(_("Surname"), [FILLED, Length(max=80)])
    born_on = DateField(_("Date of birth"), [FILLED])
    goes_home_alone = GoingHomeField(
        _("How does the child go home?"), GoingHome, default=GoingHome.PICKED_UP
    )
    comes_to = RowsField(_("What does this child come to?"))
    help_agreed = BooleanField(_("The form says yes: helpers may know this"))
    child_agreed = BooleanField(_("The child agrees as well (from 12 years)"))
    same_as = RowField(_("Is it one of these?"), empty=_("None of these"))
    really = BooleanField(_("It is another child: add it all the same"))
    number: int
    doubt: bool = False

    @property
    def begun(self) -> bool:
        return any((one.raw_data or [""])[0].strip() for one in (self.first_name, self.born_on))

    def suspect(self, alike: Sequence[Child]) -> None:
        """Ask whether it is one of those that are known."""
        self.doubt = bool(alike)
        self.same_as.offer((one.id, f"{one.full_name}, {day(one.born_on)}") for one in alike)

    def on_paper(self, told: dict[str, Any]) -> OnPaper:
        return OnPaper(
            told=Particulars(
                first_name=self.first_name.data, surname=self.surname.data,
                born_on=self.born_on.data, **told,
                goes_home_alone=self.goes_home_alone.data is GoingHome.ALONE,
            ),
            help=self.help(), help_agreed=self.help_agreed.data,
            child_agreed=self.child_agreed.data, comes_to=self.comes_to.data or (),
            same_as=self.same_as.data, really=self.really.data,
        )  # fmt: skip

    @override
    def blame(self, refusal: Refusal) -> None:
        names = {"agreed": "help_agreed", "picked_up_by": "goes_home_alone"}
        self.doubt = self.doubt or isinstance(refusal, LooksLikeAnother)
        field = names.get(refusal.field or "", refusal.field)
        if field in self:
            self[field].errors = [*self[field].errors, why_not(refusal)]
        else:
            self.form_errors.append(why_not(refusal))


class AnswerForm(Form):
    """Yes, no or nothing to one purpose, and which version was printed."""

    class Meta:
        csrf = False

    answer = RadioField(_("The answer"), default="", validate_choice=True)
    version = SelectField(_("Version on the form"), coerce=int)

    def __init__(self, purpose: ConsentPurpose, **kwargs: Any) -> None:
        super().__init__(prefix=f"{purpose.value}-", **kwargs)
        self.purpose = purpose
        self.answer.label.text = gettext(purpose.label)
        self.answer.choices = [
            SelectChoice("yes", gettext("Yes")), SelectChoice("no", gettext("No")),
            SelectChoice("", gettext("Not answered")),
        ]  # fmt: skip
        known = [text.version for text in texts() if text.purpose is purpose]
        self.version.choices = [SelectChoice(one, str(one)) for one in reversed(known)]
        if self.version.raw_data is None or not self.version.raw_data:
            self.version.data = known[-1]

    @property
    def several(self) -> bool:
        return len(self.version.choices) > 1


class PaperForm(Form):
    carer_name = Text(_("Name of the parent or carer"), [FILLED, Length(max=120)])
    relation = RelationField(_("Who are they to the child?"), default=Relation.PARENT)
    carer_phone = Phone(_("Mobile number of the parent"), [FILLED])
    carer_email = Address(_("E-mail address of the parent"), [Optional(), Email(), Length(max=254)])
    neighbourhood_id = RowField(_("In which neighbourhood do they live?"), empty=_("I do not know"))
    emergency_name = Text(_("Whom do we call in an emergency?"), [FILLED, Length(max=120)])
    emergency_phone = Phone(_("Telephone number for an emergency"), [FILLED])
    picked_up_by = Text(_("Who fetches the children?"), [Optional(), Length(max=200)])
    language = SelectField(
        _("Language of the form"), choices=[SelectChoice(*each) for each in LANGUAGES.items()]
    )
    signed = BooleanField(_("The form is signed: we may keep these details"))
    together = BooleanField(_("They come together or not at all"))
    once = OnceField()
    children: Sequence[ChildForm]
    answers: Sequence[AnswerForm]

    @classmethod
    def offering(
        cls, places: Iterable[Named], choices: Iterable[Choice], ticked: Iterable[UUID]
    ) -> "PaperForm":
        form, offered, ticked = cls(), [(one.id, _named(one)) for one in choices], [*ticked]
        form.neighbourhood_id.offer((place.id, place.name) for place in places)
        form.children = [ChildForm(prefix=f"child-{number}-") for number in range(MOST_CHILDREN)]
        for number, child in enumerate(form.children):
            child.number = number
            child.comes_to.offer(offered)
            child.same_as.offer(())
            if not child.begun and not form.is_submitted():
                child.comes_to.data = ticked
        form.answers = [
            AnswerForm(one) for one in
            (ConsentPurpose.REGISTRATION, *PURPOSES, ConsentPurpose.HEALTH)
        ]  # fmt: skip
        return form

    @property
    def written(self) -> list[ChildForm]:
        """The children who stand on it; the first is asked for."""
        return [one for one in self.children if one.begun or one.number == 0]

    @property
    def asked(self) -> list[AnswerForm]:
        return [one for one in self.answers if one.purpose in PURPOSES]

    @property
    def errors(self) -> dict[str | None, Any]:
        inner = {
            f"{part._prefix}{name}": errors
            for part in (*self.written, *self.answers)
            for name, errors in part.errors.items()
        }
        return {**super().errors, **inner}

    def __iter__(self) -> Iterator[Any]:
        yield from super().__iter__()
        for part in (*self.written, *self.answers):
            yield from part

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        parts = (*self.written, *self.answers)
        right = [super().validate(*args, **kwargs), *(part.validate() for part in parts)]
        return all(right) and not self.errors

    def sheet(self) -> Sheet:
        told = {
            "emergency_name": self.emergency_name.data,
            "emergency_phone": self.emergency_phone.data,
            "picked_up_by": self.picked_up_by.data or "",
        }
        said = {one.purpose: one for one in self.answers}
        always = (ConsentPurpose.REGISTRATION, ConsentPurpose.HEALTH)
        return Sheet(
            adult=Adult(
                name=self.carer_name.data, phone=self.carer_phone.data,
                email=self.carer_email.data or None, language=self.language.data,
                relation=self.relation.data,
            ),
            neighbourhood_id=self.neighbourhood_id.data, signed=self.signed.data,
            answers={
                purpose: Written(one.answer.data == "yes" or purpose in always, one.version.data)
                for purpose, one in said.items()
                if one.answer.data or purpose in always
            },
            children=[one.on_paper(told) for one in self.written], together=self.together.data,
            form_id=self.once.data,
        )  # fmt: skip

    @override
    def blame(self, refusal: Refusal) -> None:
        if isinstance(refusal, OfChild):
            self.written[refusal.number].blame(refusal.why)
        elif isinstance(refusal, OfActivity):
            self.form_errors.append(f"{refusal.title}: {why_not(refusal.why)}")
        else:
            super().blame(refusal)


def _named(one: Choice) -> str:
    return f"{one.title}, {wall(one.starts_at)}" if one.per_day else one.title
