"""Screens on which a paper is asked for, waited for and fetched."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities import programme, wording
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import PRIVATE
from kinderwerk.core import clock
from kinderwerk.families import queries as families
from kinderwerk.families.models import Child
from kinderwerk.families.queries import Told
from kinderwerk.helplines import queries as numbers
from kinderwerk.papers import look, making, queries, service
from kinderwerk.papers.forms import (
    CertificateForm,
    HelplineForm,
    ListForm,
    PosterForm,
    WeekForm,
)
from kinderwerk.papers.kinds import KINDS
from kinderwerk.papers.models import Paper
from kinderwerk.papers.orders import OrderForm
from kinderwerk.papers.rules import Size
from kinderwerk.papers.sheets import certificate as certificates
from kinderwerk.papers.sheets import form as form_sheets
from kinderwerk.papers.sheets import poster as posters
from kinderwerk.papers.sheets import session as sessions
from kinderwerk.papers.sheets.helplines import Card
from kinderwerk.registers import queries as registers
from kinderwerk.registers.rules import WITH_NAMES
from kinderwerk.web.access import actor, allow, demand_proof, may
from kinderwerk.web.extensions import as_system, session
from kinderwerk.web.pages import day, page
from kinderwerk.web.pieces import piece

bp = Blueprint("papers", __name__)
bp.add_app_template_filter(look.in_theme)
bp.add_app_template_filter(look.left_to_right)
#: What the worker knows to do, because this module is loaded.
WORK = (making.make, making.tidy, sessions.attendance_list, sessions.session_sheet)


@bp.route("/papers/poster/<uuid:id>", methods=["GET", "POST"])
@allow(Action.VIEW, Resource.ACTIVITY, load=posters.for_parents)
def poster(activity: Activity) -> ResponseReturnValue:
    form = PosterForm.of(KINDS["poster"], size=Size.A4)
    return _asked(
        form, "poster", activity.id, "papers/ask_poster.html", activity=activity,
        address=posters.address(activity),
    )  # fmt: skip


@bp.route("/papers/form/<uuid:id>", methods=["GET", "POST"])
@allow(Action.VIEW, Resource.PROGRAMME, load=form_sheets.open_to_parents)
def form(activity: Activity) -> ResponseReturnValue:
    """Have an empty sign-up form made: for parents who do not sign up online."""
    called = wording.title(activity, str(get_locale())).text
    asked = OrderForm.of(KINDS["form"])
    return _asked(
        asked, "form", activity.id, "papers/ask_form.html", activity=activity, called=called
    )


@bp.route("/papers/general-form/<uuid:id>", methods=["GET", "POST"])
@allow(Action.LIST, Resource.PROGRAMME)
def general_form(id: UUID) -> ResponseReturnValue:
    house, asked = families.organisation(session(), id), OrderForm.of(KINDS["general_form"])
    return _asked(
        asked, "general_form", id, "papers/ask_form.html", activity=None, called=house.name
    )


@bp.route("/papers/list/<uuid:id>", methods=["GET", "POST"])
@allow(Action.VIEW, Resource.NAMES, load=registers.occurrence)
def attendance_list(occurrence: Occurrence) -> ResponseReturnValue:
    asked = ListForm.of(KINDS["list"])
    return _asked(asked, "list", occurrence.id, "papers/ask_list.html", occurrence=occurrence)


@bp.route("/papers/session/<uuid:id>", methods=["GET", "POST"])
@allow(Action.VIEW, Resource.REGISTER, load=registers.occurrence)
def session_sheet(occurrence: Occurrence) -> ResponseReturnValue:
    asked = OrderForm.of(KINDS["session"])
    return _asked(asked, "session", occurrence.id, "papers/ask_session.html", occurrence=occurrence)


@bp.route("/papers/certificate/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CHILD, load=families.child)
def certificate(child: Child) -> ResponseReturnValue:
    parts, id = certificates.taken(session(), child.id), child.id
    asked = CertificateForm.of(KINDS["certificate"])
    asked.activity.offer((one.activity_id, _part(one)) for one in parts)
    return _asked(asked, "certificate", id, "papers/ask_certificate.html", child=child, parts=parts)


def _part(one: certificates.Part) -> str:
    times = ngettext("%(num)d time", "%(num)d times", one.times)
    return f"{one.title} ({times}, {day(one.last)})"


@bp.get("/papers/")
@allow(Action.LIST, Resource.ACTIVITY)
def index() -> ResponseReturnValue:
    return page("papers/index.html", here=_here())


@bp.route("/papers/week", methods=["GET", "POST"])
@allow(Action.LIST, Resource.ACTIVITY)
def week() -> ResponseReturnValue:
    asked = WeekForm.of(KINDS["week"])
    asked.neighbourhood.offer(programme.neighbourhoods(session()))
    return _asked(asked, "week", asked.neighbourhood.data, "papers/ask_week.html")


@bp.route("/papers/helplines", methods=["GET", "POST"])
@allow(Action.LIST, Resource.ACTIVITY)
def helplines() -> ResponseReturnValue:
    country = numbers.country(session(), _here())
    asked = HelplineForm.of(KINDS["helplines"], country=country, size=Card.CARDS)
    lines = [one for one in numbers.every(session(), _here()) if one.number]
    old = [one.checked_on for one in lines if one.is_old(clock.today())]
    return _asked(
        asked, "helplines", _here(), "papers/ask_helplines.html", lines=lines,
        since=min(old, default=None),
    )  # fmt: skip


def _here() -> UUID:
    organisation_id = actor().organisation_id
    if organisation_id is None:
        raise ValueError("whoever sees activities works for an organisation")
    return organisation_id


def _asked(
    form: OrderForm, name: str, subject_id: UUID, template: str, **words: Any
) -> ResponseReturnValue:
    """Ask what is chosen, or have it made; what is for everybody needs no reach of its own."""
    kind, person = KINDS[name], actor()
    reached = as_system if kind.for_all else session
    if form.carry_out(lambda: service.ask(reached(), person, form.order(kind, subject_id))):
        return redirect(url_for(".detail", id=form.outcome), 303)
    return page(template, form=form, kind=kind, **words)


@bp.get("/papers/<uuid:id>")
@allow(Action.VIEW, Resource.PAPER, load=queries.paper)
def detail(paper: Paper) -> ResponseReturnValue:
    """Say how far it is; with scripts the page goes on by itself."""
    still = service.is_open(session(), actor(), paper)
    return page(
        "papers/detail.html", "papers/_state.html", paper=paper, kind=KINDS[paper.kind], still=still
    )


@bp.get("/papers/<uuid:id>/<name>.pdf")
@allow(Action.VIEW, Resource.PAPER, load=queries.paper)
def fetch(paper: Paper, name: str) -> ResponseReturnValue:
    if KINDS[paper.kind].proved:
        demand_proof()
    made, kind = service.fetch(session(), actor(), paper.id), KINDS[paper.kind]
    headers = {"Content-Disposition": f'attachment; filename="{kind.name}.pdf"'}
    return Response(made, mimetype="application/pdf", headers=headers)


@piece("activity")
def of_activity(activity: Activity) -> str | None:
    if activity.format in PRIVATE:
        return None
    return render_template("papers/_of_activity.html", activity=activity)


@piece("activities")
def of_all(found: object) -> str:
    return render_template("papers/_of_all.html")


@piece("date")
def of_date(occurrence: Occurrence) -> str:
    named = occurrence.activity.register in WITH_NAMES and may("view", "names", occurrence.facts)
    return render_template("papers/_of_date.html", occurrence=occurrence, named=named)


@piece("child")
def of_child(child: Child) -> str | None:
    if not may("edit", "child", child.facts):
        return None
    return render_template("papers/_of_child.html", child=child)


@piece("own_child")
def of_own_child(told: Told) -> str:
    return render_template("papers/_of_own.html", child=told.child)


@piece("offer_terms")
def of_offer(activity: Activity) -> str | None:
    if not activity.signup.by_parents:
        return None
    return render_template("papers/_of_offer.html", activity=activity)
