from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.fields import SelectChoice, SelectField
from wtforms.validators import Email, InputRequired, Length, ValidationError

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.rules import (
    GIVEN,
    LEAST,
    MOST,
    Acceptance,
    Appointment,
    Credentials,
    Invite,
    LinkPurpose,
    LinkWish,
    NewPassword,
    Profile,
)
from kinderwerk.accounts.service.burdens import Carried
from kinderwerk.core.words import LANGUAGES
from kinderwerk.web.form import Address, EnumField, Form, RowField, Text

KNOWN = {"autocomplete": "current-password"}
NEW = {"autocomplete": "new-password", "minlength": LEAST}
CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none"}
MAIL = {"autocomplete": "username", "autocapitalize": "none"}


class SignInForm(Form):
    email = Address(_("E-mail address"), [InputRequired(), Length(max=254)], render_kw=MAIL)
    password = PasswordField(_("Password"), [InputRequired(), Length(max=MOST)], render_kw=KNOWN)

    def credentials(self, place: str) -> Credentials:
        return Credentials(email=self.email.data, password=self.password.data, place=place)


class LinkForm(Form):
    email = Address(
        _("Your e-mail address"), [InputRequired(), Length(max=254), Email()],
        render_kw={"autocomplete": "email"},
    )  # fmt: skip

    def wish(
        self, purpose: LinkPurpose, language: str, place: str, onward: str | None = None
    ) -> LinkWish:
        return LinkWish(
            email=self.email.data, purpose=purpose, language=language, place=place, onward=onward
        )


class CodeForm(Form):
    code = StringField(_("Code"), [InputRequired(), Length(max=40)], render_kw=CODE)

    def typed(self) -> str:
        return str(self.code.data)


class PasswordForm(Form):
    current = PasswordField(
        _("Your password"), [InputRequired(), Length(max=MOST)], render_kw=KNOWN
    )


class _Twice(Form):
    """A new password, typed twice because one does not see it."""

    password = PasswordField(_("New password"), [InputRequired(), Length(max=MOST)], render_kw=NEW)
    repeated = PasswordField(_("The same again"), [InputRequired()], render_kw=NEW)

    def validate_repeated(self, field: PasswordField) -> None:
        if field.data != self.password.data:
            raise ValidationError(_("The two passwords are not the same."))


class NewPasswordForm(_Twice):
    def new(self) -> NewPassword:
        return NewPassword(password=self.password.data)


class ChangePasswordForm(_Twice):
    current = PasswordField(
        _("Your password now"), [InputRequired(), Length(max=MOST)], render_kw=KNOWN
    )

    def new(self, place: str) -> NewPassword:
        current = self.current.data if self.current else None
        return NewPassword(password=self.password.data, current=current, place=place)


class AcceptForm(_Twice):
    name = Text(
        _("Your name"), [InputRequired(), Length(max=120)], render_kw={"autocomplete": "name"}
    )

    def answer(self, language: str) -> Acceptance:
        return Acceptance(name=self.name.data, password=self.password.data, language=language)


class ProfileForm(Form):
    name = Text(
        _("Your name"), [InputRequired(), Length(max=120)], render_kw={"autocomplete": "name"}
    )
    language = SelectField(_("Language"), choices=[])

    def offer(self, codes: tuple[str, ...]) -> None:
        self.language.choices = [SelectChoice(code, LANGUAGES[code]) for code in codes]

    def profile(self) -> Profile:
        return Profile(name=self.name.data, language=self.language.data)


class _RoleForm(Form):
    role = EnumField(_("Role"), Role)
    neighbourhood = RowField(_("Only in this neighbourhood"), empty=_("Everywhere"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = {role.value for role in GIVEN}
        self.role.choices = [each for each in self.role.choices if each.value in given]


class InviteForm(_RoleForm):
    name = Text(_("Name"), [InputRequired(), Length(max=120)])
    email = Address(_("E-mail address"), [InputRequired(), Length(max=254), Email()])

    def invite(self, language: str) -> Invite:
        return Invite(
            email=self.email.data, name=self.name.data, role=self.role.data,
            neighbourhood_id=self.neighbourhood.data, language=language,
        )  # fmt: skip


class AppointForm(_RoleForm):
    def appointment(self) -> Appointment:
        return Appointment(role=self.role.data, neighbourhood_id=self.neighbourhood.data)


def hand_over_form(carried: Sequence[Carried]) -> Form:
    """Return a form that asks, for each kind of thing, which colleague takes it over."""
    choose = {"validators": [InputRequired()], "empty": _("Choose a colleague")}
    fields = {each.load.name: RowField(_(each.load.label), **choose) for each in carried}
    form: Form = type("HandOverForm", (Form,), fields)()
    for each in carried:
        form[each.load.name].offer([(one.id, one.name) for one in each.colleagues])
    return form


def heirs(form: Form) -> dict[str, UUID]:
    return {field.name: field.data for field in form if isinstance(field, RowField)}


class PasskeyForm(Form):
    answer = HiddenField(validators=[InputRequired(), Length(max=10_000)])


class NewPasskeyForm(PasskeyForm):
    name = Text(
        _("Name of the passkey"), [InputRequired(), Length(max=60)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip


class RenameForm(Form):
    name = Text(_("Name of the passkey"), [InputRequired(), Length(max=60)])


class KeptForm(Form):
    kept = BooleanField(_("I have written these codes down or printed them"), [InputRequired()])
