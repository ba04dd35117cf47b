"""The forms of signals and what each stands for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import DateField, SelectField, SelectMultipleField, widgets
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.core import clock
from kinderwerk.core.words import Labelled
from kinderwerk.families.models import Child, Family
from kinderwerk.places.models import Neighbourhood
from kinderwerk.signals.models import Signal
from kinderwerk.signals.queries import Choice
from kinderwerk.signals.rules import (
    BY_ITSELF,
    CLOSED,
    SIGNS,
    Area,
    Capture,
    Course,
    Factor,
    Level,
    Note,
    NoteKind,
    Sign,
    Signs,
    Status,
    Subject,
    review_day,
    ticked,
)
from kinderwerk.web.form import (
    ChosenField,
    EnumField,
    EnumRadioField,
    Form,
    LongText,
    RowField,
    Text,
    VersionField,
)
from kinderwerk.web.pages import day

LONGEST = 4000
#: What a signal can begin with.
FIRST: Final = (
    NoteKind.FACT_OWN, NoteKind.FACT_OTHER, NoteKind.STATEMENT_CHILD, NoteKind.STATEMENT_PARENT,
    NoteKind.DOCUMENT,
)  # fmt: skip


def child_label(child: Child) -> str:
    return f"{child.first_name} {child.surname} ({child.born_on.year})".replace("  ", " ")


def about(signal: Signal) -> str:
    """Say in a line whom or what a signal is about."""
    if signal.child:
        return child_label(signal.child)
    if signal.family:
        return signal.family.called
    place = f" ({signal.neighbourhood.name})" if signal.neighbourhood else ""
    return f"{gettext(signal.subject.label)}{place}"


def only(kind: type[Labelled], members: Sequence[Labelled]) -> list[SelectChoice]:
    return [SelectChoice(member.value, _(member.label)) for member in kind if member in members]


class CaptureForm(Form):
    subject = EnumRadioField(_("Who or what is it about?"), Subject, default=Subject.CHILD)
    child_id = RowField(_("Which child?"), empty=_("Choose a child"))
    family_id = RowField(_("Which family?"), empty=_("Choose a family"))
    neighbourhood_id = RowField(_("In which neighbourhood?"), empty=_("Choose a neighbourhood"))
    kind = SelectField(
        _("How do you know?"),
        choices=only(NoteKind, FIRST),
        default=NoteKind.FACT_OWN,
        coerce=NoteKind,
    )
    fact = LongText(_("What did you see or hear?"), [InputRequired(), Length(max=LONGEST)])
    source = Text(_("Who told you?"), [Optional(), Length(max=200)])
    source_why = Text(_("Why must the family not know who told it?"), [Optional(), Length(max=400)])
    observed_on = DateField(_("When was it?"), [InputRequired()], default=clock.today)
    place = Text(_("Where was it?"), [Optional(), Length(max=120)])
    interpretation = LongText(
        _("What do you think it may mean?"), [Optional(), Length(max=LONGEST)]
    )
    protective = LongText(_("What goes well?"), [Optional(), Length(max=LONGEST)])
    area = EnumField(_("Which part of life is it about?"), Area)
    level = EnumRadioField(_("How serious is it?"), Level, default=Level.CONCERN)

    def offer(
        self, children: Sequence[Child], families: Sequence[Family], places: Sequence[Neighbourhood]
    ) -> None:
        self.child_id.offer((child.id, child_label(child)) for child in children)
        self.family_id.offer((family.id, family.called) for family in families)
        self.neighbourhood_id.offer((place.id, place.name) for place in places)
        if request.method == "GET" and (about := request.args.get("child", type=UUID)):
            self.child_id.data = about
        if request.method == "GET" and (family := request.args.get("family", type=UUID)):
            self.subject.data, self.family_id.data = Subject.FAMILY, family
        if request.method == "GET" and request.args.get("level") == Level.ACUTE:
            self.level.data = Level.ACUTE

    def capture(self) -> Capture:
        return Capture(
            subject=self.subject.data, child_id=self.child_id.data, family_id=self.family_id.data,
            neighbourhood_id=self.neighbourhood_id.data, area=self.area.data,
            level=self.level.data, interpretation=self.interpretation.data,
            protective=self.protective.data,
            fact=Note(
                kind=self.kind.data, text=self.fact.data, observed_on=self.observed_on.data,
                source=self.source.data, place=self.place.data or "",
                source_why=self.source_why.data,
            ),
            occurrence_id=request.args.get("session", type=UUID),
        )  # fmt: skip


class ChipsField(RowField):
    """A choice between a few rows, with all of them in sight."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.RadioInput()


