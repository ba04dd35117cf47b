"""Screens of the access log, and the way in for an emergency."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.audit import seals
from kinderwerk.audit.models import AuditEntry
from kinderwerk.families.models import Child
from kinderwerk.trail import queries, rules, service
from kinderwerk.trail.forms import EntriesForm, OutcomeForm, PeriodForm, PleaForm
from kinderwerk.trail.models import BreakGlass, TrailFinding
from kinderwerk.trail.queries import PAGE, Wanted
from kinderwerk.web.access import actor, allow, may, personal
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page, page_number
from kinderwerk.web.pieces import piece

bp = Blueprint("trail", __name__)
bp.add_app_template_filter(rules.kind, "kind_of_deed")
bp.add_app_template_filter(rules.about, "about_deed")


@bp.get("/trail")
@allow(Action.LIST, Resource.TRAIL)
def index() -> ResponseReturnValue:
    form, number = EntriesForm(request.args), page_number()
    form.person_id.offer(queries.staff(session(), actor()))
    entries = queries.entries(session(), actor(), form.filters(), number)
    names = queries.names(session(), [one.actor_id for one in entries])
    shown("trail", [])
    return page(
        "trail/index.html", choice=form, entries=entries[:PAGE], names=names, number=number,
        newest=seals.head(session()), **turns(form, ".index", number, entries),
    )  # fmt: skip


def turns(
    form: PeriodForm, endpoint: str, number: int, entries: Sequence[AuditEntry]
) -> dict[str, str | None]:
    return {
        "earlier": form.address(endpoint, number - 1) if number > 1 else None,
        "later": form.address(endpoint, number + 1) if len(entries) > PAGE else None,
    }


@bp.get("/trail/mine")
@personal
def mine() -> ResponseReturnValue:
    form, number = PeriodForm(request.args), page_number()
    entries = queries.own(session(), actor(), form.filters(), number)
    return page(
        "trail/mine.html", choice=form, entries=entries[:PAGE], number=number,
        **turns(form, ".mine", number, entries),
    )  # fmt: skip


@bp.get("/striking")
@allow(Action.LIST, Resource.FINDING)
def findings() -> ResponseReturnValue:
    reasons = service.reasons(session(), actor())
    found, glasses = queries.findings(session(), actor()), queries.glasses(session(), actor())
    shown("trail", [one.id for one in found])
    people = [*(one.person_id for one in found), *(one.seen_by_id for one in found)]
    return page(
        "trail/findings.html", findings=found, glasses=glasses, reasons=reasons,
        names=queries.names(session(), [*people, *(one.user_id for one in glasses)]),
    )  # fmt: skip


@bp.route("/striking/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.FINDING, load=queries.finding)
def finding(found: TrailFinding) -> ResponseReturnValue:
    id, form = found.id, OutcomeForm()
    if form.carry_out(lambda: service.settle(session(), actor(), id, form.outcome.data)):
        flash(_("Noted. Thank you for looking."), "good")
        return redirect(url_for(".findings"), 303)
    found = queries.finding(session(), id)
    names = queries.names(session(), [found.person_id, found.seen_by_id])
    return page("trail/finding.html", form=form, found=found, names=names)


@bp.get("/family/trail")
@allow(Action.CREATE, Resource.FAMILY)
def of_family() -> ResponseReturnValue:
    form = PeriodForm(request.args)
    period = form.period()
    looked = queries.of_family(session(), actor(), period)
    return page("trail/of_family.html", choice=form, looked=looked, period=period)


@bp.route("/children/<uuid:id>/emergency", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.EMERGENCY, load=queries.wanted)
def emergency(wanted: Wanted) -> ResponseReturnValue:
    id, form = wanted.id, PleaForm()
    if form.carry_out(lambda: service.break_glass(session(), actor(), id, form.plea())):
        return redirect(url_for(".known", id=form.outcome.id), 303)
    child = queries.wanted(session(), id).child
    shown("child", [], "seen", of=id)
    return page("trail/emergency.html", form=form, child=child)


@bp.get("/emergency/<uuid:id>")
@allow(Action.VIEW, Resource.EMERGENCY, load=queries.glass)
def known(broken: BreakGlass) -> ResponseReturnValue:
    id = broken.id
    found = service.known(session(), actor(), broken)
    broken = queries.glass(session(), id)
    names = queries.names(session(), list(found.cases.owners))
    return page("trail/known.html", broken=broken, known=found, names=names)


@piece("child")
def of_child(child: Child) -> str | None:
    if not may("create", "emergency", Wanted(child).facts):
        return None
    return render_template("trail/_of_child.html", child=child)


@piece("today")
def to_look_at(board: str) -> str | None:
    """Show on the first page of who watches over it that something striking waits."""
    if not may("list", "finding"):
        return None
    many = queries.to_look_at(session(), actor())
    return render_template("trail/_to_look_at.html", many=many) if many else None


@piece("known")
def among_what_is_known(households: list[object]) -> str | None:
    return render_template("trail/_of_family.html") if households else None
