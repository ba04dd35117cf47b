"""A table on its way: the file, and which of its columns is what."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Self, TypedDict
from uuid import UUID

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import STAFF_LANGUAGES, Labelled
from kinderwerk.imports import rules
from kinderwerk.imports.activities import rules as activities
from kinderwerk.imports.children import rules as children
from kinderwerk.imports.partners import rules as partners
from kinderwerk.imports.rules import Sort
from kinderwerk.imports.service import HasFaults, NotRead
from kinderwerk.imports.venues import rules as venues
from kinderwerk.places.reading.tables import Table
from kinderwerk.web.form import Form, OnceField, RowField, Text
from kinderwerk.web.held import HeldFile


class FileForm(HeldFile):
    found: Any = None

    @override
    def blame(self, refusal: Refusal) -> None:
        super().blame(refusal)
        if isinstance(refusal, NotRead):
            self.found = refusal.found


class Wishes(TypedDict):
    """Whether to bring in what seems to be here already; and the mark of the form."""

    alike_too: bool
    once: UUID


class ColumnsForm(Form):
    """Which heading stands above what; guessed, and changed by whoever knows better."""

    COLUMNS: ClassVar[type[Labelled]]
    KNOWN: ClassVar[Mapping[Any, Sequence[str]]]
    NEEDED: ClassVar[Sequence[Any]]

    held = HiddenField()
    once = OnceField()
    alike_too: BooleanField
    faults: Any = None

    @override
    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for column in cls.COLUMNS:
            setattr(cls, column.value, SelectField(_(column.label), choices=[], default=""))

    @classmethod
    def names(cls) -> dict[Any, tuple[str, ...]]:
        """Return by what names each column is known, those of our own templates among them."""
        found = {}
        for column in cls.COLUMNS:
            called = []
            for language in STAFF_LANGUAGES:
                with force_locale(language):
                    called.append(rules.plain(gettext(column.label)))
            found[column] = (*cls.KNOWN[column], *called)
        return found

    @classmethod
    def headings(cls) -> frozenset[str]:
        """Return by what names the headings of a table are told from what stands above them."""
        names = cls.names()
        return frozenset(name for column in cls.NEEDED for name in names[column])

    @classmethod
    def of(cls, table: Table, held: str, *, sent: bool) -> Self:
        """Return the form for a table; the first time with what its headings let us guess."""
        form = cls() if sent else cls(formdata=None)
        form.held.data = held
        guessed = {} if sent else rules.guess(table.headings, cls.names())
        for column, heading in guessed.items():
            form[column.value].data = heading
        for column in cls.COLUMNS:
            form[column.value].choices = [
                SelectChoice("", gettext("Is not in it")),
                *(SelectChoice(one, one[:60]) for one in table.headings),
            ]
        return form

    @property
    def columns(self) -> dict[Any, str]:
        return {one: self[one.value].data for one in self.COLUMNS if self[one.value].data}

    @property
    def complete(self) -> bool:
        return all(one in self.columns for one in self.NEEDED)

    @property
    def otherwise(self) -> dict[Any, Any]:
        """Return what holds where the table does not say it."""
        return {}

    @property
    def wishes(self) -> Wishes:
        return {"alike_too": bool(self.alike_too.data), "once": self.once.data}

    @property
    def missing(self) -> list[Any]:
        """Return the fields of what has to be there, and is not."""
        return [self[one.value] for one in self.NEEDED if one not in self.columns]

    @property
    def rest(self) -> list[Any]:
        missing = self.missing
        return [field for one in self.COLUMNS if (field := self[one.value]) not in missing]

    @override
    def blame(self, refusal: Refusal) -> None:
        super().blame(refusal)
        if isinstance(refusal, HasFaults):
            self.faults = refusal.faults


class ChildrenForm(ColumnsForm):
    COLUMNS = children.Column
    KNOWN = children.KNOWN
    NEEDED = children.NEEDED

    alike_too = BooleanField(_("Bring in also those who look like a child that we know"))


class VenuesForm(ColumnsForm):
    COLUMNS = venues.Column
    KNOWN = venues.KNOWN
    NEEDED = venues.NEEDED

    alike_too = BooleanField(_("Bring in also those that are here already"))


class PartnersForm(ColumnsForm):
    COLUMNS = partners.Column
    KNOWN = partners.KNOWN
    NEEDED = partners.NEEDED

    alike_too = BooleanField(_("Change also those that are here already"))


class ActivitiesForm(ColumnsForm):
    COLUMNS = activities.Column
    KNOWN = activities.KNOWN
    NEEDED = activities.NEEDED

    alike_too = BooleanField(_("Bring in also those that are here already"))
    usual_goal = RowField(_("Which goal do they serve most?"), empty=_("As the table says"))
    usual_why = Text(_("Why do they serve that goal?"), [Optional(), Length(max=300)])

    @property
    @override
    def otherwise(self) -> dict[Any, Any]:
        said = {
            activities.Column.GOAL: self.usual_goal.data,
            activities.Column.WHY: self.usual_why.data,
        }
        return {column: one for column, one in said.items() if one}


FORMS: Final[Mapping[Sort, type[ColumnsForm]]] = {
    Sort.CHILDREN: ChildrenForm, Sort.VENUES: VenuesForm, Sort.PARTNERS: PartnersForm,
    Sort.ACTIVITIES: ActivitiesForm,
}  # fmt: skip
