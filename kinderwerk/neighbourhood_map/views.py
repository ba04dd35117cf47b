"""Screens for the map, its twins as tables and as a file, and how far children walk."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.facts.rules import Measure
from kinderwerk.goals import queries as goals
from kinderwerk.neighbourhood_map import (
    drawing,
    geojson,
    points,
    queries,
    service,
    ways,
    white_spots,
)
from kinderwerk.neighbourhood_map.colouring import legend
from kinderwerk.neighbourhood_map.forms import (
    Asked,
    BarrierForm,
    CentreForm,
    ChoiceForm,
    DistanceForm,
    RemovalForm,
)
from kinderwerk.neighbourhood_map.outlined import Outlined, around, outlined
from kinderwerk.neighbourhood_map.rules import Area, Row
from kinderwerk.neighbourhood_map.white_spots import Judged
from kinderwerk.web import tiles
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page, page_number

bp = Blueprint("neighbourhood_map", __name__, url_prefix="/map")
bp.add_app_template_filter(geojson.number, "shown")
bp.add_app_template_filter(geojson.offered, "offered")
bp.add_app_template_test(geojson.nameless, "nameless")

#: White spots on the map's own page; all of them stand in the table.
FIRST = 10
#: Places on one page of their table.
PAGE = 100
#: Neighbourhoods on one page of theirs, which has many columns.
ROWS = 40


def chosen() -> tuple[ChoiceForm, Asked]:
    form = ChoiceForm(request.args)
    form.offer((one.id, one.title) for one in goals.current(session(), actor()))
    return form, form.asked()


def sees_signals() -> bool:
    return permits(actor(), Action.LIST, Resource.SIGNAL_MAP)


def here() -> tuple[UUID, UUID]:
    """Return the municipality and the organisation of whoever asks; the policy knows both are."""
    held = actor().membership
    if held is None or held.organisation_id is None or held.municipality_id is None:
        raise ValueError("the map is for people of an organisation")
    return held.municipality_id, held.organisation_id


@dataclass
class Town:
    """What is known of all neighbourhoods at what was asked; each is read once, when needed."""

    asked: Asked

    @cached_property
    def areas(self) -> Sequence[Area]:
        return queries.areas(session(), here()[0])

    @cached_property
    def written(self) -> Mapping[UUID, str]:
        return queries.outlines(session(), here()[0])

    @cached_property
    def outlines(self) -> Mapping[UUID, dict[str, Any]]:
        return {id: json.loads(one) for id, one in self.written.items()}

    @cached_property
    def drawn(self) -> Mapping[UUID, Outlined]:
        return {id: outlined(one) for id, one in self.written.items()}

    @cached_property
    def metres(self) -> int:
        return ways.house(session(), here()[1]).walking_metres

    @cached_property
    def judged(self) -> list[Judged]:
        asked, organisation = self.asked, here()[1]
        rows = queries.neighbourhood_rows(
            session(), organisation, self.areas, asked.period, asked.goal_id
        )
        return white_spots.judged(
            rows,
            ways.centres(session(), organisation, self.drawn),
            ways.offers(session(), organisation, asked.period, asked.goal_id, asked.age),
            [one.walked_around for one in ways.barriers(session(), organisation)],
            self.metres,
        )

    @cached_property
    def signals(self) -> list[Row]:
        if not sees_signals():
            return []
        return queries.signal_rows(session(), here()[1], self.areas, self.asked.period)


@bp.get("/")
@allow(Action.LIST, Resource.MAP)
def index() -> ResponseReturnValue:
    form, asked = chosen()
    town, offered = Town(asked), layers()
    spots = white_spots.ranked(town.judged)
    tiles.let_in()
    return page(
        "neighbourhood_map/index.html", choice=form, asked=asked, spots=spots, first=FIRST,
        areas=town.areas, metres=town.metres, layers=offered, legend=legend(asked.colouring),
        map=drawing.draw(tuple(offered), around(town.drawn.values()), tiles.known()),
    )  # fmt: skip


@bp.get("/table")
@allow(Action.LIST, Resource.MAP)
def table() -> ResponseReturnValue:
    """Show the neighbourhoods page by page, or all of them to print."""
    form, asked = chosen()
    town, whole = Town(asked), request.args.get("whole") == "1"
    judged = town.judged
    number = min(page_number(), max(1, -(-len(judged) // ROWS)))
    first = whole or number == 1
    begin, end = (0, len(judged)) if whole else ((number - 1) * ROWS, number * ROWS)
    return page(
        "neighbourhood_map/table.html", choice=form, asked=asked, judged=judged[begin:end],
        signals=town.signals if first else [], metres=town.metres,
        spots=white_spots.ranked(judged) if first else [], measure=Measure, number=number,
        all_of_them=len(judged), earlier=_turn(asked, number - 1, ".table") if begin else None,
        later=_turn(asked, number + 1, ".table") if end < len(judged) else None,
    )  # fmt: skip


@bp.get("/places")
@allow(Action.LIST, Resource.MAP)
def listed() -> ResponseReturnValue:
    form, asked = chosen()
    number, found = page_number(), points.points(session(), actor(), asked.goal_id, asked.age)
    begin, end = (number - 1) * PAGE, number * PAGE
    return page(
        "neighbourhood_map/places.html", choice=form, asked=asked, points=found[begin:end],
        number=number, earlier=_turn(asked, number - 1) if number > 1 else None,
        later=_turn(asked, number + 1) if len(found) > end else None,
    )  # fmt: skip


def _turn(asked: Asked, number: int, endpoint: str = ".listed") -> str:
    return url_for(endpoint, **asked.address, page=number)


def layers() -> dict[str, str]:
    """Return the layers of the map with their names, in the order in which they are offered."""
    named = {
        "areas": _("Neighbourhoods in colours"), "white": _("White spots"),
        "activities": _("Activities of the coming days"), "venues": _("Venues"),
        "schools": _("Schools"), "pitches": _("Sports pitches"),
    } | {
        name: _("Partners: %(system)s", system=_(system.label))
        for name, system in geojson.PARTNERS.items()
    }  # fmt: skip
    return named | ({"signals": _("Signals per district")} if sees_signals() else {})


@bp.get("/data.json")
@allow(Action.LIST, Resource.MAP)
def data() -> Response:
    _form, asked = chosen()
    town = Town(asked)
    filled = geojson.points(points.points(session(), actor(), asked.goal_id, asked.age)) | {
        "areas": geojson.areas(town.judged, town.outlines, asked.colouring),
        "white": geojson.white(town.judged, town.outlines),
    }
    if sees_signals():
        districts = queries.district_outlines(town.areas, town.written)
        filled["signals"] = geojson.districts(town.signals, districts)
    return jsonify(filled)


@bp.get("/neighbourhoods.geojson")
@allow(Action.LIST, Resource.MAP)
def download() -> Response:
    _form, asked = chosen()
    town = Town(asked)
    answer = jsonify(geojson.file(town.judged, town.outlines))
    answer.mimetype = "application/geo+json"
    name = f"neighbourhoods-{asked.period}.geojson"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


@bp.route("/walking", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.MAP)
def walking() -> ResponseReturnValue:
    """Say how far a child walks; lead to what lies across, and to where people live."""
    municipality, organisation = here()
    form = DistanceForm(data={"metres": ways.house(session(), organisation).walking_metres})
    if form.carry_out(lambda: service.set_distance(session(), actor(), form.metres.data or 0)):
        return saved()
    said, barriers = ways.said(session(), organisation), ways.barriers(session(), organisation)
    removal = RemovalForm(formdata=None)
    removal.barriers.offer((one.id, one.name) for one in barriers)
    known = queries.areas(session(), municipality)
    return page(
        "neighbourhood_map/walking.html", form=form, removal=removal, barriers=barriers,
        centres=[(one, said[one.id]) for one in known if one.id in said],
    )  # fmt: skip


@bp.route("/walking/barrier", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.MAP)
def barrier() -> ResponseReturnValue:
    form = BarrierForm()
    if form.carry_out(lambda: service.add_barrier(session(), actor(), form.wish())):
        return saved()
    return page("neighbourhood_map/barrier.html", form=form, map=drawn())


@bp.post("/walking/remove")
@allow(Action.EDIT, Resource.MAP)
def remove() -> ResponseReturnValue:
    form = RemovalForm()
    form.barriers.offer((one.id, one.name) for one in ways.barriers(session(), here()[1]))
    if form.carry_out(
        lambda: service.remove_barriers(session(), actor(), form.barriers.data or [])
    ):
        return saved()
    flash(_("Tick what is no longer there."), "error")
    return redirect(url_for(".walking"), 303)


@bp.route("/walking/centre", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.MAP)
def centre() -> ResponseReturnValue:
    form = CentreForm()
    form.neighbourhood.offer((one.id, one.name) for one in queries.areas(session(), here()[0]))
    if form.carry_out(
        lambda: service.set_centre(session(), actor(), form.neighbourhood.data, form.point)
    ):
        return saved()
    return page("neighbourhood_map/centre.html", form=form, map=drawn())


def saved() -> ResponseReturnValue:
    flash(_("The changes are saved."), "good")
    return redirect(url_for(".walking"), 303)


def drawn() -> drawing.Drawing:
    """Draw the map with its neighbourhoods only, to point at places on it."""
    tiles.let_in()
    written = queries.outlines(session(), here()[0])
    return drawing.draw(("areas",), around(map(outlined, written.values())), tiles.known())
