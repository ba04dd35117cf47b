from collections.abc import Callable, Mapping, Sequence
from functools import partial
from json import dumps
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from kinderwerk.access.policy import demand, grants
from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities import (
    around,
    changing,
    embedding,
    feeds,
    moves,
    observing,
    queries,
    service,
    structured,
    telling,
    wording,
)
from kinderwerk.activities import programme as public
from kinderwerk.activities.around import Frame
from kinderwerk.activities.fields import language_name
from kinderwerk.activities.filtering import address, chips, orders
from kinderwerk.activities.forms import (
    DatesForm,
    PhotoForm,
    PlanForm,
    SearchForm,
    SitesForm,
    TemplateForm,
    VersionForm,
    WishForm,
    WordsForm,
    again,
    begin,
    standing,
    worded,
)
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import HABITS, PRIVATE, Format, State
from kinderwerk.activities.series import Told
from kinderwerk.children import rules as corners
from kinderwerk.children.rules import Corner, Tile
from kinderwerk.children.tiles import tile
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import LANGUAGES, ORIGINAL, TRANSLATED, in_language
from kinderwerk.files import queries as files
from kinderwerk.files.rules import LARGEST_PICTURE_FORM
from kinderwerk.web import pictures
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.alike import alike
from kinderwerk.web.extensions import as_system, session, settings
from kinderwerk.web.form import Form
from kinderwerk.web.headers import let_frame
from kinderwerk.web.pages import page, page_number

bp = Blueprint("activities", __name__)
for tell in (
    telling.ages, telling.called, telling.moment, telling.parts, telling.price, telling.times,
    telling.when, language_name,
):  # fmt: skip
    bp.add_app_template_filter(tell)


