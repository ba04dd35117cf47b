"""Screens on which a table is looked at, brought in and taken back."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Final, TypeVar

from flask import Blueprint, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core.words import STAFF_LANGUAGES, Labelled
from kinderwerk.families.rules import Relation
from kinderwerk.imports import jobs, queries, rules, service
from kinderwerk.imports.empty import empty_table
from kinderwerk.imports.forms import ChildrenForm, ColumnsForm, FileForm, VenuesForm
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.rules import Sort
from kinderwerk.imports.service import Undone
from kinderwerk.imports.venues import service as of_venues
from kinderwerk.places.rules import VenueKind
from kinderwerk.web.access import actor, allow
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page

bp = Blueprint("imports", __name__, url_prefix="/imports")
#: What the worker knows to do, because this module is loaded.
WORK = (jobs.tidy,)
SHOWN = 20
L = TypeVar("L", bound=Labelled)
FORMS: Final[Mapping[Sort, type[ColumnsForm]]] = {
    Sort.CHILDREN: ChildrenForm, Sort.VENUES: VenuesForm,
}  # fmt: skip


@bp.get("/")
@allow(Action.LIST, Resource.IMPORT)
def index() -> ResponseReturnValue:
    return page("imports/index.html", brought=queries.visible(session(), actor()))


@bp.route("/children", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.IMPORT)
def children() -> ResponseReturnValue:
    """Look what is in a table; then say which column is what; another button writes it down."""
    form = FileForm()
    if not form.carry_out(lambda: service.opened(session(), form.content, ChildrenForm.headings())):
        return page("imports/children.html", form=form)
    table = form.outcome
    chosen = ChildrenForm.of(table, form.held.data, sent=_again())
    here = session(), actor(), table, chosen.columns, relations()
    make = "make" in request.form
    if make and chosen.carry_out(lambda: service.bring_in(*here, **chosen.wishes)):
        n = chosen.outcome.n
        flash(ngettext("%(num)d child is in.", "%(num)d children are in.", n), "success")
        return redirect(url_for(".index"), 303)
    looked = service.look(*here) if chosen.complete else None
    shown("child", [one.id for found in looked.alike.values() for one in found] if looked else [])
    return page(
        "imports/children_columns.html", form=chosen, looked=looked, most=SHOWN,
        consent=rules.tells_of_consent(table.headings),
    )  # fmt: skip


@bp.route("/venues", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.IMPORT)
def venues() -> ResponseReturnValue:
    """Look what is in a table; then say which column is what; another button writes it down."""
    form = FileForm()
    if not form.carry_out(lambda: service.opened(session(), form.content, VenuesForm.headings())):
        return page("imports/venues.html", form=form)
    table = form.outcome
    chosen = VenuesForm.of(table, form.held.data, sent=_again())
    here = session(), actor(), table, chosen.columns, kinds()
    make = "make" in request.form
    if make and chosen.carry_out(lambda: of_venues.bring_in(*here, **chosen.wishes)):
        n = chosen.outcome.n
        flash(ngettext("%(num)d venue is in.", "%(num)d venues are in.", n), "success")
        return redirect(url_for(".index"), 303)
    looked = of_venues.look(*here) if chosen.complete else None
    return page("imports/venues_columns.html", form=chosen, looked=looked, most=SHOWN)


def _again() -> bool:
    return "look" in request.form or "make" in request.form


@bp.get("/<any(children, venues):sort>/empty.<any(csv, xlsx):kind>")
@allow(Action.CREATE, Resource.IMPORT)
def empty(sort: str, kind: str) -> ResponseReturnValue:
    """Give a table with nothing but the headings that are known again here."""
    columns = FORMS[Sort(sort)].COLUMNS
    made = empty_table(kind, [_(one.label) for one in columns])
    return send_file(BytesIO(made), as_attachment=True, download_name=f"{sort}.{kind}")


def relations() -> dict[str, Relation]:
    """Return what an adult may be to a child, by its words."""
    return _by_words([one for one in Relation if one is not Relation.SELF])


def kinds() -> dict[str, VenueKind]:
    """Return what a place may be, by its words."""
    return _by_words(VenueKind)


def _by_words(members: Iterable[L]) -> dict[str, L]:
    """Return members by value, and by label in each language of staff, letters only."""
    known = {rules.plain(one.value): one for one in members}
    every = list(known.values())
    for language in STAFF_LANGUAGES:
        with force_locale(language):
            known |= {rules.plain(_(one.label)): one for one in every}
    return known


@bp.post("/<uuid:id>/undo")
@allow(Action.EDIT, Resource.IMPORT, load=queries.by_id)
def undo(brought: BroughtIn) -> ResponseReturnValue:
    form, id, venues = Form(), brought.id, brought.sort is Sort.VENUES
    takes_back = of_venues.undo if venues else service.undo
    if form.carry_out(lambda: takes_back(session(), actor(), id)):
        tell(form.outcome, venues=venues)
    return redirect(url_for(".index"), 303)


def tell(done: Undone, *, venues: bool) -> None:
    """Say how much is gone, and how much stays."""
    if done.gone and venues:
        flash(ngettext("%(num)d venue is gone again.", "%(num)d venues are gone again.", done.gone))
    elif done.gone:
        flash(
            ngettext("%(num)d family is gone again.", "%(num)d families are gone again.", done.gone)
        )
    if done.stayed:
        flash(
            ngettext(
                "%(num)d of them stays: somebody changed or used it since.",
                "%(num)d of them stay: somebody changed or used them since.",
                done.stayed,
            ),
            "warning",
        )
