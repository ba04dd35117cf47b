"""The agenda of a child council, and what became of a point."""

from collections.abc import Iterable
from typing import Self

from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.core import clock
from kinderwerk.council.models import CouncilPoint
from kinderwerk.council.rules import LONGEST, Point
from kinderwerk.ideas.models import Idea
from kinderwerk.ideas.rules import LONGEST as LONGEST_ANSWER
from kinderwerk.ideas.rules import Answer, Decision, How
from kinderwerk.web.form import (
    EnumRadioField,
    Form,
    LongText,
    OnceField,
    RowField,
    Text,
    VersionField,
)


class PointForm(Form):
    title = Text(_("What do children want to talk about?"), [Optional(), Length(max=LONGEST)])
    idea_id = RowField(_("Or an idea that a child had"), [Optional()], empty=_("None"))
    once = OnceField()

    def offer(self, ideas: Iterable[Idea]) -> None:
        self.idea_id.offer((one.id, one.words[:80]) for one in ideas if one.words)

    def point(self) -> Point:
        return Point(
            title=self.title.data or "", idea_id=self.idea_id.data, once=self.once.data
        )  # fmt: skip


class DecisionForm(Form):
    decision = LongText(
        _("What was decided?"), [InputRequired(), Length(max=LONGEST_ANSWER)]
    )  # fmt: skip
    because = LongText(_("Why?"), [InputRequired(), Length(max=LONGEST_ANSWER)])
    version = VersionField()

    def wish(self) -> Decision:
        return Decision(decision=self.decision.data, because=self.because.data)


class ToldForm(Form):
    told_back_how = EnumRadioField(_("How did children hear it?"), How)
    told_back_on = DateField(_("When?"), [InputRequired()])
    version = VersionField()

    @classmethod
    def of(cls, point: CouncilPoint) -> Self:
        told = {"told_back_how": point.told_back_how or How.COUNCIL, "version": point.version}
        return cls(data=told | {"told_back_on": point.told_back_on or clock.today()})

    def answer(self) -> Answer:
        return Answer(how=self.told_back_how.data, on=self.told_back_on.data)
