"""The forms of incidents and what each stands for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.activities.fields import MomentField
from kinderwerk.core import clock
from kinderwerk.safety.models import SEALED, DataBreach, Incident
from kinderwerk.safety.rules import (
    LONGEST,
    Capture,
    Cause,
    Completion,
    Decision,
    Help,
    IncidentKind,
    PeopleTold,
    Risk,
    Settling,
    Severity,
    Words,
)
from kinderwerk.web.form import (
    EnumRadioField,
    Form,
    LongText,
    OnceField,
    RowField,
    RowsField,
    Text,
    VersionField,
)

#: What is not sealed of an incident, and of a data breach.
PLAIN: Final = (
    "severity", "cause", "help", "parents_at", "insurer_on", "owner_id", "check_on", "version",
)  # fmt: skip
OF_BREACH: Final = ("contained_at", "risk", "people", "decision", "version")


def _cause(value: Any) -> Cause | None:
    return Cause(value) if value else None


class CaptureForm(Form):
    kind = EnumRadioField(_("What was it?"), IncidentKind)
    by_staff = BooleanField(_("Somebody who works here crossed a boundary"))
    severity = EnumRadioField(_("How serious is it?"), Severity)
    what = LongText(_("What happened?"), [InputRequired(), Length(max=LONGEST)])
    happened_at = MomentField(_("When?"), [InputRequired()])
    children = RowsField(_("Which children?"))
    child_id = RowField(_("Which child?"), empty=_("No child, or I do not know"))
    staff_id = RowField(_("Which colleague was involved?"), empty=_("Nobody"))
    venue_id = RowField(_("Where?"), empty=_("Somewhere else"))
    first_aid = Text(_("Who gave first aid?"), [Optional(), Length(max=120)])
    help = EnumRadioField(_("Was a doctor needed?"), Help, default=Help.NONE)
    parents_told = BooleanField(_("The parents know"))
    once = OnceField()

    def capture(self, occurrence_id: UUID | None) -> Capture:
        chosen = [
            *(self.children.data or ()),
            *([self.child_id.data] if self.child_id.data else ()),
        ]
        return Capture(
            kind=self.kind.data, severity=self.severity.data, by_staff=self.by_staff.data,
            happened_at=self.happened_at.data or clock.now(), what=self.what.data,
            once=self.once.data,
            child_ids=tuple(dict.fromkeys(chosen)),
            staff_ids=(self.staff_id.data,) if self.staff_id.data else (),
            occurrence_id=occurrence_id, venue_id=self.venue_id.data,
            first_aid=self.first_aid.data or "", help=self.help.data,
            parents_told=self.parents_told.data,
        )  # fmt: skip


class CompleteForm(Form):
    severity = EnumRadioField(_("How serious is it?"), Severity)
    what = LongText(_("What happened?"), [InputRequired(), Length(max=LONGEST)])
    cause = SelectField(_("What caused it?"), coerce=_cause)
    injury = LongText(_("Who was hurt, and where?"), [Optional(), Length(max=LONGEST)])
    first_aid = LongText(_("Who gave first aid?"), [Optional(), Length(max=LONGEST)])
    help = EnumRadioField(_("Was a doctor needed?"), Help)
    parents_at = MomentField(_("When were the parents told?"), [Optional()])
    parents_by = LongText(
        _("Who told the parents, and what did they say?"), [Optional(), Length(max=LONGEST)]
    )
    witness = LongText(_("Who saw it?"), [Optional(), Length(max=LONGEST)])
    insurer_on = DateField(_("When was the insurer told?"), [Optional()])
    measure = LongText(
        _("What do we do so that it does not happen again?"), [Optional(), Length(max=LONGEST)]
    )
    owner_id = RowField(_("Who sees to it?"), empty=_("Nobody yet"))
    check_on = DateField(_("When do we look whether it helped?"), [Optional()])
    child_id = RowField(_("Add a child"), empty=_("Nobody"))
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cause.choices = [
            SelectChoice("", _("Not known yet")),
            *(SelectChoice(one.value, _(one.label)) for one in Cause),
        ]

    @classmethod
    def of(cls, incident: Incident, words: Words) -> "CompleteForm":
        told = {name: getattr(words, name) for name in SEALED}
        return cls(data=told | {name: getattr(incident, name) for name in PLAIN})

    def wish(self) -> Completion:
        return Completion(
            severity=self.severity.data, help=self.help.data, cause=self.cause.data,
            parents_at=self.parents_at.data, insurer_on=self.insurer_on.data,
            owner_id=self.owner_id.data, check_on=self.check_on.data,
            child_id=self.child_id.data,
            words=Words(**{name: self[name].data or "" for name in SEALED}),
        )  # fmt: skip


class SettleForm(Form):
    contained = LongText(_("What was done to stop it?"), [Optional(), Length(max=LONGEST)])
    contained_at = MomentField(_("Since when has it stopped?"), [Optional()])
    risk = EnumRadioField(_("What may it do to the people concerned?"), Risk)
    people = EnumRadioField(_("Were they told?"), PeopleTold)
    decision = EnumRadioField(_("Do we report it?"), Decision)
    why = LongText(_("Why?"), [Optional(), Length(max=LONGEST)])
    version = VersionField()

    @classmethod
    def of(cls, breach: DataBreach, contained: str, why: str) -> "SettleForm":
        told = {name: getattr(breach, name) for name in OF_BREACH}
        return cls(data=told | {"contained": contained, "why": why})

    def wish(self) -> Settling:
        return Settling(
            contained=self.contained.data or "", contained_at=self.contained_at.data,
            risk=self.risk.data, people=self.people.data, decision=self.decision.data,
            why=self.why.data or "",
        )  # fmt: skip


class PlainForm(Form):
    """A button with nothing to fill in."""


def begun(asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what stands in the form before anybody typed; a door may have said what it is."""
    known: dict[str, Any] = {"happened_at": clock.now(), "help": Help.NONE}
    if "by_staff" in asked:
        known |= {"by_staff": True, "kind": IncidentKind.BOUNDARY}
    return known


def offered(
    form: CaptureForm, children: Sequence[tuple[UUID, str]], *, of_session: bool
) -> CaptureForm:
    """Let one choose several children of a session, or one of all."""
    form.children.offer(children if of_session else ())
    form.child_id.offer(() if of_session else children)
    return form
