"""Screens of the goal report."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.core import clock
from kinderwerk.facts.rules import Measure
from kinderwerk.goals import queries as goals
from kinderwerk.places import queries as places
from kinderwerk.reports import files, offers, queries, rules, service, youth_work
from kinderwerk.reports import live as looking
from kinderwerk.reports import pdf as _pdf_work
from kinderwerk.reports.choosing import Stretch
from kinderwerk.reports.forms import (
    AgreeForm,
    ChooserForm,
    CorrectionForm,
    DialogueForm,
    PeriodForm,
    ReactionForm,
)
from kinderwerk.reports.live import House, Live, Wish
from kinderwerk.reports.models import Edition
from kinderwerk.reports.reading import explaining, shown
from kinderwerk.stories.models import Story
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.extensions import reading, session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page, short_date
from kinderwerk.web.periods import in_words
from kinderwerk.web.pieces import piece

bp = Blueprint("reports", __name__, url_prefix="/reports")
WORK = _pdf_work.make


@bp.get("/")
@allow(Action.LIST, Resource.REPORT)
def index() -> ResponseReturnValue:
    return page(
        "reports/index.html", editions=queries.visible(session(), actor()),
        years=youth_work.offered(clock.today())
        if may("create", "report") and offers.in_germany(session(), actor().organisation_id)
        else (),
    )  # fmt: skip


@bp.get("/youth-work.csv")
@allow(Action.CREATE, Resource.REPORT)
def statistics() -> ResponseReturnValue:
    """Send what German statistics ask of youth work, in German, for one's own organisation."""
    here, year = actor().organisation_id, request.args.get("year", type=int)
    if here is None or year not in youth_work.offered(clock.today()):
        abort(404)
    with force_locale(youth_work.LANGUAGE):
        table = youth_work.table(offers.offers(session(), here, year))
    name = f'attachment; filename="jugendarbeit-vorlage-{year}.csv"'
    return Response(table, mimetype="text/csv", headers={"Content-Disposition": name})


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.REPORT)
def new() -> ResponseReturnValue:
    form = PeriodForm()
    form.offer(clock.today())
    if form.carry_out(lambda: service.make(session(), actor(), form.chosen())):
        return redirect(url_for(".detail", id=form.outcome.id), 303)
    return page("reports/new.html", form=form)


@bp.get("/live")
@allow(Action.LIST, Resource.FIGURES)
def live() -> ResponseReturnValue:
    """Show the team its own figures, of any days; they are in the address, and nowhere kept."""
    form, seen = looked()
    signals = may("list", "signal_map")
    return page(
        "reports/live.html", choice=form, report=seen, named=named,
        address=request.args.to_dict(flat=False),
        going_on=form.stretch.ends >= clock.today(),
        helped=[one for one in rules.SENSITIVE if signals or one is not Measure.SIGNALS],
        **explaining(),
    )  # fmt: skip


@bp.get("/live.<extension>")
@allow(Action.LIST, Resource.FIGURES)
def live_file(extension: str) -> ResponseReturnValue:
    """Send the figures of that page as a file."""
    kind = files.LIVE.get(extension)
    if kind is None:
        abort(404)
    _form, seen = looked()
    signals = may("list", "signal_map")
    told = [one for one in looking.rows(seen) if signals or one.measure != Measure.SIGNALS.value]
    name = f'attachment; filename="cijfers-{seen.wish.stretch.code}.{extension}"'
    return Response(
        kind.make(seen, told), mimetype=kind.mimetype, headers={"Content-Disposition": name}
    )


def looked() -> tuple[ChooserForm, Live]:
    """Return what the address asks for, and the figures of it."""
    whose = house()
    areas = [(rules.WHOLE, whose.municipality)]
    for one in places.neighbourhoods(session(), whose.municipality_id):
        district = (str(one.district_id), one.district.name)
        areas += [district] if district not in areas else []
        areas.append((str(one.id), f"{one.district.name}: {one.name}"))
    form = ChooserForm(request.args)
    form.offer(
        clock.today(), areas, [(one.id, one.title) for one in goals.goals(session(), actor())]
    )
    wish = Wish(form.stretch, form.area.data, tuple(str(one) for one in form.goal.data or ()))
    with reading() as copy:
        return form, looking.live(copy, whose, wish)


def house() -> House:
    """Return whose figures somebody may see; the policy knows that it is somebody's."""
    held = actor().membership
    if held is None or held.organisation_id is None or held.municipality_id is None:
        abort(403)
    mine = session().get_one(Organisation, held.organisation_id)
    there = places.municipality(session(), held.municipality_id)
    return House(mine.id, mine.name, there.id, there.name)


def named(stretch: Stretch) -> str:
    """Return days in words."""
    if stretch.period:
        return in_words(stretch.period)
    return f"{short_date(stretch.begins)} \u2013 {short_date(stretch.ends)}"


@bp.get("/<uuid:id>")
@allow(Action.VIEW, Resource.REPORT, load=queries.by_id)
def detail(edition: Edition) -> ResponseReturnValue:
    out = edition.released_at is not None
    agreed = {agreement.organisation_id for agreement in edition.agreements}
    return page(
        "reports/detail.html" if out else "reports/draft.html",
        agreed=actor().organisation_id in agreed,
        **shown(edition, only=None if out else actor().organisation_id),
        agree=AgreeForm(digest=edition.digest), waiting=waiting(edition), houses=houses(edition),
        formats=files.FORMATS, stories=[] if out else own_stories(edition),
        versions=versions(edition),
    )  # fmt: skip


