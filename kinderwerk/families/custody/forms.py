"""Forms about who cares for a child."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import BooleanField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Email, InputRequired, Length, Optional

from kinderwerk.core.errors import Stale
from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.custody.queries import Elsewhere
from kinderwerk.families.custody.rules import CareWish, Custody, CustodyKind, Newcomer
from kinderwerk.families.fields import RelationField
from kinderwerk.families.models import Care, Carer, CareRequest
from kinderwerk.families.rules import Adult, Relation
from kinderwerk.web.form import (
    Address,
    EnumField,
    EnumRadioField,
    Form,
    LongText,
    Phone,
    RowField,
    RowsField,
    Text,
    VersionField,
)

FILLED = InputRequired()


class CustodyField(EnumRadioField):
    """The same question whether it was answered in words or stands as a fact."""

    @override
    def process_data(self, value: Any) -> None:
        super().process_data(value if isinstance(value, Custody) else Custody.of(value))


class CareForm(Form):
    """What somebody is to a child, and what that opens."""

    relation = RelationField(_("Who are they to the child?"), default=Relation.PARENT)
    has_custody = CustodyField(_("Do they have custody?"), Custody, default=Custody.UNKNOWN)
    custody_kind = EnumField(
        _("Who has custody of the child?"), CustodyKind, default=CustodyKind.UNKNOWN
    )
    contact_allowed = BooleanField(_("We may have contact with them about the child"), default=True)
    may_pick_up = BooleanField(_("May fetch the child"), default=True)
    portal_access = BooleanField(_("Sees the family page and gets messages"))

    def wish(self) -> CareWish:
        return CareWish(
            relation=self.relation.data, has_custody=self.has_custody.data.holds,
            custody_kind=self.custody_kind.data, may_pick_up=self.may_pick_up.data,
            portal_access=self.portal_access.data, contact_allowed=self.contact_allowed.data,
        )  # fmt: skip


class EditCareForm(CareForm):
    version = VersionField()
    siblings = RowsField(_("If there is to be no contact: for whom else does that hold?"))

    @classmethod
    def of(cls, care: Care, others: Iterable[Elsewhere]) -> "EditCareForm":
        """Make the form; the other children of that carer are ticked, so that none is missed."""
        form, able = cls(obj=care), [one for one in others if one.contact_allowed]
        form.siblings.offer((one.id, one.child) for one in able)
        if not form.is_submitted():
            form.siblings.data = [one.id for one in able]
        return form

    @override
    def compare(self, stale: Stale) -> None:
        holds = stale.theirs["has_custody"]
        stale.theirs["has_custody"] = Custody.of(None if holds is None else bool(holds))
        super().compare(stale)


class NewCareForm(CareForm):
    """Somebody more who cares for a child: of the same family, or new to us."""

    carer_id = RowField(_("Somebody whom we know from this family"), empty=_("Somebody new"))
    name = Text(_("Name"), [Optional(), Length(max=120)])
    phone = Phone(_("Mobile number"), [Optional()])
    email = Address(_("E-mail address"), [Optional(), Email(), Length(max=254)])
    language = SelectField(
        _("Language of messages"), choices=[SelectChoice(*each) for each in LANGUAGES.items()]
    )

    @classmethod
    def offering(cls, known: Iterable[Carer], asked: CareRequest | None) -> "NewCareForm":
        """Make the form with those whom we know, and with what a carer asked filled in."""
        form = cls(obj=asked)
        form.carer_id.offer((one.id, one.name) for one in known)
        return form

    def newcomer(self) -> Newcomer:
        adult = Adult(
            name=self.name.data or "", phone=self.phone.data or "", email=self.email.data or None,
            language=self.language.data,
        )  # fmt: skip
        return Newcomer(carer_id=self.carer_id.data, adult=adult)


class WhoForm(Form):
    """Who a carer is, put right by staff."""

    name = Text(_("Name"), [FILLED, Length(max=120)])
    phone = Phone(_("Mobile number"), [FILLED])
    asked = BooleanField(_("I asked: they answer at this number themselves"))
    version = VersionField()


class SafeAddressForm(Form):
    email = Address(_("A safe e-mail address"), [FILLED, Email(), Length(max=254)])


class CourtNoteForm(Form):
    text = LongText(_("What a court decided"), [Optional(), Length(max=4000)])
    version = VersionField()