@bp.url_value_preprocessor
def admit_photos(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """Photos are larger than forms; only those who plan activities send them."""
    if endpoint == "activities.photo" and grants(actor(), Action.EDIT, Resource.ACTIVITY):
        request.max_content_length = LARGEST_PICTURE_FORM


def language() -> str:
    return str(get_locale())


def here() -> UUID:
    organisation_id = actor().organisation_id
    if organisation_id is None:
        raise ValueError("whoever sees activities works for an organisation")
    return organisation_id


@bp.get("/activities/")
@allow(Action.LIST, Resource.ACTIVITY)
def index() -> ResponseReturnValue:
    form = SearchForm(request.args)
    form.venue.offer(queries.venues(session(), here()))
    wanted = form.search(page_number())
    found = queries.search(session(), actor(), wanted)
    turn = found.page
    return page(
        "activities/index.html",
        search=form,
        found=found,
        chips=chips(form),
        earlier=address(page=turn - 1) if turn > 1 else None,
        later=address(page=turn + 1) if turn < found.pages else None,
    )


@bp.get("/activities/<uuid:id>")
@allow(Action.VIEW, Resource.ACTIVITY, load=queries.by_id)
def detail(activity: Activity) -> ResponseReturnValue:
    dates, editable = queries.dates(session(), activity.id), may("edit", "activity", activity.facts)
    now = clock.now()
    return page(
        "activities/detail.html",
        activity=activity,
        now=now,
        coming=[one for one in dates if one.ends_at > now],
        past=[one for one in dates if one.ends_at <= now],
        editable=editable,
        publishable=activity.state is State.DRAFT and activity.format not in PRIVATE,
        staff=queries.staff(session(), activity.id),
        partners=queries.taking_part(session(), activity.id),
        history=queries.history(session(), activity.id),
        public_url=_public_url(activity),
        template=TemplateForm(formdata=None, data={"template": activity.template}),
        missing=[code for code in TRANSLATED if code not in {w.language for w in activity.words}],
    )


def _public_url(activity: Activity) -> str | None:
    shown = activity.state is State.PUBLISHED and activity.format not in PRIVATE
    return url_for(".offer", id=activity.id) if shown else None


@bp.route("/activities/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.ACTIVITY)
def new() -> ResponseReturnValue:
    kind = request.values.get("format")
    if kind not in list(Format):
        return page(
            "activities/choose.html", formats=Format, habits=HABITS, themes=telling.COLOURS,
            templates=queries.templates(session(), actor()),
        )  # fmt: skip
    form = _offer(PlanForm(data=begin(Format(kind), actor().id, clock.today())))
    if "look" in request.form:
        return _look(form, None)
    if form.carry_out(lambda: service.plan(session(), actor(), form.plan())):
        return redirect(url_for(".detail", id=form.outcome.id), 303)
    return page("activities/plan.html", form=form, activity=None)


@bp.get("/activities/<uuid:id>/copy")
@allow(Action.VIEW, Resource.ACTIVITY, load=queries.by_id)
def copy(activity: Activity) -> ResponseReturnValue:
    demand(actor(), Action.CREATE, Resource.ACTIVITY)
    form = _offer(PlanForm(data=again(activity, clock.today())))
    return page("activities/plan.html", form=form, activity=None)


@bp.route("/activities/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.by_id)
def edit(activity: Activity) -> ResponseReturnValue:
    form = _offer(PlanForm(data=standing(activity)), activity)
    id, version = activity.id, form.version.data
    if "look" in request.form:
        return _look(form, activity)
    if form.carry_out(lambda: service.change(session(), actor(), id, form.plan(), version)):
        return redirect(url_for(".detail", id=id), 303)
    return page("activities/plan.html", form=form, activity=activity)


def _look(form: PlanForm, activity: Activity | None) -> ResponseReturnValue:
    """Show the dates that a plan would have, and which fall out; nothing is written."""
    told: Sequence[Told] = ()
    if form.looks_right():
        try:
            wish = (form.series, form.free, form.ending)
            told = list(observing.settled(session(), here(), *wish).told())
        except Refusal as refusal:
            form.blame(refusal)
    return page(
        "activities/plan.html", fragment="activities/_dates.html", form=form, activity=activity,
        told=told,
    )  # fmt: skip


def _offer(form: PlanForm, activity: Activity | None = None) -> PlanForm:
    """Let the form offer what this organisation has."""
    chosen = [one.goal_id for one in activity.goals] if activity else []
    goals = [
        (goal.id, f"{goal.title} ({in_language(goal.theme.label, language())})")
        for goal in queries.goals(session(), here(), chosen)
    ]
    for field in (form.goal_id, form.second_goal_id, form.third_goal_id):
        field.offer(goals)
    chosen_venue = activity.venue_id if activity else None
    form.venue_id.offer(queries.venues(session(), here(), chosen_venue))
    form.staff_ids.offer(queries.colleagues(session(), here()))
    taking_part = [one.partner_id for one in activity.partners] if activity else []
    form.partner_ids.offer(queries.partners(session(), here(), taking_part))
    form.only_for.offer(queries.homes(session(), here()))
    form.zone = activity.zone if activity else settings().zone
    form.allow(activity.series.rule if activity else None)
    return form


@bp.route("/activities/dates/<uuid:id>/change", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.occurrence)
def change_dates(date: Occurrence) -> ResponseReturnValue:
    """Change one date, or it and others: whoever has a place keeps it and is told."""
    id, activity = date.id, date.activity
    zone = ZoneInfo(activity.zone)
    starts, ends = (clock.to_wall(at, zone) for at in (date.starts_at, date.ends_at))
    form = DatesForm(
        data={
            "starts": starts.time(), "ends": ends.time(), "venue_id": date.venue_id,
            "note": date.note,
        }
    )  # fmt: skip
    form.venue_id.offer(queries.venues(session(), here(), date.venue_id))
    if form.carry_out(lambda: changing.change_dates(session(), actor(), id, form.change())):
        flash(gettext("It is changed, and the families hear of it in a few minutes."), "good")
        return redirect(url_for(".detail", id=activity.id), 303)
    return page("activities/change_dates.html", form=form, date=date, activity=activity)


@bp.post("/activities/<uuid:id>/publish")
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.by_id)
def publish(activity: Activity) -> ResponseReturnValue:
    return _settle(activity, service.publish, gettext("It is in the programme now."))


@bp.post("/activities/<uuid:id>/template")
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.by_id)
def keep_as_template(activity: Activity) -> ResponseReturnValue:
    form = TemplateForm()
    keep = partial(service.keep_as_template, name=form.template.data or "")
    return _settle(activity, keep, gettext("Saved."), form)


@bp.post("/activities/<uuid:id>/withdraw")
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.by_id)
def withdraw(activity: Activity) -> ResponseReturnValue:
    return _settle(activity, service.withdraw, gettext("It is a draft again."))


@bp.post("/activities/<uuid:id>/end")
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.by_id)
def end(activity: Activity) -> ResponseReturnValue:
    return _settle(activity, service.end, gettext("It has ended."))


def _settle(
    activity: Activity, action: Callable[..., Any], said: str, form: Form | None = None
) -> ResponseReturnValue:
    form, id = form or Form(), activity.id
    if form.carry_out(lambda: action(session(), actor(), id)):
        flash(said)
    for error in form.form_errors:
        flash(error, "error")
    return redirect(url_for(".detail", id=id), 303)


