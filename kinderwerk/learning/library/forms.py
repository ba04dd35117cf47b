"""The forms of the library: writing a lesson, and what a second person says to it."""

from typing import Any, Final, Self

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SearchField, SelectMultipleField, widgets
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.core.words import Labelled
from kinderwerk.learning.library.models import SEALED, Lesson
from kinderwerk.learning.library.queries import Asked
from kinderwerk.learning.library.rules import (
    LONGEST,
    SHORT,
    TITLE,
    Check,
    Origin,
    Tongue,
    Wish,
    Words,
)
from kinderwerk.signals.rules import Area
from kinderwerk.web.form import (
    ChosenField,
    EnumField,
    EnumRadioField,
    Form,
    LongText,
    OnceField,
    RowField,
    Text,
    VersionField,
)

MOST_TAGS: Final = 300
LONGEST_QUESTION: Final = 200
OPEN: Final = ("origin", "language", "areas", "checker_id", "version")


class SeveralField(SelectMultipleField):  # type: ignore[misc]
    """Some members of an enumeration, as tick boxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any, kind: type[Labelled], *args: Any, **kwargs: Any) -> None:
        choices = [SelectChoice(one.value, _(one.label)) for one in kind]
        super().__init__(label, *args, choices=choices, **kwargs)


def tongue_here() -> Tongue:
    here = get_locale()
    return Tongue(here.language) if here and here.language in set(Tongue) else Tongue.NL


class LessonForm(Form):
    title = Text(_("The lesson in one sentence"), [InputRequired(), Length(max=TITLE)])
    situation = LongText(_("When does it help?"), [Optional(), Length(max=SHORT)])
    lesson = LongText(_("What did you learn?"), [InputRequired(), Length(max=LONGEST)])
    helped = LongText(_("What helped?"), [Optional(), Length(max=SHORT)])
    tags = Text(_("Keywords"), [Optional(), Length(max=MOST_TAGS)])
    areas = SeveralField(_("Which life areas does it touch?"), Area, [Optional()])
    origin = EnumRadioField(_("Out of what did you learn it?"), Origin)
    language = EnumField(_("In which language is it?"), Tongue, default=tongue_here)
    checker_id = RowField(
        _("Who looks at it as the second person?"), [InputRequired()], empty=_("Choose somebody")
    )
    only_words = BooleanField(_("I looked: that is a word and not a name"))
    once = OnceField()
    version = VersionField()

    @property
    def doubted(self) -> bool:
        return bool(self.only_words.data or self.only_words.errors)

    def wish(self) -> Wish:
        return Wish(
            origin=self.origin.data, language=self.language.data,
            areas=[Area(one) for one in self.areas.data or ()], checker_id=self.checker_id.data,
            only_words=self.only_words.data,
            words=Words(**{name: self[name].data or "" for name in SEALED}),
        )  # fmt: skip

    @classmethod
    def draft(cls, origin: Origin, words: Words) -> Self:
        return cls(None, data={"origin": origin, **{name: getattr(words, name) for name in SEALED}})

    @classmethod
    def of(cls, lesson: Lesson, words: Words) -> Self:
        told = {name: getattr(words, name) for name in SEALED}
        return cls(data={**told, **{name: getattr(lesson, name) for name in OPEN}})


class ReleaseForm(Form):
    confirmed = SeveralField(_("I looked, and"), Check)
    version = VersionField(id="release-version")

    def checks(self) -> list[Check]:
        return [Check(one) for one in self.confirmed.data or ()]


class BecauseForm(Form):
    because = LongText(_("Why?"), [InputRequired(), Length(max=SHORT)])
    version = VersionField(id="because-version")


class PlainForm(Form):
    """A button with nothing to fill in."""


class SearchForm(Form):
    """What somebody looks for; it stands in the address, and what makes no sense finds nothing."""

    class Meta:
        csrf = False

    q = SearchField(_("Search"), [Optional(), Length(max=LONGEST_QUESTION)])
    area = ChosenField(
        _("Life area"),
        choices=[
            SelectChoice("", _("All life areas")),
            *(SelectChoice(area.value, _(area.label)) for area in Area),
        ],
    )
    tag = HiddenField("")

    def asked(self) -> Asked:
        known = {area.value: area for area in Area}
        return Asked(
            text=(self.q.data or "")[:LONGEST_QUESTION], tag=self.tag.data or "",
            area=known.get(self.area.data),
        )  # fmt: skip
