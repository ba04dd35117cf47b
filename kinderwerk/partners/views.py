"""Screens of the directory."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.core import clock
from kinderwerk.core.words import LANGUAGES
from kinderwerk.partners import queries, rules, service
from kinderwerk.partners.forms import ContactForm, FilterForm, PartnerForm
from kinderwerk.partners.models import Partner
from kinderwerk.places import queries as places
from kinderwerk.web.access import actor, allow, role
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page, page_number
from kinderwerk.web.pieces import piece

bp = Blueprint("partners", __name__, url_prefix="/partners")


@bp.app_template_filter("tongue")
def tongue(code: str) -> str:
    """Return a language by its own name."""
    return LANGUAGES.get(code, code)


def neighbourhoods() -> list[tuple[UUID, str]]:
    here = actor().municipality_id
    return places.choices(session(), here) if here else []


@bp.get("/")
@allow(Action.LIST, Resource.PARTNER)
def index() -> ResponseReturnValue:
    form = FilterForm(request.args)
    form.neighbourhood_id.offer(neighbourhoods())
    filters = form.filters()
    number = page_number()
    partners = queries.found(session(), actor(), filters, number)
    further = len(partners) > queries.PAGE
    return page(
        "partners/index.html", choice=form, retired=filters.retired, outdated=outdated,
        partners=partners[: queries.PAGE], chips=form.chips(),
        earlier=form.address(number - 1) if number > 1 else None, number=number,
        later=form.address(number + 1) if further else None,
    )  # fmt: skip


def outdated(partner: Partner) -> bool:
    return rules.outdated(partner.checked_on, clock.today())


@bp.get("/<uuid:id>")
@allow(Action.VIEW, Resource.PARTNER, load=queries.by_id)
def detail(partner: Partner) -> ResponseReturnValue:
    return page("partners/detail.html", partner=partner, outdated=outdated, contact=ContactForm())


@bp.post("/<uuid:id>/contacts")
@allow(Action.EDIT, Resource.PARTNER, load=queries.by_id)
def add_contact(partner: Partner) -> ResponseReturnValue:
    id, form = partner.id, ContactForm()
    if form.carry_out(lambda: service.add_contact(session(), actor(), partner, form.wish())):
        return redirect(url_for(".detail", id=id), 303)
    again = queries.by_id(session(), id)
    return page("partners/detail.html", partner=again, outdated=outdated, contact=form, form=form)


@bp.post("/<uuid:id>/contacts/<uuid:contact>/remove")
@allow(Action.EDIT, Resource.PARTNER, load=queries.by_id)
def remove_contact(partner: Partner, contact: UUID) -> ResponseReturnValue:
    id, form = partner.id, Form()
    form.carry_out(lambda: service.remove_contact(session(), actor(), partner, contact))
    return redirect(url_for(".detail", id=id), 303)


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.PARTNER)
def new() -> ResponseReturnValue:
    form = PartnerForm()
    form.offer_kinds(queries.country(session(), actor().organisation_id))
    form.neighbourhood_id.offer(neighbourhoods())
    if form.carry_out(lambda: service.add(session(), actor(), form.wish())):
        flash(_("Noted. Your colleagues can find it now."))
        return redirect(url_for(".detail", id=form.outcome.id), 303)
    return page("partners/form.html", form=form, partner=None)


@bp.route("/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.PARTNER, load=queries.by_id)
def edit(partner: Partner) -> ResponseReturnValue:
    form = PartnerForm(obj=partner)
    form.offer_kinds(queries.country(session(), partner.organisation_id), partner.kind)
    form.neighbourhood_id.offer(neighbourhoods())
    if form.carry_out(
        lambda: service.change(session(), actor(), partner, form.wish(), form.version.data)
    ):
        return redirect(url_for(".detail", id=partner.id), 303)
    return page("partners/form.html", form=form, partner=partner)


@bp.post("/<uuid:id>/retire")
@allow(Action.EDIT, Resource.PARTNER, load=queries.by_id)
def retire(partner: Partner) -> ResponseReturnValue:
    form = Form()
    form.carry_out(lambda: service.retire(session(), actor(), partner, retired=not partner.retired))
    return redirect(url_for(".detail", id=partner.id), 303)


@piece("today")
def to_renew(who: str) -> str | None:
    """Remind a supervisor to make a new agreement before families can no longer be referred."""
    if role() is not Role.COORDINATOR:
        return None
    found = queries.ending(session(), actor())
    return render_template("partners/_to_renew.html", partners=found) if found else None