@bp.route("/activities/<uuid:id>/words", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.by_id)
def words(activity: Activity) -> ResponseReturnValue:
    form = WordsForm(data=worded(activity))
    id, version = activity.id, form.version.data
    save = lambda: wording.translate(session(), actor(), id, form.wordings(), version)  # noqa: E731
    if form.carry_out(save):
        flash(gettext("Parents read it in their own language now."))
        return redirect(url_for(".detail", id=id), 303)
    return page("activities/words.html", form=form, activity=activity, languages_of=TRANSLATED)


@bp.route("/activities/<uuid:id>/photo", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.by_id)
def photo(activity: Activity) -> ResponseReturnValue:
    alt = activity.photo.alt if activity.photo else ""
    form = PhotoForm(data={"alt": alt, "version": activity.version})
    id, version = activity.id, form.version.data
    if form.carry_out(lambda: service.show_photo(session(), actor(), id, form.wish(), version)):
        flash(gettext("The photo stands with the activity now."))
        return redirect(url_for(".detail", id=id), 303)
    return page("activities/photo.html", form=form, activity=activity)


@bp.post("/activities/<uuid:id>/photo/remove")
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.by_id)
def remove_photo(activity: Activity) -> ResponseReturnValue:
    form = VersionForm()
    take_down = partial(service.take_down, version=form.version.data)
    return _settle(activity, take_down, gettext("The photo is gone."), form)


@bp.get("/activities/<uuid:id>/photo/<size>/<mark>.webp")
@allow(Action.VIEW, Resource.ACTIVITY, load=queries.alone)
def inside_photo(activity: Activity, size: str, mark: str) -> ResponseReturnValue:
    content = files.content(session(), activity.photo_id, size, mark)
    return pictures.send(content, mark, to_all=False)


@bp.get("/programme/<uuid:id>/photo/<size>/<mark>.webp")
@allow(Action.VIEW, Resource.PROGRAMME, load=queries.alone)
def shown_photo(activity: Activity, size: str, mark: str) -> ResponseReturnValue:
    content = files.content(session(), activity.photo_id, size, mark)
    return pictures.send(content, mark, to_all=True)


@bp.get("/")
@alike
@allow(Action.LIST, Resource.PROGRAMME)
def programme() -> ResponseReturnValue:
    form, near = WishForm(request.args), public.surroundings(session())
    form.neighbourhood.offer((one.id, one.name) for one in near)
    found, frame = public.offers(session(), form.wish(), language()), Frame.around(near)
    by = request.args.get("by") == "neighbourhood"
    return page(
        "activities/programme.html", wish=form, chips=chips(form), by_neighbourhood=by,
        found=found, weeks=[] if by else public.by_week(found),
        corners=public.by_neighbourhood(found) if by else [],
        orders=orders(by), frame=frame, spots=around.spots(frame, found) if frame else [],
        feed=_feed(".programme_calendar", **_asked()),
        feed_of=lambda id: _feed(".programme_calendar", **_asked() | {"neighbourhood": id}),
    )  # fmt: skip


def _asked() -> dict[str, Any]:
    """Return what the programme is asked for, as far as a calendar can follow it."""
    return {name: value for name, value in request.args.items() if name not in ("by", "words")}


@tile(corners.WHAT_IS_ON)
def what_is_on(corner: Corner) -> Tile:
    there = url_for("activities.programme", neighbourhood=corner.neighbourhood_id)
    return Tile(label=gettext("What is on?"), url=there, drawing="ball", theme="encounter")


@bp.get("/embed/<uuid:id>")
@allow(Action.LIST, Resource.PROGRAMME)
def embed(id: UUID) -> ResponseReturnValue:
    """Show the programme of an organisation in a frame on the site of a school."""
    organisation, form = embedding.organisation(session(), id), WishForm(request.args)
    form.neighbourhood.offer(public.neighbourhoods(session()))
    let_frame(organisation.framed_by)
    found = public.offers(session(), form.wish(), language(), id)
    return page("activities/embed.html", organisation=organisation, days=public.by_day(found))


@bp.route("/embedding", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.EMBEDDING)
def sites() -> ResponseReturnValue:
    organisation, demo = embedding.organisation(session(), here()), settings().demo
    form = SitesForm(data={"sites": "\n".join(organisation.framed_by)})
    url = f"{_site()}{url_for('.embed', id=here())}"

    def save() -> object:
        listed = embedding.origins(form.sites.data or "", demo=demo)
        return embedding.admit(session(), actor(), listed)

    if form.carry_out(save):
        flash(gettext("The list is saved."))
        return redirect(url_for(".sites"), 303)
    return page("activities/sites.html", form=form, url=url, name=organisation.name, site=_site())


