"""Forms for signing up, and for calling off."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from flask import request
from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from typing_extensions import override
from wtforms import BooleanField, Field, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.models import Activity
from kinderwerk.activities.telling import called
from kinderwerk.core import ids
from kinderwerk.core.errors import Refusal
from kinderwerk.families.asking import OwnChildForm
from kinderwerk.signups.offers import Offer
from kinderwerk.signups.options import DateChoice, Options
from kinderwerk.signups.rules import SignUp
from kinderwerk.signups.several import CannotCome, NewChild, Result
from kinderwerk.web.form import Form, LongText, OnceField, RowsField, Whole
from kinderwerk.web.languages import apart
from kinderwerk.web.pages import wall

YES: Final = "yes"


class IdsField(Field):  # type: ignore[misc]
    """Ids that were chosen on a page before; `data` is a tuple. Whoever uses them checks them."""

    data: tuple[UUID, ...]

    def process_data(self, value: Iterable[UUID] | None) -> None:
        self.data = tuple(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = ()
        try:
            self.data = tuple(dict.fromkeys(UUID(one) for one in valuelist))
        except ValueError:
            raise ValueError(self.gettext("Not a valid choice.")) from None

    def __call__(self, **kwargs: Any) -> Markup:
        row = Markup('<input type="hidden" name="{}" value="{}">')
        return Markup("").join(row.format(self.name, one) for one in self.data)


class WishForm(Form):
    """Who comes, and when; carried from step to step."""

    children = IdsField(_("Who comes?"))
    dates = IdsField(_("When?"))
    together = BooleanField(_("They come together or not at all"))
    anyway = BooleanField(_("Sign up all the same"))
    form_id = HiddenField(default=lambda: str(ids.confidential()))

    @classmethod
    def carried(cls) -> "WishForm":
        """Read what was chosen on the pages before from the address, and the wish as it is sent."""
        return cls(request.args) if request.method == "GET" else cls()

    def wish(self, activity_id: UUID, *, at_door: bool = False) -> SignUp:
        return SignUp(
            activity_id=activity_id, child_ids=self.children.data,
            occurrence_ids=self.dates.data, form_id=self._sent_as(), at_door=at_door,
            together=self.together.data and len(self.children.data) > 1,
            careful=not at_door and not self.anyway.data,
        )  # fmt: skip

    def _sent_as(self) -> UUID | None:
        try:
            return UUID(str(self.form_id.data))
        except ValueError:
            return None


class ChoiceForm(Form):
    """A step in which one chooses: it is read from the address, and changes nothing."""

    class Meta:
        csrf = False

    children = RowsField(_("Who comes?"))
    dates = RowsField(_("When?"))

    @classmethod
    def of(cls, options: Options, wish: WishForm, *, asked: bool) -> "ChoiceForm":
        """Make the form with what was chosen ticked, and why the wish was refused, if it was.

        `asked` when nothing was chosen, though it could have been.
        """
        form = cls(
            data={
                "children": [one.id for one in options.children],
                "dates": [one.id for one in options.dates],
            }
        )
        form.children.offer((one.id, _age(one.child.full_name, one.age)) for one in options.able)
        form.dates.offer((one.id, _date(one)) for one in options.open_dates)
        field = form.dates if options.children and not options.choosing else form.children
        if wish.errors:
            form.form_errors = [message for errors in wish.errors.values() for message in errors]
        elif asked:
            field.errors = [gettext("Choose at least one.")]
        return form


class TickField(RowsField):
    """Rows that are ticked; whether one can have them is said by whoever is asked for them."""

    @override
    def pre_validate(self, form: Any) -> None:
        pass


class PartForm(Form):
    """Who comes to one activity, and when, on the page that asks everything at once."""

    class Meta:
        csrf = False

    children = TickField(_("Who comes?"))
    dates = TickField(_("When?"))
    together = BooleanField(_("They come together or not at all"))
    anyway = BooleanField(_("Sign up all the same"))
    options: Options
    form_errors: list[str]

    @classmethod
    def of(cls, options: Options) -> "PartForm":
        form = cls(prefix=f"{options.activity.id}-")
        form.options = options
        if request.method == "GET":
            form.children.data = [one.id for one in options.children]
            form.dates.data = [one.id for one in options.dates]
        form.children.offer((one.id, _age(one.child.full_name, one.age)) for one in options.able)
        form.dates.offer((one.id, _date(one)) for one in options.all_dates)
        return form

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        right = bool(super().validate(*args, **kwargs))
        if self.children.data:
            self.ask_for_dates()
        return right and not self.errors

    def ask_for_dates(self) -> None:
        if self.options.per_day and not self.dates.data:
            self.dates.errors = [gettext("Choose at least one.")]

    def take_blame(self, before: "PartForm") -> None:
        """Stand in for the same form as it was sent: with its faults, and what is possible now."""
        self.form_errors = [*before.form_errors]
        for field, fault in zip(self, before, strict=True):
            field.errors = fault.errors

    def wish(self, form_id: UUID, *, one_more: bool) -> SignUp:
        children = self.children.data or ()
        return SignUp(
            activity_id=self.options.activity.id, child_ids=tuple(children),
            occurrence_ids=tuple(self.dates.data or ()), form_id=form_id, quiet=True,
            together=self.together.data and len(children) + one_more > 1,
            careful=not self.anyway.data,
        )  # fmt: skip


class NewChildForm(OwnChildForm):
    """A child whom nobody knows yet, on the same page; whoever leaves it empty has none."""

    class Meta:
        csrf = False

    comes_to = TickField(_("What does this child come to?"))
    organisation: Organisation

    @classmethod
    def among(cls, organisation: Organisation, activities: Sequence[Activity]) -> "NewChildForm":
        form = cls.here(organisation, prefix="new-")
        form.organisation = organisation
        form.comes_to.offer((one.id, apart(called(one))) for one in activities)
        if request.method == "GET" or len(activities) == 1:
            form.comes_to.data = [one.id for one in activities]
        return form

    @property
    def begun(self) -> bool:
        """Tell whether somebody is written down, if only in part."""
        return any((one.raw_data or [""])[0].strip() for one in (self.first_name, self.born_on))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        right = bool(super().validate(*args, **kwargs))
        if not self.comes_to.data:
            self.comes_to.errors = [gettext("Choose at least one.")]
        return right and not self.errors

    def new(self) -> NewChild:
        return NewChild(
            organisation_id=self.organisation.id, told=self.child(),
            neighbourhood_id=self.neighbourhood_id.data, me=self.me(str(get_locale())),
            activity_ids=self.comes_to.data,
        )  # fmt: skip


class AllForm(Form):
    """One activity or several, everything on one page; each part is answered for itself."""

    form_id = OnceField()
    parts: Sequence[PartForm] = ()
    new: NewChildForm | None = None

    @classmethod
    def of(cls, possible: Iterable[Options], before: "AllForm | None" = None) -> "AllForm":
        """Make the form; `before` is the same, as it was sent and refused."""
        form = before or cls()
        faults = {one.options.activity.id: one for one in form.parts}
        form.parts = [PartForm.of(one) for one in possible]
        for part in form.parts:
            if fault := faults.get(part.options.activity.id):
                part.take_blame(fault)
        return form

    def __iter__(self) -> Iterator[Any]:
        yield from super().__iter__()
        for part in self._inner:
            yield from part

    @property
    def _inner(self) -> list[PartForm | NewChildForm]:
        return [*self.parts, *([self.new] if self.new else [])]

    @property
    def coming(self) -> NewChildForm | None:
        """The new child, if there is one; where there is no other, it is asked for."""
        alone = not any(part.options.able for part in self.parts)
        return self.new if self.new and (self.new.begun or alone) else None

    def _new_comes_to(self, part: PartForm) -> bool:
        return bool(self.coming and part.options.activity.id in (self.coming.comes_to.data or ()))

    @property
    def errors(self) -> dict[str | None, Any]:
        of_parts = {
            f"{part._prefix}{name}": errors
            for part in self._inner
            for name, errors in part.errors.items()
        }
        return {**super().errors, **of_parts}

    @override
    def blame(self, refusal: Refusal) -> None:
        if isinstance(refusal, CannotCome):
            self.judge(refusal.results)
        if self.new and refusal.field in self.new:
            self.new.blame(refusal)
        else:
            super().blame(refusal)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        right = [super().validate(*args, **kwargs), *(part.validate() for part in self.parts)]
        if self.coming:
            right.append(self.coming.validate())
        for part in self.parts:
            if self._new_comes_to(part):
                part.ask_for_dates()
        if self.parts and not self.coming and not any(one.children.data for one in self.parts):
            open_ = (one for one in self.parts if one.options.able and not one.options.closed)
            first = next(open_, self.parts[0])
            first.children.errors = [gettext("Choose at least one.")]
        return all(right) and not self.errors

    def wishes(self) -> list[SignUp]:
        more = {part: self._new_comes_to(part) for part in self.parts}
        return [
            part.wish(self.form_id.data, one_more=one_more)
            for part, one_more in more.items()
            if part.children.data or one_more
        ]

    def judge(self, results: Iterable[Result]) -> None:
        """Say with each activity why it was refused, if it was."""
        parts = {part.options.activity.id: part for part in self.parts}
        for result in results:
            if result.refusal:
                parts[result.activity_id].blame(result.refusal)

    def ticked(self) -> dict[str, Any]:
        """Return what was chosen so far, as an address carries it."""
        fields = [field for part in self.parts for field in (part.children, part.dates)]
        return {field.name: [str(one) for one in field.data or ()] for field in fields}


class OfferForm(Form):
    """Yes or no to places that are offered: `answer` is the button that was pressed."""

    children = RowsField(_("Who comes?"))
    answer = StringField()

    @classmethod
    def of(cls, offer: Offer) -> "OfferForm":
        """Make the form with every child ticked that can still come."""
        form = cls(data={"children": [one.id for one in offer.open]})
        form.children.offer((one.id, one.child.first_name) for one in offer.signups)
        return form

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        if not super().validate(*args, **kwargs):
            return False
        if self.answer.data == YES and not self.children.data:
            self.children.errors = [gettext("Choose at least one.")]
        return not self.errors

    def taken(self) -> list[UUID]:
        return list(self.children.data) if self.answer.data == YES else []


class HoursForm(Form):
    hours = Whole(_("For how many hours do we keep a place that is offered?"), [InputRequired()])


class CallOffForm(Form):
    reason = LongText(_("What do we tell the families?"), [InputRequired(), Length(max=200)])
    later = BooleanField(_("All later dates too"))


def _age(name: str, age: int) -> str:
    name = apart(name)
    return str(
        ngettext("%(name)s (%(num)d year old)", "%(name)s (%(num)d years old)", age, name=name)
    )


def _date(one: DateChoice) -> str:
    when = wall(one.starts_at)
    if one.left is None:
        return when
    if one.left == 0:
        place = one.waiting + 1
        return str(
            gettext("%(when)s (full: place %(place)d on the waiting list)", when=when, place=place)
        )
    left = one.left
    return str(
        ngettext("%(when)s (%(num)d place left)", "%(when)s (%(num)d places left)", left, when=when)
    )