class QuickForm(Form):
    """Three taps and a sentence; the rest can wait until there is time."""

    of_session = ChipsField(_("Who is it about?"), empty=_("Somebody else, or not clear yet"))
    child_id = RowField(_("Who is it about?"), empty=_("Somebody else, or not clear yet"))
    area = EnumRadioField(_("Which part of life is it about?"), Area)
    level = EnumRadioField(_("How serious is it?"), Level, default=Level.CONCERN)
    fact = LongText(_("What did you see or hear?"), [InputRequired(), Length(max=LONGEST)])

    def offer(self, here: Sequence[Child], everybody: Sequence[Child]) -> None:
        """Offer the children of a session to tap, or all to choose from."""
        self.of_session.offer((one.id, child_label(one)) for one in here)
        self.child_id.offer((one.id, child_label(one)) for one in everybody)
        if request.method == "GET":
            self.child_id.data = request.args.get("child", type=UUID)

    def capture(self) -> Capture:
        child_id = self.of_session.data or self.child_id.data
        return Capture(
            subject=Subject.CHILD if child_id else Subject.UNKNOWN, child_id=child_id,
            family_id=None, neighbourhood_id=None, area=self.area.data, level=self.level.data,
            fact=Note(
                kind=NoteKind.FACT_OWN, text=self.fact.data, observed_on=clock.today()
            ),
            occurrence_id=request.args.get("session", type=UUID),
        )  # fmt: skip


class PassOnForm(Form):
    fact = LongText(_("What did you see or hear?"), [InputRequired(), Length(max=LONGEST)])
    about = Text(_("Who is it about?"), [Optional(), Length(max=120)])
    observed_on = DateField(_("When was it?"), [InputRequired()], default=clock.today)
    level = EnumRadioField(_("How serious is it?"), Level, default=Level.CONCERN)

    def capture(self) -> Capture:
        return Capture(
            subject=Subject.UNKNOWN, child_id=None, family_id=None, neighbourhood_id=None,
            area=Area.SOCIAL, level=self.level.data,
            fact=Note(
                kind=NoteKind.FACT_OWN, text=self.told(), observed_on=self.observed_on.data,
            ),
            occurrence_id=request.args.get("session", type=UUID),
        )  # fmt: skip

    def told(self) -> str:
        """Return what was seen, and whom it is about: that is not who told it."""
        fact: str = self.fact.data
        if not self.about.data:
            return fact
        return f"{fact}\n\n{gettext('This is about %(whom)s.', whom=self.about.data)}"


class TakeOnForm(Form):
    subject = EnumRadioField(_("Who or what is it about?"), Subject, default=Subject.CHILD)
    child_id = RowField(_("Which child?"), empty=_("Choose a child"))
    family_id = RowField(_("Which family?"), empty=_("Choose a family"))
    neighbourhood_id = RowField(_("In which neighbourhood?"), empty=_("Choose a neighbourhood"))
    area = EnumField(_("Which part of life is it about?"), Area)
    level = EnumRadioField(_("How serious is it?"), Level)

    offer = CaptureForm.offer

    def capture(self) -> Capture:
        return Capture(
            subject=self.subject.data, child_id=self.child_id.data, family_id=self.family_id.data,
            neighbourhood_id=self.neighbourhood_id.data, area=self.area.data,
            level=self.level.data,
            fact=Note(kind=NoteKind.FACT_OWN, text="", observed_on=date.min),
        )  # fmt: skip


