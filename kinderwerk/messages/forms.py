"""What a list of messages is narrowed down to."""

from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

from flask import url_for
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from kinderwerk.core.words import Labelled
from kinderwerk.messages.queries import Filters
from kinderwerk.messages.rendering import Template
from kinderwerk.messages.rules import Channel, Fate
from kinderwerk.web.form import Form

Kind = TypeVar("Kind", bound=Labelled)


def _one_of(kind: type[Kind]) -> Callable[[Any], Kind | None]:
    """Return what reads a member from an address, and nothing from nonsense."""
    return lambda value: kind(value) if value in set(kind) else None


class AnyField(SelectField):  # type: ignore[misc]
    """A choice between the members of an enumeration, or all of them."""

    def __init__(self, label: Any, kind: type[Labelled], **kwargs: Any) -> None:
        members = [SelectChoice(one.value, _(one.label)) for one in kind]
        everything = [SelectChoice("", _("Everything")), *members]
        super().__init__(label, [Optional()], choices=everything, coerce=_one_of(kind), **kwargs)


class FilterForm(Form):
    class Meta:
        csrf = False

    fate = AnyField(_("How it went"), Fate)
    channel = AnyField(_("By"), Channel)
    what = SelectField(_("What"), [Optional()], default="")

    @classmethod
    def of(cls, asked: MultiDict[str, str], kinds: Mapping[str, Template]) -> Self:
        form = cls(asked)
        names = [SelectChoice(name, _(one.label)) for name, one in kinds.items()]
        form.what.choices = [SelectChoice("", _("Everything")), *names]
        return form

    @property
    def used(self) -> bool:
        return any(field.data for field in self)

    def address(self, number: int) -> str:
        """Return the address of a page of this list."""
        held = {field.name: getattr(field.data, "value", field.data) for field in self}
        chosen = {name: value for name, value in held.items() if value}
        return url_for("messages.index", **chosen, page=number if number > 1 else None)

    def filters(self) -> Filters:
        what = str(self.what.data or "")
        known = {choice.value for choice in self.what.choices}
        return Filters(
            fate=self.fate.data, channel=self.channel.data, template=what if what in known else ""
        )
