"""What every form asks with which a paper is ordered; a feature above orders its own with it."""

from collections.abc import Mapping, Sequence
from typing import Any, Self
from uuid import UUID

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.fields import SelectChoice

from kinderwerk.core.words import LANGUAGES, ORIGINAL
from kinderwerk.papers.kinds import Kind
from kinderwerk.papers.rules import Order
from kinderwerk.web.form import Form


class OrderForm(Form):
    """Every paper has a language; that of the reader is chosen already."""

    language = SelectField(_("In which language?"))

    @classmethod
    def of(cls, kind: Kind, **chosen: Any) -> Self:
        now = str(get_locale())
        begun = now if now in kind.languages else ORIGINAL
        form = cls(data={"language": begun, **chosen})
        form.language.choices = offered(kind.languages)
        return form

    def order(self, kind: Kind, subject_id: UUID) -> Order:
        return Order(
            kind=kind.name, subject_id=subject_id, language=self.language.data,
            choices=self.chosen(),
        )  # fmt: skip

    def chosen(self) -> Mapping[str, str | None]:
        return {}


def offered(languages: Sequence[str]) -> list[SelectChoice]:
    return [SelectChoice(code, LANGUAGES[code]) for code in languages]
