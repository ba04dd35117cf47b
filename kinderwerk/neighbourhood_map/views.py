"""The map, its table, and the data of both."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core.periods import Period
from kinderwerk.facts.rules import Measure
from kinderwerk.neighbourhood_map import drawing, geojson, queries
from kinderwerk.neighbourhood_map.forms import ChoiceForm
from kinderwerk.neighbourhood_map.rules import Tint
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page

bp = Blueprint("neighbourhood_map", __name__, url_prefix="/map")


bp.add_app_template_filter(geojson.number, "shown")


def chosen() -> tuple[ChoiceForm, Period]:
    form = ChoiceForm(request.args)
    form.offer()
    return form, form.chosen()


def sees_signals() -> bool:
    return permits(actor(), Action.LIST, Resource.SIGNAL_MAP)


def here() -> tuple[UUID, UUID]:
    """Return the municipality and the organisation of whoever asks; the policy knows both are."""
    held = actor().membership
    if held is None or held.organisation_id is None or held.municipality_id is None:
        raise ValueError("the map is for people of an organisation")
    return held.municipality_id, held.organisation_id


@bp.get("/")
@allow(Action.LIST, Resource.MAP)
def index() -> ResponseReturnValue:
    form, period = chosen()
    municipality, organisation = here()
    known = queries.areas(session(), municipality)
    outlined = queries.outlines(session(), municipality)
    signals = queries.signal_rows(session(), organisation, known, period) if sees_signals() else []
    return page(
        "neighbourhood_map/index.html", choice=form, period=period,
        rows=queries.neighbourhood_rows(session(), organisation, known, period),
        signals=signals, points=queries.points(session(), actor()), tints=list(Tint),
        measure=Measure, layers=layers(),
        map=drawing.draw(tuple(layers()), drawing.bounds(outlined.values())),
    )  # fmt: skip


def layers() -> dict[str, str]:
    """Return the layers of the map with their names, in the order in which they are offered."""
    named = {
        "areas": _("Children reached"), "activities": _("Activities of the coming days"),
        "venues": _("Venues"), "partners": _("Partners"),
    }  # fmt: skip
    return named | ({"signals": _("Signals per district")} if sees_signals() else {})


@bp.get("/data.json")
@allow(Action.LIST, Resource.MAP)
def data() -> Response:
    _form, period = chosen()
    municipality, organisation = here()
    known = queries.areas(session(), municipality)
    outlined = queries.outlines(session(), municipality)
    filled = geojson.points(queries.points(session(), actor())) | {
        "areas": geojson.areas(
            queries.neighbourhood_rows(session(), organisation, known, period), outlined
        )
    }
    if sees_signals():
        filled["signals"] = geojson.districts(
            queries.signal_rows(session(), organisation, known, period),
            queries.district_outlines(known, outlined),
        )
    return jsonify(filled)
