"""The base form: it carries out an action and takes the blame when a rule says no."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from babel.support import NullTranslations, Translations
from flask_babel import get_locale, gettext, lazy_gettext
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from typing_extensions import override
from werkzeug.datastructures import MultiDict
from wtforms import (
    EmailField,
    FloatField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    widgets,
)
from wtforms.fields import SelectChoice, enum_choices, enum_coerce
from wtforms.fields.choices import Choice
from wtforms.i18n import messages_path
from wtforms.validators import Length, Optional
from wtforms.widgets.core import clean_key

from kinderwerk import paths
from kinderwerk.core import citizen_number, ids
from kinderwerk.core.errors import Refusal, Stale
from kinderwerk.core.words import N_, Labelled
from kinderwerk.web import pages

MOST_DIGITS: Final = 9
#: Control characters and marks that turn the direction of what follows; databases and people
#: trip over them, and nobody types them on purpose.
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


#: What WTForms says more stiffly.
PLAINER: Final = (N_("This field is required."),)


@cache
def _spoken(language: str) -> NullTranslations:
    """Return what WTForms itself says, read once; Flask-WTF would read it in every request."""
    plainer = Translations.load(paths.PACKAGE / "translations", [language])
    plainer.add_fallback(Translations.load(messages_path(), [language], "wtforms"))
    return plainer


class Form(FlaskForm):  # type: ignore[misc]
    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> Any:
            return _spoken(str(get_locale()))

        @override
        def render_field(self, field: Any, render_kw: Any) -> Any:
            if isinstance(field.widget, widgets.Input):
                field.widget.html_params = attributes
            return super().render_field(field, render_kw)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Take invisible characters out of all that was typed or sent, but for passwords."""
            sent = super().wrap_formdata(form, formdata)
            if sent is None:
                return None
            secret = {
                each.name for each in form._fields.values() if isinstance(each, PasswordField)
            }
            return MultiDict(
                (
                    name,
                    _INVISIBLE.sub("", value)
                    if isinstance(value, str) and name not in secret
                    else value,
                )
                for name, value in sent.items(multi=True)
            )

    outcome: Any = None
    conflict: dict[str, object] | None = None

    def carry_out(self, action: Callable[[], Any]) -> bool:
        """Run the action if the input is valid; turn a refusal into an error on the form."""
        if not self.validate_on_submit():
            return False
        try:
            self.outcome = action()
        except Refusal as refusal:
            self.blame(refusal)
        return not self.errors

    def blame(self, refusal: Refusal) -> None:
        """Show why not; a stale form also gets what the other person wrote, by field."""
        message = pages.why_not(refusal)
        if isinstance(refusal, Stale):
            self.compare(refusal)
        if refusal.field in self:
            self[refusal.field].errors = [*self[refusal.field].errors, message]
        else:
            self.form_errors.append(message)

    def compare(self, stale: Stale) -> None:
        """Keep what differs from what the other person wrote; the next save knows of it."""
        self.conflict = {
            name: in_words(self[name], value)
            for name, value in stale.theirs.items()
            if name in self and (self[name].data or None) != (value or None)
        }
        if "version" in self and stale.version is not None:
            self["version"].data = stale.version
            self["version"].raw_data = [str(stale.version)]


def in_words(field: Any, value: object) -> object:
    """Return a stored value as the field shows it: a choice by its label, a day in words."""
    labels = {str(choice.value): choice.label for choice in getattr(field, "choices", None) or ()}
    known = labels.get("" if value is None else str(value))
    if known is not None:
        return known
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, Labelled):
        return gettext(value.label)
    if isinstance(value, date):
        return pages.day(value)
    if isinstance(value, list):
        value = ", ".join(str(labels.get(str(one), one)) for one in value)
    return gettext("Nothing") if value in (None, "") else value


class _Clean:
    """Covers what looks like a citizen number."""

    data: Any
    masked: bool = False

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)  # type: ignore[misc]
        if isinstance(self.data, str):
            typed = self.data.strip()
            self.data = citizen_number.mask(typed)
            self.masked = self.data != typed

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)  # type: ignore[misc]
        if self.masked:
            raise ValidationError(
                gettext(
                    "This looks like a citizen service number (BSN). We may not keep it, so we"
                    " have covered it. The rest of your text is still here: save again."
                )
            )


class Text(_Clean, StringField):  # type: ignore[misc]
    """A line of text."""


class LongText(_Clean, TextAreaField):  # type: ignore[misc]
    """Several lines of text."""


class Address(EmailField):  # type: ignore[misc]
    """An e-mail address."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if isinstance(self.data, str):
            self.data = self.data.strip().lower()


class Phone(StringField):  # type: ignore[misc]
    """A telephone number: never taken for a citizen number."""

    data: Any
    widget = widgets.TelInput()

    def __init__(self, label: Any, validators: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, [*validators, Length(max=32)], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if isinstance(self.data, str):
            self.data = self.data.strip()

    def pre_validate(self, form: Any) -> None:
        digits = re.sub(r"\D", "", self.data or "")
        if self.data and (len(digits) < 6 or re.search(r"[^\d+()\s./-]", self.data)):
            raise ValidationError(
                gettext("A telephone number has only digits, such as 06 12345678.")
            )


class Whole(IntegerField):  # type: ignore[misc]
    """A whole number of at most nine digits: what any database can hold."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and len(valuelist[0].strip()) > MOST_DIGITS:
            self.data = None
            raise ValueError(gettext("That number is too large."))
        super().process_formdata(valuelist)