class CompleteForm(TakeOnForm):
    interpretation = LongText(
        _("What do you think it may mean?"), [Optional(), Length(max=LONGEST)]
    )
    protective = LongText(_("What goes well?"), [Optional(), Length(max=LONGEST)])

    @override
    def capture(self) -> Capture:
        return replace(
            super().capture(), interpretation=self.interpretation.data,
            protective=self.protective.data,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A sign with its two boxes."""

    sign: Sign
    risk: Any
    protective: Any

    @property
    def ticked(self) -> bool:
        return bool(self.risk.checked or self.protective.checked)


class SignsForm(Form):
    """What plays a part: each sign can worry, protect, or both."""

    version = VersionField()
    signs = SelectMultipleField(
        choices=[
            SelectChoice(f"{factor.value}:{sign.value}", _(factor.label))
            for sign in Sign
            for factor in Factor
        ],
        option_widget=widgets.CheckboxInput(),
    )

    @classmethod
    def of(cls, signal: Signal, signs: Signs) -> "SignsForm":
        held = [f"{factor.value}:{sign.value}" for sign, factor in signs]
        return cls(data={"signs": held, "version": signal.version})

    def rows(self) -> dict[Area, list[Row]]:
        boxes = {str(box.data): box for box in self.signs}
        return {
            area: [
                Row(
                    one, boxes[f"{Factor.RISK.value}:{one.value}"],
                    boxes[f"{Factor.PROTECTIVE.value}:{one.value}"],
                )
                for one in signs
            ]
            for area, signs in SIGNS.items()
        }  # fmt: skip

    def wish(self) -> Signs:
        return ticked(" ".join(self.signs.data or ()))


class JoinForm(Form):
    other_id = RowField(
        _("With which signal does it belong?"), [InputRequired()], empty=_("Choose a signal")
    )
    why = LongText(_("Why do they belong together?"), [InputRequired(), Length(max=LONGEST)])

    def offer(self, signals: Sequence[Signal]) -> None:
        self.other_id.offer((one.id, f"{about(one)}, {day(one.observed_on)}") for one in signals)


class NoteForm(Form):
    kind = EnumField(_("What is it?"), NoteKind)
    text = LongText(_("What do you want to write down?"), [InputRequired(), Length(max=LONGEST)])
    source = Text(_("Who told you?"), [Optional(), Length(max=200)])
    observed_on = DateField(_("When was it?"), [InputRequired()], default=clock.today)
    source_why = Text(_("Why must the family not know who told it?"), [Optional(), Length(max=400)])
    cites_id = RowField(
        _("On which fact does it rest?"), [Optional()], empty=_("Only for what you think it means")
    )
    protective = EnumRadioField(_("Is it worrying or protective?"), Factor, default=Factor.RISK)

    def note(self) -> Note:
        return Note(
            kind=self.kind.data, text=self.text.data, source=self.source.data,
            observed_on=self.observed_on.data, cites_id=self.cites_id.data,
            factor=self.protective.data, source_why=self.source_why.data,
        )  # fmt: skip


class CourseForm(Form):
    version = VersionField()
    level = EnumRadioField(_("How serious is it?"), Level)
    status = SelectField(
        _("Where does it stand?"),
        choices=only(Status, [s for s in Status if s not in (*CLOSED, *BY_ITSELF)]),
        coerce=Status,
    )
    owner_id = RowField(_("Who carries it?"), [InputRequired()])
    review_on = DateField(_("When does somebody look again?"), [InputRequired()])

    @classmethod
    def of(cls, signal: Signal) -> "CourseForm":
        """Make the form; where the day is past, it proposes the next."""
        form = cls(obj=signal)
        if signal.status is Status.IN_CODE:
            form.status.choices = only(Status, [signal.status])
        if request.method == "GET" and signal.review_on and signal.review_on < clock.today():
            form.review_on.data = review_day(signal.level, clock.today())
        return form

    def course(self) -> Course:
        return Course(
            level=self.level.data, status=self.status.data, owner_id=self.owner_id.data,
            review_on=self.review_on.data,
        )  # fmt: skip


class CloseForm(Form):
    version = VersionField()
    status = SelectField(_("How does it end?"), choices=only(Status, list(CLOSED)), coerce=Status)
    why = LongText(_("Why can it be closed?"), [InputRequired(), Length(max=LONGEST)])


class ChoiceForm(Form):
    class Meta:
        csrf = False

    status = ChosenField(
        _("Which ones?"),
        choices=[
            SelectChoice("open", _("Open")),
            SelectChoice("unfinished", _("Still to complete")),
            SelectChoice("closed", _("Closed")),
            SelectChoice("all", _("All")),
        ],
    )
    level = ChosenField(
        _("How serious is it?"),
        choices=[SelectChoice("", _("All levels")), *only(Level, list(Level))],
    )
    mine = ChosenField(
        _("Carried by"),
        choices=[SelectChoice("", _("Everybody")), SelectChoice("1", _("Me"))],
    )

    def choice(self) -> Choice:
        known = self.validate()
        level = Level(self.level.data) if known and self.level.data else None
        return Choice(self.status.data if known else "open", level, bool(known and self.mine.data))
