"""Screens of what helpers must know: written by the family, read around a session."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.families import queries as families
from kinderwerk.families.consents import queries as consents
from kinderwerk.families.consents import rules as consent_rules
from kinderwerk.families.models import Child
from kinderwerk.families.queries import Household, Told
from kinderwerk.families.rules import Capacity, ConsentPurpose
from kinderwerk.notes import queries, service
from kinderwerk.notes.forms import NoteForm, PaperForm, SeasonForm
from kinderwerk.notes.queries import Meeting
from kinderwerk.notes.rules import Season
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("notes", __name__)


@bp.route("/family/children/<uuid:id>/notes", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CARE_NOTE, load=families.child)
def own(child: Child) -> ResponseReturnValue:
    id = child.id
    told = service.read_own(session(), actor(), child)
    note = queries.of_child(session(), id)
    form = NoteForm(obj=told, data={"version": note.version if note else 1, "agreed": bool(note)})
    if form.carry_out(
        lambda: service.write(
            session(), actor(), id, form.version.data, form.help(), agreed=form.agreed.data,
            child_agreed=form.child_agreed.data, language=str(get_locale()),
        )
    ):  # fmt: skip
        flash(gettext("It is saved. You can change it or take it away on any day."), "good")
        return redirect(url_for("families.mine"), 303)
    return _own(id, form)


def _own(id: UUID, form: NoteForm) -> ResponseReturnValue:
    child, note = families.child(session(), id), queries.of_child(session(), id)
    asked = consent_rules.asked(consents.age(child))
    return page(
        "notes/own.html", form=form, child=child, note=note, language=str(get_locale()),
        text=consent_rules.newest(ConsentPurpose.HEALTH), asks_child=asked > {Capacity.CHILD},
        organisation=families.organisation(session(), child.organisation_id),
    )  # fmt: skip


@bp.route("/children/<uuid:id>/notes", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.CARE_NOTE, load=families.child)
def from_paper(child: Child) -> ResponseReturnValue:
    """Type in what a family wrote on paper; what it told before is not shown."""
    form, id = PaperForm.of(child), child.id
    if form.carry_out(
        lambda: service.write_from_paper(session(), actor(), id, form.help(), form.paper())
    ):
        flash(
            gettext("It is kept. Who runs a session reads it the day before and that day."), "good"
        )
        return redirect(url_for("families.show", id=id), 303)
    child = families.child(session(), id)
    asked = consent_rules.asked(consents.age(child))
    return page(
        "notes/from_paper.html", form=form, child=child, asks_child=asked > {Capacity.CHILD},
        text=consent_rules.newest(ConsentPurpose.HEALTH), language=str(get_locale()),
        organisation=families.organisation(session(), child.organisation_id),
    )  # fmt: skip


@bp.post("/family/children/<uuid:id>/notes/keep")
@allow(Action.EDIT, Resource.CARE_NOTE, load=families.child)
def keep(child: Child) -> ResponseReturnValue:
    form, id = Form(), child.id
    form.carry_out(lambda: service.keep(session(), actor(), id))
    return redirect(url_for("families.mine"), 303)


@bp.post("/family/children/<uuid:id>/notes/withdraw")
@allow(Action.EDIT, Resource.CARE_NOTE, load=families.child)
def withdraw(child: Child) -> ResponseReturnValue:
    form, id = Form(), child.id
    if form.carry_out(lambda: service.withdraw(session(), actor(), id, str(get_locale()))):
        flash(gettext("It is gone."), "good")
    return redirect(url_for("families.mine"), 303)


@bp.get("/sessions/<uuid:id>/notes")
@allow(Action.VIEW, Resource.CARE_NOTE, load=queries.meeting)
def of_session(meeting: Meeting) -> ResponseReturnValue:
    id = meeting.id
    needs = service.read(session(), actor(), id)
    shown("medical", [one.child.id for one in needs], "seen", of=id)
    occurrence = queries.meeting(session(), id).occurrence
    extra = queries.extra_adults(session(), occurrence)
    return page("notes/of_session.html", needs=needs, occurrence=occurrence, extra=extra)


@bp.route("/season", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.RETENTION)
def season() -> ResponseReturnValue:
    here = actor().organisation_id
    form = SeasonForm(obj=queries.season(session(), here) if here else Season())
    if form.carry_out(lambda: service.set_season(session(), actor(), form.season())):
        flash(gettext("The changes are saved."), "good")
        return redirect(url_for("privacy.terms"), 303)
    return page("notes/season.html", form=form)


@piece("own_child")
def on_family_page(told: Told) -> str | None:
    return render_template("notes/_of_own.html", child=told.child)


@piece("family")
def going_soon(households: list[Household]) -> str | None:
    children = [told.child for household in households for told in household.children]
    kept = queries.ending(session(), children)
    return render_template("notes/_going.html", kept=kept) if kept else None


@piece("carers")
def on_paper(child: Child) -> str | None:
    if not may("create", "care_note", child.facts):
        return None
    return render_template("notes/_on_paper.html", child=child)
