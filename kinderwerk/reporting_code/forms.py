"""The forms of the reporting code and what each stands for."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kinderwerk.core import clock
from kinderwerk.core.words import Labelled
from kinderwerk.families.models import Child
from kinderwerk.reporting_code.models import OF_CHILD, CodeCase, CodeChild
from kinderwerk.reporting_code.protocol import Protocol
from kinderwerk.reporting_code.rules import (
    FINDINGS,
    LONGEST,
    MAY_FAIL,
    About,
    ChildTold,
    Choice,
    Closing,
    Decision,
    Ending,
    Entry,
    EntryKind,
    Finding,
    Whom,
    Words,
)
from kinderwerk.reporting_code.weighing import Question, Reply, Unsafety, Weighed
from kinderwerk.web.form import (
    EnumRadioField,
    Form,
    LongText,
    RowField,
    RowsField,
    Text,
    VersionField,
    Whole,
    YesNoField,
)

#: What is asked about each kind, besides its day, and how.
ASKED: Final[Mapping[EntryKind, Mapping[str, Any]]] = MappingProxyType(
    {
        EntryKind.KINDCHECK: {
            "children_count": _("How many children depend on this adult?"),
            "who": _("How old are they?"),
            "care_shared": _("Does somebody else care for them too?"),
            "said": _("What troubles the adult, and is there enough care and safety?"),
            "finding": _("What did it come to?"),
        },
        EntryKind.CONSULTATION: {
            "held": _("Did you talk it over?"),
            "whom": _("With whom?"),
            "nameless": _("Asked without names"),
            "who": _("Name and work of whom you asked"),
            "said": _("What did you ask? If you did not: why not?"),
            "answer": _("What was the advice?"),
            "agreed": _("What did you agree?"),
        },
        EntryKind.TALK_PARENTS: {
            "held": _("Did the talk take place?"),
            "who": _("Who was there?"),
            "said": _("Which facts did you name? If there was no talk: why not?"),
            "answer": _("What did the parents say?"),
            "agreed": _("What did you agree?"),
        },
        EntryKind.TALK_CHILD: {
            "held": _("Did the talk take place?"),
            "who": _("Who was there?"),
            "said": _("What did you tell and ask? If there was no talk: why not?"),
            "answer": _("What did the child say, in its own words?"),
            "agreed": _("What did you agree?"),
        },
        EntryKind.ASSESSMENT: {
            "finding": _("How great is the danger?"),
            "who": _("Who assessed it together?"),
            "said": _("Why?"),
        },
        EntryKind.REPORT: {
            "who": _("To whom did you speak?"),
            "said": _("What did you report, and what was done until now?"),
            "parents_told": _("Do the parents know?"),
            "answer": _("If they do not: why not?"),
            "agreed": _("What happens now, and who does what?"),
        },
        EntryKind.FOLLOW_UP: {
            "said": _("How does it go? What came back from others?"),
            "agreed": _("What did you agree?"),
            "review_on": _("When does somebody look again?"),
        },
    }
)
FIELDS: Final = frozenset(name for asked in ASKED.values() for name in asked)


def _maybe(kind: type[Labelled]) -> Any:
    return lambda value: kind(value) if value in set(kind) else None


class BeginForm(Form):
    children = RowsField(_("About which children is it?"))

    def offer(self, children: Sequence[Child]) -> None:
        self.children.offer((one.id, one.full_name) for one in children)


class EntryForm(Form):
    held = YesNoField(default="yes")
    day = DateField(_("When was it?"), [InputRequired()], default=clock.today)
    children_count = Whole("", [Optional(), NumberRange(0, 99)])
    whom = SelectField(coerce=_maybe(Whom))
    nameless = BooleanField()
    who = Text("", [Optional(), Length(max=400)])
    care_shared = YesNoField(validators=[Optional()])
    finding = RadioField(coerce=_maybe(Finding), validate_choice=False)
    said = LongText("", [InputRequired(), Length(max=LONGEST)])
    parents_told = YesNoField()
    answer = LongText("", [Optional(), Length(max=LONGEST)])
    agreed = LongText("", [Optional(), Length(max=LONGEST)])
    review_on = DateField("", [InputRequired()])

    @classmethod
    def of(cls, kind: EntryKind, protocol: Protocol) -> "EntryForm":
        form, asked = cls(), ASKED[kind]
        for name in FIELDS - asked.keys():
            del form[name]
        for name, words in asked.items():
            form[name].label.text = words
        if "whom" in asked:
            form.whom.choices = [
                SelectChoice("", _("Choose")),
                *(
                    SelectChoice(
                        one.value, protocol.adviser if one is Whom.ADVISER else _(one.label)
                    )
                    for one in Whom
                ),
            ]  # fmt: skip
        if "finding" in asked:
            form.finding.choices = [SelectChoice(one.value, _(one.label)) for one in FINDINGS[kind]]
        return form

    def entry(self, kind: EntryKind) -> Entry:
        said: dict[str, Any] = {
            field.name: field.told if isinstance(field, YesNoField) else field.data
            for field in self
        }
        return Entry(
            kind=kind, day=self.day.data,
            held=said.get("held") is not False or kind not in MAY_FAIL,
            whom=said.get("whom"), nameless=bool(said.get("nameless")),
            finding=said.get("finding"), children_count=said.get("children_count"),
            care_shared=said.get("care_shared"), parents_told=said.get("parents_told"),
            review_on=said.get("review_on"),
            words=Words(
                said=said["said"], who=said.get("who") or "", answer=said.get("answer") or "",
                agreed=said.get("agreed") or "",
            ),
        )  # fmt: skip


class WeighForm(Form):
    reply = EnumRadioField(_("Your answer"), Reply)
    unsafety = RadioField(
        _("If yes: what kind of unsafety?"), [Optional()], coerce=_maybe(Unsafety),
        choices=[SelectChoice(one.value, _(one.label)) for one in Unsafety],
        validate_choice=False,
    )  # fmt: skip
    term_on = DateField(_("If yes: by which day must the help have worked?"), [Optional()])
    motive = LongText(_("Why?"), [InputRequired(), Length(max=LONGEST)])

    @classmethod
    def of(cls, question: Question) -> "WeighForm":
        form = cls()
        if question is not Question.UNSAFE:
            del form.unsafety
        if question is not Question.WILLING:
            del form.term_on
        return form

    def weighed(self, question: Question) -> Weighed:
        said: dict[str, Any] = {field.name: field.data for field in self}
        yes = self.reply.data is Reply.YES
        return Weighed(
            question=question, reply=self.reply.data, motive=self.motive.data,
            unsafety=said.get("unsafety") if yes else None,
            term_on=said.get("term_on") if yes else None,
        )  # fmt: skip


class DecideForm(Form):
    yes = YesNoField(_("The decision"), [InputRequired()])
    motive = LongText(_("Why?"), [InputRequired(), Length(max=LONGEST)])
    decider_id = RowField(_("Who decides?"), [InputRequired()])

    def decision(self, about: About) -> Decision:
        return Decision(
            about=about,
            yes=self.yes.told is True,
            motive=self.motive.data,
            decider_id=self.decider_id.data,
        )


class SecondForm(Form):
    agrees = YesNoField(_("Do you agree with this decision?"), [InputRequired()])
    words = LongText(_("Why, or why not?"), [Optional(), Length(max=LONGEST)])


class ChildForm(Form):
    informed_on = DateField(_("When was the child told what happens, and why?"), [Optional()])
    not_informed = LongText(_("If not: why not?"), [Optional(), Length(max=LONGEST)])
    view = LongText(
        _("What does the child think, in its own words?"), [Optional(), Length(max=LONGEST)]
    )
    choice = SelectField(_("How does the child want to take part?"), coerce=_maybe(Choice))
    choice_words = LongText(
        _("With whom, or why was it not asked?"), [Optional(), Length(max=LONGEST)]
    )
    outcome_told_on = DateField(_("When was the child told what came of it?"), [Optional()])
    not_told = LongText(_("If not: why not?"), [Optional(), Length(max=LONGEST)])
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice.choices = [
            SelectChoice("", _("Not asked yet")),
            *(SelectChoice(one.value, _(one.label)) for one in Choice),
        ]

    @classmethod
    def of(cls, row: CodeChild, words: Mapping[str, str | None]) -> "ChildForm":
        return cls(
            data={
                **{name: words[name] or "" for name in OF_CHILD},
                "informed_on": row.informed_on, "choice": row.choice,
                "outcome_told_on": row.outcome_told_on, "version": row.version,
            }
        )  # fmt: skip

    def told(self) -> ChildTold:
        return ChildTold(
            informed_on=self.informed_on.data, choice=self.choice.data,
            outcome_told_on=self.outcome_told_on.data,
            words={name: self[name].data or "" for name in OF_CHILD},
        )  # fmt: skip


class CourseForm(Form):
    version = VersionField()
    owner_id = RowField(_("Who carries it?"), [InputRequired()])
    review_on = DateField(_("When does somebody look again?"), [InputRequired()])


class CloseForm(Form):
    version = VersionField()
    ending = EnumRadioField(_("How does it end?"), Ending)
    why = LongText(_("Why can it be closed?"), [InputRequired(), Length(max=LONGEST)])
    knows_missing = BooleanField(_("I know that steps are missing, and said above why"))

    @classmethod
    def of(cls, case: CodeCase, *, missing: bool) -> "CloseForm":
        form = cls(version=case.version)
        if not missing:
            del form.knows_missing
        return form

    def closing(self) -> Closing:
        knows = "knows_missing" in self and bool(self.knows_missing.data)
        return Closing(ending=self.ending.data, why=self.why.data, knows_missing=knows)


class RulesForm(Form):
    second_person = BooleanField(_("A second person agrees with each decision"))
