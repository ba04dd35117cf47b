"""Screens of what a family agrees to: given and taken back with one tap."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from markupsafe import Markup

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.families import queries as families
from kinderwerk.families.consents import queries, rules, service
from kinderwerk.families.consents.forms import NoteForm, ReplyForm
from kinderwerk.families.models import Child
from kinderwerk.families.queries import Told
from kinderwerk.families.rules import ConsentPurpose
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("consents", __name__)


@bp.get("/family/children/<uuid:id>/consents")
@allow(Action.EDIT, Resource.CONSENT, load=families.child)
def own(child: Child) -> ResponseReturnValue:
    return _own(child, ReplyForm(None))


@bp.post("/family/children/<uuid:id>/consents")
@allow(Action.EDIT, Resource.CONSENT, load=families.child)
def answer(child: Child) -> ResponseReturnValue:
    form, id = ReplyForm(), child.id
    if form.carry_out(lambda: service.answer(session(), actor(), id, form.reply())):
        return redirect(url_for(".own", id=id, _anchor=form.purpose.data.value), 303)
    return _own(families.child(session(), id), form)


@bp.get("/children/<uuid:id>/consents")
@allow(Action.VIEW, Resource.CONSENT, load=families.child)
def of_child(child: Child) -> ResponseReturnValue:
    return _of_child(child, NoteForm.of(child))


@bp.post("/children/<uuid:id>/consents")
@allow(Action.CREATE, Resource.CONSENT, load=families.child)
def note(child: Child) -> ResponseReturnValue:
    form, id = NoteForm.of(child), child.id
    if form.carry_out(
        lambda: service.note(
            session(), actor(), id, form.carer.data, form.reply(), form.method.data
        )
    ):
        return redirect(url_for(".of_child", id=id), 303)
    return _of_child(families.child(session(), id), form)


@bp.app_template_global()
def consent_words(purpose: str, organisation: str) -> Markup:
    """Show what is agreed to, for any form that asks it: the newest words, in this language."""
    text = rules.newest(ConsentPurpose(purpose))
    words = {"text": text, "organisation": organisation, "language": str(get_locale())}
    return Markup(render_template("families/_consent_words.html", **words))  # noqa: S704


def _own(child: Child, form: ReplyForm) -> ResponseReturnValue:
    sheet = queries.sheet(session(), child, service.own_care(child, actor()))
    return page("families/consents.html", form=form, sheet=sheet, language=str(get_locale()))


def _of_child(child: Child, form: NoteForm) -> ResponseReturnValue:
    sheet = queries.sheet(session(), child, None)
    names = {care.carer_id: care.carer.name for care in child.cares}
    return page("families/consent_of_child.html", form=form, sheet=sheet, names=names)


@piece("own_child")
def on_family_page(told: Told) -> str | None:
    return render_template("families/_consents_of_own.html", told=told)
