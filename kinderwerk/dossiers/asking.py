"""Choosing what goes out and covering the rest: a feature asks it about its own kind of case."""

from collections.abc import Mapping, Sequence
from typing import Any, Self
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from typing_extensions import override
from wtforms import HiddenField
from wtforms.validators import Length, Optional

from kinderwerk.dossiers.rules import Audience, Covering, NothingGoesAlong, Section, spread
from kinderwerk.dossiers.sheet import demand_seen, mark, told
from kinderwerk.papers import service as papers
from kinderwerk.papers.kinds import KINDS, Kind
from kinderwerk.papers.orders import OrderForm
from kinderwerk.web.access import actor
from kinderwerk.web.extensions import session
from kinderwerk.web.form import EnumRadioField, LongText, RowsField
from kinderwerk.web.pages import page

LONGEST = 2000


class DossierForm(OrderForm):
    audience = EnumRadioField(_("For whom is it?"), Audience)
    along = RowsField(_("What goes along?"))
    names = LongText(_("Which names or words are covered?"), [Optional(), Length(max=LONGEST)])
    seen = HiddenField()

    sections: Sequence[Section] = ()

    @classmethod
    def over(cls, kind: Kind, sections: Sequence[Section]) -> Self:
        """Offer every passage; what is secret or aside has to be chosen on purpose."""
        every = [one for part in sections for one in part.passages]
        form = cls.of(
            kind, audience=Audience.FAMILY,
            along=[one.id for one in every if not one.secret and not one.aside],
        )  # fmt: skip
        form.along.offer((one.id, one.label) for one in every)
        form.sections = sections
        return form

    def covering(self) -> Covering:
        if not self.along.data:
            raise NothingGoesAlong
        return Covering(
            self.audience.data, frozenset(self.along.data),
            spread(self.sections, self.names.data or ""), self.seen.data,
        )  # fmt: skip

    @override
    def chosen(self) -> Mapping[str, str | None]:
        covering = self.covering()
        demand_seen(self.sections, covering)
        return covering.kept()


def choose(
    name: str, subject_id: UUID, sections: Sequence[Section], **shown: Any
) -> ResponseReturnValue:
    """Ask what goes along, show exactly what goes out, and only then have it made."""
    kind = KINDS[name]
    form = DossierForm.over(kind, sections)
    if "make" in request.form:
        order = lambda: papers.ask(session(), actor(), form.order(kind, subject_id))  # noqa: E731
        if form.carry_out(order):
            return redirect(url_for("papers.detail", id=form.outcome), 303)
    elif form.carry_out(form.covering):
        along = form.outcome.along
        return page(
            "dossiers/preview.html", form=form, seen=mark(sections, along),
            **told(sections, form.outcome), **shown,
        )  # fmt: skip
    return page("dossiers/ask.html", form=form, **shown)