def versions(edition: Edition) -> list[Edition]:
    """Return the other versions of a report that this reader may open, the newest first."""
    others = [one for one in queries.versions(session(), edition) if one.id != edition.id]
    return [one for one in others if may("view", "report", one.facts)]


def own_stories(edition: Edition) -> list[Story]:
    """Return the stories of one's own organisation that would go out with it today."""
    return queries.stories_of(session(), edition.content, only=actor().organisation_id)


def houses(edition: Edition) -> list[str]:
    return [house["name"] for house in edition.content["organisations"]]


def waiting(edition: Edition) -> list[str]:
    """Return the names of the organisations that have not agreed yet."""
    agreed = {str(agreement.organisation_id) for agreement in edition.agreements}
    return [
        house["name"] for house in edition.content["organisations"] if house["id"] not in agreed
    ]


@bp.route("/<uuid:id>/dialogue", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REPORT, load=queries.by_id)
def dialogue(edition: Edition) -> ResponseReturnValue:
    form = DialogueForm(obj=edition)
    if form.carry_out(
        lambda: service.write(session(), actor(), edition, form.version.data, form.words())
    ):
        return redirect(url_for(".detail", id=edition.id), 303)
    return page("reports/dialogue.html", form=form, edition=edition)


@bp.post("/<uuid:id>/count-again")
@allow(Action.EDIT, Resource.REPORT, load=queries.by_id)
def count_again(edition: Edition) -> ResponseReturnValue:
    form = Form()
    done = form.carry_out(lambda: service.count_again(session(), actor(), edition))
    flash(_("Counted again. Everybody is asked anew.") if done else " ".join(form.form_errors))
    return redirect(url_for(".detail", id=edition.id), 303)


@bp.post("/<uuid:id>/agree")
@allow(Action.RELEASE, Resource.REPORT, load=queries.by_id)
def agree(edition: Edition) -> ResponseReturnValue:
    form = AgreeForm()
    if form.carry_out(lambda: service.agree(session(), actor(), edition, form.digest.data)):
        out = form.outcome
        flash(_("The report is released.") if out else _("You agree. Others are still asked."))
        return redirect(url_for(".detail", id=edition.id), 303)
    return page(
        "reports/refused.html", form=form, edition=edition, houses=houses(edition),
        waiting=waiting(edition),
    )  # fmt: skip


@bp.route("/<uuid:id>/correct", methods=["GET", "POST"])
@allow(Action.RELEASE, Resource.REPORT, load=queries.by_id)
def correct(edition: Edition) -> ResponseReturnValue:
    form = CorrectionForm()
    if form.carry_out(lambda: service.correct(session(), actor(), edition, form.reason.data or "")):
        return redirect(url_for(".detail", id=form.outcome.id), 303)
    return page("reports/correct.html", form=form, edition=edition)


@bp.post("/<uuid:id>/drop")
@allow(Action.RELEASE, Resource.REPORT, load=queries.by_id)
def drop(edition: Edition) -> ResponseReturnValue:
    form = Form()
    done = form.carry_out(lambda: service.drop(session(), actor(), edition))
    flash(_("The correction is dropped.") if done else " ".join(form.form_errors))
    return redirect(url_for(".index") if done else url_for(".detail", id=edition.id), 303)


@bp.route("/<uuid:id>/react", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.REACTION, load=queries.by_id)
def react(edition: Edition) -> ResponseReturnValue:
    form = ReactionForm()
    if form.carry_out(lambda: service.react(session(), actor(), edition, form.reaction.data or "")):
        flash(_("Your answer stands with the report, and the teams see it."))
        return redirect(url_for(".detail", id=edition.id), 303)
    return page("reports/react.html", form=form, edition=edition)


def called(edition: Edition) -> str:
    """Return the name of a file, so that two versions do not overwrite each other."""
    return f"doelenrapport-{edition.period}-v{edition.number}"


@bp.get("/<uuid:id>/report.pdf")
@allow(Action.VIEW, Resource.REPORT, load=queries.with_pdf)
def pdf(edition: Edition) -> ResponseReturnValue:
    if edition.pdf is None:
        abort(404)
    name = f'attachment; filename="{called(edition)}.pdf"'
    return Response(edition.pdf, mimetype="application/pdf", headers={"Content-Disposition": name})


@bp.get("/<uuid:id>/figures.<extension>")
@allow(Action.VIEW, Resource.REPORT, load=queries.by_id)
def figures(edition: Edition, extension: str) -> ResponseReturnValue:
    """Send the figures of a released edition as a file; before, there is none."""
    kind = files.FORMATS.get(extension)
    if kind is None or edition.released_at is None:
        abort(404)
    name = f'attachment; filename="{called(edition)}.{extension}"'
    return Response(
        kind.make(edition), mimetype=kind.mimetype, headers={"Content-Disposition": name}
    )


@piece("back")
def agreed_on(person: Actor) -> str | None:
    """What came of the newest report that went out."""
    if not may("list", "report"):
        return None
    out = [one for one in queries.visible(session(), person) if one.released_at]
    return render_template("reports/_agreed.html", edition=out[0]) if out else None
