"""Screens on which a table is looked at, brought in and taken back."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final, TypeVar

from flask import Blueprint, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from kinderwerk.access.policy import grants
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core.words import STAFF_LANGUAGES, Labelled
from kinderwerk.imports import jobs, queries, rules, service
from kinderwerk.imports.empty import empty_table
from kinderwerk.imports.forms import FORMS, ActivitiesForm, ColumnsForm, FileForm
from kinderwerk.imports.kinds import Called
from kinderwerk.imports.models import BroughtIn
from kinderwerk.imports.rules import Sort
from kinderwerk.imports.service import KINDS, Chosen, Looked, Undone
from kinderwerk.web.access import actor, allow
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page

bp = Blueprint("imports", __name__, url_prefix="/imports")
#: What the worker knows to do, because this module is loaded.
WORK = (jobs.tidy,)
SHOWN = 20
#: On which a file is chosen, and on which its columns are.
PAGES: Final[Mapping[Sort, tuple[str, str]]] = {
    Sort.CHILDREN: ("imports/children.html", "imports/columns/children.html"),
    Sort.VENUES: ("imports/venues.html", "imports/columns/venues.html"),
    Sort.PARTNERS: ("imports/partners.html", "imports/columns/partners.html"),
    Sort.ACTIVITIES: ("imports/activities.html", "imports/columns/activities.html"),
}
L = TypeVar("L", bound=Labelled)


@bp.get("/")
@allow(Action.LIST, Resource.IMPORT)
def index() -> ResponseReturnValue:
    brought = [(one, _stayed(one)) for one in queries.visible(session(), actor())]
    return page("imports/index.html", brought=brought)


def _stayed(brought: BroughtIn) -> Sequence[Called]:
    """Return what is left of what was taken back; children among it are put on record."""
    stayed = service.stayed(session(), brought)
    if brought.sort is Sort.CHILDREN:
        shown("child", [one.id for one in stayed])
    return stayed


@bp.route("/children", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.IMPORT)
def children() -> ResponseReturnValue:
    return table(Sort.CHILDREN)


@bp.route("/venues", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.IMPORT)
def venues() -> ResponseReturnValue:
    return table(Sort.VENUES)


@bp.route("/partners", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.IMPORT)
def partners() -> ResponseReturnValue:
    return table(Sort.PARTNERS)


@bp.route("/activities", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.IMPORT)
def activities() -> ResponseReturnValue:
    return table(Sort.ACTIVITIES)


def table(what: Sort) -> ResponseReturnValue:
    """Look what is in a table; then say which column is what; another button writes it down."""
    form, names = FileForm(), FORMS[what].headings()
    most = KINDS[what].most
    if not form.carry_out(lambda: service.opened(session(), form.content, names, most)):
        return page(PAGES[what][0], form=form)
    chosen = _columns(what, form)
    wish = Chosen(what, form.outcome, chosen.columns, labels(what), chosen.otherwise)
    here = session(), actor(), wish
    make = "make" in request.form
    if make and chosen.carry_out(lambda: service.bring_in(*here, **chosen.wishes)):
        flash(are_in(what, chosen.outcome.n), "success")
        return redirect(url_for(".index"), 303)
    looked = _seen(service.look(*here), what) if chosen.complete else None
    consent = rules.tells_of_consent(form.outcome.headings)
    seen: dict[str, Any] = {"form": chosen, "looked": looked, "consent": consent}
    return page(PAGES[what][1], most=SHOWN, **seen)


def _columns(what: Sort, form: FileForm) -> ColumnsForm:
    chosen = FORMS[what].of(form.outcome, form.held.data, sent=_again())
    if isinstance(chosen, ActivitiesForm):
        chosen.usual_goal.offer(queries.goals(session(), actor()))
    return chosen


def _seen(looked: Looked, what: Sort) -> Looked:
    """Put on record whose children were shown, because they look like those in the table."""
    if what is Sort.CHILDREN:
        shown("child", [one.id for found in looked.alike.values() for one in found])
    return looked


def are_in(what: Sort, n: int) -> str:
    if what is Sort.CHILDREN:
        return str(ngettext("%(num)d child is in.", "%(num)d children are in.", n))
    if what is Sort.VENUES:
        return str(ngettext("%(num)d venue is in.", "%(num)d venues are in.", n))
    if what is Sort.PARTNERS:
        return str(ngettext("%(num)d partner is in.", "%(num)d partners are in.", n))
    return str(ngettext("%(num)d draft was made.", "%(num)d drafts were made.", n))


def _again() -> bool:
    return "look" in request.form or "make" in request.form


@bp.get("/<any(children, venues, partners, activities):sort>/empty.<any(csv, xlsx):kind>")
@allow(Action.CREATE, Resource.IMPORT)
def empty(sort: str, kind: str) -> ResponseReturnValue:
    """Give a table with nothing but the headings that are known again here."""
    columns = FORMS[Sort(sort)].COLUMNS
    made = empty_table(kind, [_(one.label) for one in columns])
    return send_file(BytesIO(made), as_attachment=True, download_name=f"{sort}.{kind}")


def labels(what: Sort) -> dict[type[Labelled], dict[str, Any]]:
    """Return the words that may stand in cells, by what they are labels of."""
    return {type(some[0]): _by_words(some) for some in KINDS[what].labels}


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
    form, id, what = Form(), brought.id, brought.sort
    if form.carry_out(lambda: service.undo(session(), actor(), id)):
        tell(what, form.outcome)
    whole = grants(actor(), Action.LIST, Resource.IMPORT)
    return redirect(url_for(".index" if whole else "calendars_in.bring_in"), 303)


def tell(what: Sort, done: Undone) -> None:
    """Say how much is gone, and how much stays."""
    if done.gone:
        flash(is_gone(what, done.gone))
    if done.stayed:
        flash(
            ngettext(
                "%(num)d of them stays: somebody changed or used it since.",
                "%(num)d of them stay: somebody changed or used them since.",
                done.stayed,
            ),
            "warning",
        )


def is_gone(what: Sort, n: int) -> str:
    if what is Sort.CHILDREN:
        return str(ngettext("%(num)d family is gone again.", "%(num)d families are gone again.", n))
    if what is Sort.VENUES:
        return str(ngettext("%(num)d venue is gone again.", "%(num)d venues are gone again.", n))
    if what is Sort.PARTNERS:
        return str(
            ngettext("%(num)d partner is gone again.", "%(num)d partners are gone again.", n)
        )
    return str(ngettext("%(num)d draft is gone again.", "%(num)d drafts are gone again.", n))
