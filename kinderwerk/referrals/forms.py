"""The forms of referrals and what each stands for."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    widgets,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kinderwerk.core import clock
from kinderwerk.core.errors import Stale
from kinderwerk.core.periods import Period
from kinderwerk.core.words import Labelled
from kinderwerk.families.models import Carer
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.referrals.models import Referral
from kinderwerk.referrals.queries import Filters, Source
from kinderwerk.referrals.rules import (
    Change,
    Consent,
    ConsentMethod,
    Helped,
    Kind,
    Outcome,
    Part,
    Party,
    Prepare,
    Showing,
    Shown,
    Status,
    Step,
    Subject,
    asked,
)
from kinderwerk.web.form import (
    ChosenField,
    EnumRadioField,
    Form,
    LongText,
    OnceField,
    RowField,
    RowsField,
    Text,
    VersionField,
)
from kinderwerk.web.periods import in_words

#: A handover note that is longer tells more than the partner needs.
LONGEST = 2000
ASKED = (ConsentMethod.ORAL, ConsentMethod.PAPER, ConsentMethod.WITHOUT, ConsentMethod.PENDING)
Rows = Sequence[tuple[UUID, str]]


def whom(referral: Referral) -> str:
    """Say in a line who is referred: a child, or a family by its adults."""
    if referral.child:
        return referral.child.full_name
    return ", ".join(carer.name for carer in referral.family.carers)


def one_of(members: Sequence[Labelled]) -> list[SelectChoice]:
    return [SelectChoice(member.value, _(member.label)) for member in members]


class AsAsked(Optional):  # type: ignore[misc]
    """Lets a field stay empty without saying so: whether it may depends on other fields."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, bool] = {}


