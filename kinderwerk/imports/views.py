"""Screens on which a table of children is looked at, brought in and taken back."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core.words import STAFF_LANGUAGES
from kinderwerk.families.rules import Relation
from kinderwerk.imports import jobs, queries, rules, service
from kinderwerk.imports.forms import ColumnsForm, FileForm
from kinderwerk.imports.models import BroughtIn
from kinderwerk.web.access import actor, allow
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page

bp = Blueprint("imports", __name__, url_prefix="/imports")
#: What the worker knows to do, because this module is loaded.
WORK = (jobs.tidy,)
SHOWN = 20


@bp.get("/")
@allow(Action.LIST, Resource.IMPORT)
def index() -> ResponseReturnValue:
    return page("imports/index.html", brought=queries.visible(session(), actor()))


@bp.route("/children", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.IMPORT)
def children() -> ResponseReturnValue:
    """Look what is in a table; then say which column is what; another button writes it down."""
    form = FileForm()
    if not form.carry_out(lambda: service.opened(session(), form.content)):
        return page("imports/children.html", form=form)
    table, again = form.outcome, "look" in request.form or "make" in request.form
    chosen = ColumnsForm.of(table, form.held.data, sent=again)
    here, wanted = (session(), actor(), table, chosen.columns, relations()), chosen.alike_too.data
    make = "make" in request.form
    if make and chosen.carry_out(lambda: service.bring_in(*here, alike_too=bool(wanted))):
        n = chosen.outcome.children
        flash(ngettext("%(num)d child is in.", "%(num)d children are in.", n), "success")
        return redirect(url_for(".index"), 303)
    looked = service.look(*here) if all(one in chosen.columns for one in rules.NEEDED) else None
    shown("child", [one.id for found in looked.alike.values() for one in found] if looked else [])
    return page(
        "imports/columns.html", form=chosen, table=table, looked=looked, most=SHOWN,
        consent=rules.tells_of_consent(table.headings),
    )  # fmt: skip


def relations() -> dict[str, Relation]:
    """Return what an adult may be to a child, in each language of staff."""
    adults = [one for one in Relation if one is not Relation.SELF]
    known: dict[str, Relation] = {rules.plain(one.value): one for one in adults}
    for language in STAFF_LANGUAGES:
        with force_locale(language):
            known |= {rules.plain(_(one.label)): one for one in adults}
    return known


@bp.post("/<uuid:id>/undo")
@allow(Action.EDIT, Resource.IMPORT, load=queries.by_id)
def undo(brought: BroughtIn) -> ResponseReturnValue:
    form, id = Form(), brought.id
    if form.carry_out(lambda: service.undo(session(), actor(), id)):
        gone, stayed = form.outcome.gone, form.outcome.stayed
        flash(ngettext("%(num)d family is gone again.", "%(num)d families are gone again.", gone))
        if stayed:
            flash(
                ngettext(
                    "%(num)d family stays: somebody changed or used it since.",
                    "%(num)d families stay: somebody changed or used them since.",
                    stayed,
                ),
                "warning",
            )
    return redirect(url_for(".index"), 303)
