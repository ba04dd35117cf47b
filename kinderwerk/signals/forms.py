"""The forms of signals and what each stands for."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.core import clock
from kinderwerk.core.words import Labelled
from kinderwerk.families.models import Child, Family
from kinderwerk.places.models import Neighbourhood
from kinderwerk.signals.models import Signal
from kinderwerk.signals.queries import Choice
from kinderwerk.signals.rules import (
    CLOSED,
    Area,
    Capture,
    Course,
    Factor,
    Level,
    Note,
    NoteKind,
    Status,
    Subject,
    review_day,
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

LONGEST = 4000


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
        choices=only(NoteKind, [NoteKind.FACT_OWN, NoteKind.FACT_OTHER, NoteKind.STATEMENT_CHILD]),
        default=NoteKind.FACT_OWN,
        coerce=NoteKind,
    )
    fact = LongText(_("What did you see or hear?"), [InputRequired(), Length(max=LONGEST)])
    source = Text(_("Who told you?"), [Optional(), Length(max=200)])
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
                kind=NoteKind.FACT_OWN, text=self.fact.data, observed_on=self.observed_on.data,
                source=self.about.data,
            ),
            occurrence_id=request.args.get("session", type=UUID),
        )  # fmt: skip


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


class NoteForm(Form):
    kind = EnumField(_("What is it?"), NoteKind)
    text = LongText(_("What do you want to write down?"), [InputRequired(), Length(max=LONGEST)])
    source = Text(_("Who told you?"), [Optional(), Length(max=200)])
    observed_on = DateField(_("When was it?"), [InputRequired()], default=clock.today)
    cites_id = RowField(
        _("On which fact does it rest?"), [Optional()], empty=_("Only for what you think it means")
    )
    protective = EnumRadioField(_("Is it worrying or protective?"), Factor, default=Factor.RISK)

    def note(self) -> Note:
        return Note(
            kind=self.kind.data, text=self.text.data, source=self.source.data,
            observed_on=self.observed_on.data, cites_id=self.cites_id.data,
            factor=self.protective.data,
        )  # fmt: skip


class CourseForm(Form):
    version = VersionField()
    level = EnumRadioField(_("How serious is it?"), Level)
    status = SelectField(
        _("Where does it stand?"),
        choices=only(Status, [s for s in Status if s not in CLOSED and s is not Status.PASSED_ON]),
        coerce=Status,
    )
    owner_id = RowField(_("Who carries it?"), [InputRequired()])
    review_on = DateField(_("When does somebody look again?"), [InputRequired()])

    @classmethod
    def of(cls, signal: Signal) -> "CourseForm":
        """Make the form; where the day is past, it proposes the next."""
        form = cls(obj=signal)
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
