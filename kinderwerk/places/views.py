"""Screens for neighbourhoods, imports and venues."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from kinderwerk.access.policy import grants
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.places import queries, service
from kinderwerk.places.drawing import sketch
from kinderwerk.places.forms import UploadForm, VenueFilter, VenueForm
from kinderwerk.places.models import Neighbourhood, PlaceImport, Venue
from kinderwerk.places.rules import LARGEST_UPLOAD, one_band, scheme_of
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page, page_number

#: How many venues one page of the list shows.
PAGE: Final = 50

bp = Blueprint("places", __name__)


@bp.url_value_preprocessor
def admit_large_files(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """Outlines are larger than forms; only those who may import send them."""
    if endpoint == "places.upload" and grants(actor(), Action.CREATE, Resource.PLACE):
        request.max_content_length = LARGEST_UPLOAD


def here() -> UUID:
    municipality_id = actor().municipality_id
    if municipality_id is None:
        raise ValueError("whoever sees neighbourhoods works for a municipality or in one")
    return municipality_id


@bp.get("/neighbourhoods/")
@allow(Action.LIST, Resource.PLACE)
def index() -> ResponseReturnValue:
    areas = queries.visible(session(), actor())
    numbers = queries.numbers(session(), [area.id for area in areas])
    values = {id: known.value for id, known in numbers.children.items()}
    drawn = ((area.id, area.name, area.outline) for area in areas if area.outline)
    return page(
        "places/index.html",
        areas=areas,
        children=numbers.children,
        band=one_band(numbers.children.values()),
        residents=numbers.residents,
        sketch=sketch(drawn, values=values),
        municipality=queries.municipality(session(), here()),
    )


@bp.get("/neighbourhoods/<uuid:id>")
@allow(Action.VIEW, Resource.PLACE, load=queries.by_id)
def detail(neighbourhood: Neighbourhood) -> ResponseReturnValue:
    return page(
        "places/detail.html",
        area=neighbourhood,
        figures=queries.key_figures(session(), neighbourhood.id),
        children=queries.children_living(session(), [neighbourhood.id]).get(neighbourhood.id),
        venues=queries.venues_in(session(), actor(), neighbourhood.id),
        sketch=sketch(queries.outlines(session(), neighbourhood.municipality_id), neighbourhood.id),
    )


@bp.route("/neighbourhoods/import", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.PLACE)
def upload() -> ResponseReturnValue:
    place = queries.municipality(session(), here())
    form = UploadForm(scheme=scheme_of(place.code, place.country))
    if form.carry_out(lambda: service.keep(session(), actor(), place.id, form.upload())):
        return redirect(url_for(".preview", id=form.outcome.id), 303)
    return page("places/upload.html", form=form, municipality=place)


@bp.get("/neighbourhoods/import/<uuid:id>")
@allow(Action.EDIT, Resource.PLACE, load=queries.import_by_id)
def preview(kept: PlaceImport) -> ResponseReturnValue:
    return _preview(kept, Form())


@bp.post("/neighbourhoods/import/<uuid:id>")
@allow(Action.EDIT, Resource.PLACE, load=queries.import_by_id)
def confirm(kept: PlaceImport) -> ResponseReturnValue:
    form = Form()
    if form.carry_out(lambda: service.confirm(session(), actor(), kept)):
        count = form.outcome.neighbourhoods
        flash(ngettext("%(num)d area was imported.", "%(num)d areas were imported.", count))
        return redirect(url_for(".index"), 303)
    return _preview(kept, form)


def _preview(kept: PlaceImport, form: Form) -> ResponseReturnValue:
    joined = service.reread(session(), kept)
    drawn = ((None, area.name, area.outline) for area in joined.neighbourhoods)
    return page("places/preview.html", form=form, kept=kept, joined=joined, sketch=sketch(drawn))


@bp.post("/neighbourhoods/import/<uuid:id>/discard")
@allow(Action.EDIT, Resource.PLACE, load=queries.import_by_id)
def discard(kept: PlaceImport) -> ResponseReturnValue:
    form = Form()
    form.carry_out(lambda: service.discard(session(), actor(), kept))
    flash(gettext("The files were thrown away; nothing was changed."))
    return redirect(url_for(".upload"), 303)


@bp.get("/venues/")
@allow(Action.LIST, Resource.VENUE)
def venues() -> ResponseReturnValue:
    chosen = VenueFilter(request.args)
    chosen.neighbourhood.offer(queries.choices(session(), here()))
    retired = request.args.get("retired") == "1"
    number = page_number()
    rows = queries.venues(
        session(), actor(), retired=retired, words=chosen.q.data or "",
        neighbourhood_id=chosen.neighbourhood.data, skip=(number - 1) * PAGE, most=PAGE + 1,
    )  # fmt: skip
    return page(
        "places/venues.html", venues=rows[:PAGE], retired=retired, filter=chosen,
        number=number, further=len(rows) > PAGE,
    )  # fmt: skip


@bp.get("/venues/<uuid:id>")
@allow(Action.VIEW, Resource.VENUE, load=queries.venue)
def venue(venue: Venue) -> ResponseReturnValue:
    drawn = queries.outlines(session(), here()) if venue.neighbourhood_id else []
    picture = sketch(drawn, venue.neighbourhood_id, (venue.latitude, venue.longitude))
    return page("places/venue.html", venue=venue, sketch=picture)


@bp.route("/venues/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.VENUE)
def new_venue() -> ResponseReturnValue:
    form = VenueForm()
    form.neighbourhood_id.offer(queries.choices(session(), here()))
    if form.carry_out(lambda: service.add_venue(session(), actor(), form.wish())):
        return redirect(url_for(".venue", id=form.outcome.id), 303)
    return page("places/venue_form.html", form=form, venue=None)


@bp.route("/venues/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.VENUE, load=queries.venue)
def edit_venue(venue: Venue) -> ResponseReturnValue:
    form = VenueForm.of(venue)
    form.neighbourhood_id.offer(queries.choices(session(), here()))
    if form.carry_out(
        lambda: service.change_venue(session(), actor(), venue, form.wish(), form.version.data)
    ):
        return redirect(url_for(".venue", id=venue.id), 303)
    return page("places/venue_form.html", form=form, venue=venue)


@bp.post("/venues/<uuid:id>/retire")
@allow(Action.EDIT, Resource.VENUE, load=queries.venue)
def retire(venue: Venue) -> ResponseReturnValue:
    form = Form()
    form.carry_out(
        lambda: service.retire_venue(session(), actor(), venue, retired=not venue.retired)
    )
    return redirect(url_for(".venue", id=venue.id), 303)