@bp.get("/programme/outlines.svg")
@allow(Action.LIST, Resource.PROGRAMME)
def outlines() -> ResponseReturnValue:
    """Draw what lies behind the points of the map; it says which neighbourhood is where to all."""
    frame = Frame.around(public.surroundings(session()))
    drawn = around.picture(frame, public.outlines(session())) if frame else around.NOTHING
    answer = Response(drawn, mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/programme.ics")
@allow(Action.LIST, Resource.PROGRAMME)
def programme_calendar() -> ResponseReturnValue:
    """Give the programme, as far as it is asked for, to calendars that come back for it."""
    places, wish = _followed()
    name = places[wish.neighbourhood_id] if wish.neighbourhood_id else "Kinderwerk"
    return _calendar(name, feeds.of_programme(as_system(), wish))


@bp.get("/programme.jsonld")
@allow(Action.LIST, Resource.PROGRAMME)
def programme_data() -> ResponseReturnValue:
    dates = feeds.to_come(as_system(), _followed()[1])
    organisers = public.organisers(session(), {one.organisation_id for one in dates})
    before = moves.starts_before(as_system(), dates)
    told = structured.programme(dates, organisers, _site(), _wanted(), before)
    return _open(told, "application/ld+json")


@bp.get("/programme.geojson")
@allow(Action.LIST, Resource.PROGRAMME)
def programme_points() -> ResponseReturnValue:
    dates = feeds.to_come(as_system(), _followed()[1])
    return _open(structured.points(dates, _site(), _wanted()), "application/geo+json")


def _followed() -> tuple[Mapping[UUID, str], public.Wish]:
    """Return the neighbourhoods by name, and what a program asks of the programme."""
    form, places = WishForm(request.args), dict(public.neighbourhoods(session()))
    form.neighbourhood.offer(places.items())
    return places, form.wish()


def _open(told: Mapping[str, Any], kind: str) -> ResponseReturnValue:
    """Give data to whoever wants them: on pages of other sites too, without who asks."""
    answer = Response(dumps(told, ensure_ascii=False), mimetype=kind)
    answer.headers["Cache-Control"] = "public, max-age=900"
    answer.add_etag()
    return answer.make_conditional(request)


def _site() -> str:
    return settings().public_url.rstrip("/")


@bp.get("/programme/<uuid:id>")
@alike
@allow(Action.VIEW, Resource.PROGRAMME, load=queries.by_id)
def offer(activity: Activity) -> ResponseReturnValue:
    dates = public.coming(session(), activity.id)
    organiser, frame = public.organiser(session(), activity), _frame(activity)
    url = f"{_site()}{url_for('.offer', id=activity.id)}"
    return page(
        "activities/offer.html", activity=activity, dates=dates, organiser=organiser,
        names=public.leaders(session(), activity), frame=frame,
        title=wording.title(activity, language()), summary=wording.summary(activity, language()),
        feed=_feed(".calendar", id=activity.id), address=url,
        homes=queries.named(session(), activity.homes),
        events=structured.events(
            activity, dates, organiser, url, language(), moves.starts_before(as_system(), dates)
        ),
    )  # fmt: skip


def _frame(activity: Activity) -> Frame | None:
    """Return what the map of the page of an activity shows, if its venue is on it."""
    venue = activity.venue
    frame = Frame.around(public.surroundings(session())) if venue else None
    return frame if frame and venue and frame.holds(venue.longitude, venue.latitude) else None


@bp.get("/programme/<uuid:id>.ics")
@allow(Action.LIST, Resource.PROGRAMME)
def calendar(id: UUID) -> ResponseReturnValue:
    """Go on telling calendars about an activity that is over or off: else they keep its dates."""
    activity = feeds.activity(as_system(), id)
    name = wording.title(activity, _wanted())
    return _calendar(name.text, feeds.of_activity(session(), id))


def _wanted() -> str:
    """Return the language that the address of a calendar asks for: programs choose none."""
    asked = request.args.get("words", ORIGINAL)
    return asked if asked in LANGUAGES else ORIGINAL


def _calendar(name: str, dates: Sequence[Occurrence]) -> ResponseReturnValue:
    written = feeds.write(name, dates, _site(), _wanted())
    headers = {
        "Content-Disposition": "inline; filename=kinderwerk.ics",
        "Cache-Control": "public, max-age=900",
    }
    answer = Response(written, mimetype="text/calendar", headers=headers)
    answer.add_etag()
    return answer.make_conditional(request)


def _feed(endpoint: str, **values: Any) -> str:
    """Return an address with the scheme that has a device subscribe instead of download."""
    site = settings().public_url.partition("://")[2].rstrip("/")
    if language() != ORIGINAL:
        values["words"] = language()
    return f"webcal://{site}{url_for(endpoint, **values)}"
