"""The forms of a learning review."""

from typing import Any, Final, Self

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, widgets
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.core.words import Labelled
from kinderwerk.learning.reviews.models import SEALED, LearningReview
from kinderwerk.learning.reviews.rules import (
    LONGEST,
    SHORT,
    Level,
    Outcome,
    Snag,
    Trap,
    Trigger,
    Wish,
    Words,
)
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.web.form import (
    EnumRadioField,
    Form,
    LongText,
    OnceField,
    RowField,
    VersionField,
)

OPEN: Final = (
    "trigger", "level", "near_side", "far_side", "snag", "owner_id", "check_on", "version",
)  # fmt: skip


class MaybeField(SelectField):  # type: ignore[misc]
    """One of an enumeration, or nothing."""

    def __init__(self, label: Any, kind: type[Labelled], **kwargs: Any) -> None:
        known = [SelectChoice(one.value, _(one.label)) for one in kind]
        choices = [SelectChoice("", _("Not here")), *known]
        super().__init__(
            label, choices=choices, coerce=lambda value: kind(value) if value else None, **kwargs
        )


class TrapsField(SelectMultipleField):  # type: ignore[misc]
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        choices = [SelectChoice(one.value, _(one.label)) for one in Trap]
        super().__init__(label, choices=choices, **kwargs)


class ReviewForm(Form):
    trigger = EnumRadioField(_("Why do you look back?"), Trigger)
    timeline = LongText(_("What happened, in order?"), [InputRequired(), Length(max=LONGEST)])
    level = EnumRadioField(_("Where lies the cause?"), Level)
    helped = LongText(_("What helped?"), [Optional(), Length(max=SHORT)])
    hindered = LongText(_("What hindered?"), [Optional(), Length(max=SHORT)])
    traps = TrapsField(_("Did one of these play a part?"))
    child_view = LongText(_("How does the child see it?"), [Optional(), Length(max=SHORT)])
    parent_view = LongText(_("How do the parents see it?"), [Optional(), Length(max=SHORT)])
    near_side = MaybeField(_("Did it jam between two help systems? On this side"), HelpSystem)
    far_side = MaybeField(_("And on the other side"), HelpSystem)
    snag = MaybeField(_("What jammed there?"), Snag)
    lesson = LongText(_("What is the lesson?"), [Optional(), Length(max=SHORT)])
    change = LongText(_("What do you do otherwise from now on?"), [Optional(), Length(max=SHORT)])
    owner_id = RowField(_("Who sees to it?"), empty=_("Nobody yet"))
    check_on = DateField(_("When do you look whether it works?"), [Optional()])
    only_words = BooleanField(_("I looked: that is a word and not a name"))
    once = OnceField()
    version = VersionField()

    @property
    def doubted(self) -> bool:
        return bool(self.only_words.data or self.only_words.errors)

    def wish(self) -> Wish:
        return Wish(
            trigger=self.trigger.data, level=self.level.data,
            traps=[Trap(one) for one in self.traps.data or ()], near_side=self.near_side.data,
            far_side=self.far_side.data, snag=self.snag.data, owner_id=self.owner_id.data,
            check_on=self.check_on.data, only_words=self.only_words.data,
            words=Words(**{name: self[name].data or "" for name in SEALED}),
        )  # fmt: skip

    @classmethod
    def of(cls, review: LearningReview, words: Words) -> Self:
        told = {name: getattr(words, name) for name in SEALED}
        open_ = {name: getattr(review, name) for name in OPEN}
        return cls(data={**told, **open_, "traps": review.traps})


class LookForm(Form):
    verdict = EnumRadioField(_("Does it work?"), Outcome)
    again_on = DateField(_("If not: when do you look again?"), [Optional()])
    version = VersionField()