class VersionField(Whole):
    """The version of the row that was on the screen; hidden.

    Whoever sends none saw none: that is older than any row, and never a way past the question.
    """

    widget = widgets.HiddenInput()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("", [Optional()], **kwargs)

    @override
    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist if any(map(str.strip, valuelist)) else ["0"])


class OnceField(HiddenField):  # type: ignore[misc]
    """Marks one filled-in form: whoever carries it out twice finds that it was done."""

    data: UUID

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("", default=ids.confidential, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        for value in valuelist:
            with suppress(ValueError):
                self.data = UUID(value)


class DegreesField(FloatField):  # type: ignore[misc]
    """Degrees, with a point or a comma; the keyboard of a phone offers digits."""

    widget = widgets.TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value.replace(",", ".") for value in valuelist])


class Choosing(widgets.Select):  # type: ignore[misc]
    """Writes choices as WTForms does, which sorts and joins the attributes of each anew."""

    @override
    def __call__(self, field: Any, **given: Any) -> Markup:
        flags = {name: bool(getattr(field.flags, name)) for name in self.validation_attrs}
        given = {"id": field.id} | flags | given
        choices = "".join(map(_written, field.iter_choices()))
        return Markup(f"<select {attributes(name=field.name, **given)}>{choices}</select>")  # noqa: S704


def _written(choice: Choice) -> str:
    selected = "selected " if choice.selected else ""
    value = _quoted(choice.value)
    label = escape(choice.value if choice.label is None else choice.label or choice.value)
    return f'<option {selected}value="{value}">{label}</option>'


def attributes(**given: Any) -> Markup:
    """Write attributes as WTForms does: sorted, without those that are False."""
    said = (
        clean_key(name) if value is True else f'{clean_key(name)}="{_quoted(value)}"'
        for name, value in sorted(given.items())
        if value is not False
    )
    return Markup(" ".join(said))  # noqa: S704


def _quoted(value: object) -> str:
    """Escape a value, and the quotes of one that is markup already."""
    return str.replace(escape(value), '"', "&quot;")


class EnumField(SelectField):  # type: ignore[misc]
    """A choice between the members of a labelled enumeration; `data` is the member."""

    widget = Choosing()

    def __init__(self, label: Any, kind: type[Labelled], **kwargs: Any) -> None:
        choices = enum_choices(kind, label=lambda member: lazy_gettext(member.label))
        super().__init__(label, choices=choices, coerce=enum_coerce(kind), **kwargs)


class EnumRadioField(RadioField):  # type: ignore[misc]
    """The same, with all the choices in sight."""

    def __init__(self, label: Any, kind: type[Labelled], **kwargs: Any) -> None:
        choices = enum_choices(kind, label=lambda member: lazy_gettext(member.label))
        super().__init__(label, choices=choices, coerce=enum_coerce(kind), **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data is None and not self.process_errors:
            raise ValidationError(gettext("Choose one of these."))
        super().pre_validate(form)


class YesNoField(RadioField):  # type: ignore[misc]
    """Yes or no; `told` is None while nothing was said."""

    data: str | None

    def __init__(self, label: Any = "", validators: Sequence[Any] = (), **kwargs: Any) -> None:
        choices = [SelectChoice("yes", lazy_gettext("Yes")), SelectChoice("no", lazy_gettext("No"))]
        super().__init__(label, validators, choices=choices, coerce=_yes_or_no, **kwargs)
        self.validate_choice = False

    @property
    def told(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.data or "")


def _yes_or_no(value: object) -> str | None:
    return str(value) if value in ("yes", "no") else None


class ChosenField(SelectField):  # type: ignore[misc]
    """What a list shows, as its address says it; when that says nothing, the first choice."""

    widget = Choosing()

    def process_formdata(self, valuelist: list[str]) -> None:
        said = [value for value in valuelist if value] or [self.choices[0].value]
        super().process_formdata(said)


def _as_id(value: Any) -> UUID | None:
    return value if isinstance(value, UUID) else UUID(value) if value else None


class RowField(SelectField):  # type: ignore[misc]
    """A choice between rows; `data` is the id, or None for the empty choice when there is one.

    The view gives `offer` what may be chosen; anything else is refused.
    """

    widget = Choosing()

    def __init__(self, label: Any, *args: Any, empty: Any = None, **kwargs: Any) -> None:
        super().__init__(label, *args, coerce=_as_id, choices=[], **kwargs)
        self.empty = empty

    def offer(self, rows: Iterable[tuple[UUID, str]]) -> None:
        first = [] if self.empty is None else [SelectChoice("", self.empty)]
        self.choices = [*first, *(SelectChoice(str(id), label) for id, label in rows)]

    def pre_validate(self, form: Any) -> None:
        known = {str(choice.value) for choice in self.choices or ()}
        if str(self.data or "") not in known:
            raise ValidationError(self.gettext("Not a valid choice."))


class RowsField(SelectMultipleField):  # type: ignore[misc]
    """A choice of several rows, shown as tick boxes; `data` is a list of ids."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(label, *args, coerce=_as_id, choices=[], **kwargs)

    def offer(self, rows: Iterable[tuple[UUID, str]]) -> None:
        self.choices = [SelectChoice(str(id), label) for id, label in rows]

    def pre_validate(self, form: Any) -> None:
        known = {str(choice.value) for choice in self.choices or ()}
        if not {str(one) for one in self.data or ()} <= known:
            raise ValidationError(self.gettext("Not a valid choice."))