class PartsField(SelectMultipleField):  # type: ignore[misc]
    """What goes along, as tick boxes; `data` is a list of the parts."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, choices=one_of(list(Part)), coerce=Part, **kwargs)


class ConsentFields(Form):
    consent = RadioField(
        _("Did they agree?"),
        choices=one_of(ASKED),
        coerce=ConsentMethod,
        default=ConsentMethod.PENDING,
    )
    parents_agreed = BooleanField(_("The parents agree: everybody with custody"))
    young_agreed = BooleanField(_("The child itself agrees"))
    consent_by = Text(_("Who agreed, by name?"), [Length(max=120)])
    consent_on = DateField(_("On which day?"), [AsAsked()], default=clock.today)
    consent_reason = LongText(_("Why without consent?"), [Length(max=LONGEST)])
    parents_told = ChosenField(
        _("Were the parents told?"),
        choices=[
            SelectChoice("", _("Choose")),
            SelectChoice("yes", _("Yes")),
            SelectChoice("no", _("No, that is not safe")),
        ],
    )

    def agreed(self, agreed: Collection[UUID] = (), missing: str = "") -> Consent:
        """Return what counts for the way chosen; what was left in other fields does not."""
        method = self.consent.data
        if method is ConsentMethod.PENDING:
            return Consent()
        if method is ConsentMethod.WITHOUT:
            told = {"yes": True, "no": False}.get(self.parents_told.data or "")
            return Consent(method=method, reason=self.consent_reason.data, parents_told=told)
        ticked = {field.name for field in self if field.data is True}
        return Consent(
            method=method, parents=bool("parents_agreed" in ticked or agreed),
            young="young_agreed" in ticked, agreed=frozenset(agreed),
            by=self.consent_by.data or "", on=self.consent_on.data, reason=missing or None,
        )  # fmt: skip


class PrepareForm(ConsentFields):
    once = OnceField()
    partner_id = RowField(_("To which partner?"), [InputRequired()], empty=_("Choose a partner"))
    kind = EnumRadioField(_("How far do you go along?"), Kind, default=Kind.WARM)
    child_id = RowField(_("Which child?"), empty=_("Choose a child"))
    subject = EnumRadioField(_("Whom do you refer?"), Subject, default=Subject.CHILD)
    note = LongText(_("What should the partner know?"), [InputRequired(), Length(max=LONGEST)])
    parts = PartsField(_("What else goes along?"))

    def offer(self, partners: Rows, children: Rows, begun: Source, partner: UUID | None) -> None:
        """Offer what can be chosen, and fill in what is known from where it begins."""
        self.partner_id.offer(partners)
        self.child_id.offer(children)
        if self.is_submitted():
            return
        self.partner_id.data = partner
        self.child_id.data = begun.child.id if begun.child else None
        if begun.family and not begun.child:
            self.subject.data = Subject.FAMILY

    def wish(self, begun: Source) -> Prepare:
        return Prepare(
            partner_id=self.partner_id.data, kind=self.kind.data, subject=self.subject.data,
            child_id=self.child_id.data, family_id=begun.family.id if begun.family else None,
            note=self.note.data, consent=self.agreed(), parts=tuple(self.parts.data or ()),
            signal_id=begun.signal.id if begun.signal else None,
            trajectory_id=begun.trajectory.id if begun.trajectory else None,
            once=self.once.data,
        )  # fmt: skip


class ChangeForm(Form):
    version = VersionField()
    partner_id = RowField(_("To which partner?"), [InputRequired()], empty=_("Choose a partner"))
    kind = EnumRadioField(_("How far do you go along?"), Kind)
    note = LongText(_("What should the partner know?"), [InputRequired(), Length(max=LONGEST)])
    parts = PartsField(_("What else goes along?"))

    def change(self) -> Change:
        return Change(
            partner_id=self.partner_id.data, kind=self.kind.data, note=self.note.data,
            parts=tuple(self.parts.data or ()),
        )  # fmt: skip


class ConsentForm(ConsentFields):
    version = VersionField()
    holders = RowsField(_("Who with custody agrees?"))
    missing_reason = LongText(_("Is somebody missing? Why?"), [Optional(), Length(max=LONGEST)])

    @classmethod
    def of(
        cls, referral: Referral, reason: str | None, holders: Sequence[Carer] = ()
    ) -> "ConsentForm":
        """Return the form with what was noted, asking only those who are asked at that age."""
        told = _told(referral.parents_told)
        form = cls(
            version=referral.version, consent=referral.consent, consent_reason=reason,
            parents_agreed=referral.parents_agreed, young_agreed=referral.young_agreed,
            consent_by=referral.consent_by, consent_on=referral.consent_on or clock.today(),
            parents_told=told, holders=list(map(UUID, referral.agreed)), missing_reason=reason,
        )  # fmt: skip
        form.holders.offer((one.id, one.name) for one in holders)
        if holders or Party.PARENTS not in asked(referral.age):
            del form.parents_agreed
        if not holders or Party.PARENTS not in asked(referral.age):
            del form.holders, form.missing_reason
        if Party.YOUNG not in asked(referral.age):
            del form.young_agreed
        return form

    def consent_given(self) -> Consent:
        """Return what counts, of everybody with custody by name where they are known."""
        if "holders" not in self:
            return self.agreed()
        return self.agreed(self.holders.data or (), self.missing_reason.data or "")

    @override
    def compare(self, stale: Stale) -> None:
        stale.theirs["parents_told"] = _told(stale.theirs["parents_told"])
        super().compare(stale)


def _told(whether: object) -> str:
    return "" if whether is None else "yes" if whether else "no"


class StepForm(Form):
    version = VersionField()
    taken_over_by = Text(_("Who took over there?"), [InputRequired(), Length(max=120)])
    watched_by = Text(_("Who keeps watch meanwhile?"), [InputRequired(), Length(max=120)])
    outcome = EnumRadioField(_("What came of it?"), Outcome)
    note = LongText(_("Do you want to add something?"), [Optional(), Length(max=LONGEST)])

    @classmethod
    def to(cls, status: Status, referral: Referral, watches: str) -> "StepForm":
        """Return the form with what that status needs."""
        form = cls(version=referral.version, outcome=referral.outcome, watched_by=watches)
        if status is not Status.WAITING_LIST:
            del form.watched_by
        if status is not Status.TAKEN_OVER:
            del form.taken_over_by
        if status is not Status.CLOSED:
            del form.outcome
        return form

    def step(self, status: Status) -> Step:
        said: dict[str, Any] = {field.name: field.data for field in self}
        return Step(
            status=status, note=self.note.data, taken_over_by=said.get("taken_over_by"),
            watched_by=said.get("watched_by"), outcome=said.get("outcome"),
        )  # fmt: skip


class ShowForm(Form):
    version = VersionField()
    how = RadioField(
        _("Did the parents see it first?"),
        choices=one_of((Shown.TOGETHER, Shown.NOT)),
        coerce=Shown,
        default=Shown.TOGETHER,
    )
    shown_reason = LongText(_("Why not?"), [Optional(), Length(max=LONGEST)])

    def showing(self) -> Showing:
        unseen = self.how.data is Shown.NOT
        return Showing(how=self.how.data, reason=self.shown_reason.data or "" if unseen else "")


class ReopenForm(Form):
    version = VersionField()
    reason = LongText(_("Why does it go on?"), [InputRequired(), Length(max=LONGEST)])


class HelpedForm(Form):
    version = VersionField()
    helped = EnumRadioField(_("Did it help?"), Helped)
    helped_words = LongText(_("In their own words"), [Optional(), Length(max=LONGEST)])


class HandOverForm(Form):
    version = VersionField()
    owner_id = RowField(_("Who carries it?"), [InputRequired()])


class FilterForm(Form):
    class Meta:
        csrf = False

    status = ChosenField(
        _("Which ones?"),
        choices=[
            SelectChoice("open", _("Open")),
            SelectChoice("all", _("All")),
            *one_of(list(Status)),
        ],
    )
    partner_id = RowField(_("Partner"), [Optional()], empty=_("All partners"))
    mine = ChosenField(
        _("Carried by"),
        choices=[SelectChoice("", _("Everybody")), SelectChoice("1", _("Me"))],
    )
    overdue = BooleanField(_("Only what takes too long"))

    def filters(self) -> Filters:
        """Return what was chosen; what makes no sense counts as not chosen."""
        self.validate()
        said = {field.name: None if field.errors else field.data for field in self}
        status = said["status"] or "open"
        return Filters(
            status=Status(status) if status in set(Status) else status,
            partner_id=said["partner_id"], mine=bool(said["mine"]), overdue=bool(said["overdue"]),
        )  # fmt: skip


class PeriodForm(Form):
    class Meta:
        csrf = False

    period = SelectField(_("Which half-year?"), choices=[], validate_choice=False)

    def choose(self, periods: Sequence[Period]) -> Period:
        """Return the half-year of the address; where that makes no sense, the latest."""
        self.period.choices = [SelectChoice(str(one), in_words(one)) for one in periods]
        chosen = next((one for one in periods if str(one) == self.period.data), periods[0])
        self.period.data = str(chosen)
        return chosen


class OurSideForm(Form):
    help_system = EnumRadioField(_("In which help system do you work yourselves?"), HelpSystem)


class SearchForm(Form):
    class Meta:
        csrf = False

    q = Text(_("Search"), [Optional(), Length(max=80)])
