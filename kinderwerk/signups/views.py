"""Screens for signing up, for the family's sign-ups, and for the lists of staff."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale, gettext
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.core import clock
from kinderwerk.core.errors import why_not
from kinderwerk.families import calendars as keyring
from kinderwerk.families import queries as families
from kinderwerk.families.models import CalendarKey, Child
from kinderwerk.signups import absences, calendar, feed, offers, options, pictures, queries, service
from kinderwerk.signups import several as together
from kinderwerk.signups.forms import (
    AllForm,
    CallOffForm,
    ChoiceForm,
    HoursForm,
    NewChildForm,
    OfferForm,
    WishForm,
)
from kinderwerk.signups.hindrances import window
from kinderwerk.signups.models import Signup
from kinderwerk.signups.offers import Offer
from kinderwerk.signups.options import Step
from kinderwerk.web.access import actor, allow, public, signed_in
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import as_system, csrf, session, settings
from kinderwerk.web.form import Form
from kinderwerk.web.languages import apart
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece
from kinderwerk.web.redirects import onward, sent_from_elsewhere

bp = Blueprint("signups", __name__)
STEPS: Final = {
    Step.WHO: "signups/who.html",
    Step.DATES: "signups/dates.html",
    Step.CHECK: "signups/check.html",
}


#: Where somebody who did not say yet who they are begins instead.
ENTRANCES: Final = {"signups.sign_up": ".start", "signups.several": ".start_several"}
#: What a browser remembers: the activities chosen so far, and to ask everything on one page.
CHOICES: Final = "choices"
ONE_PAGE: Final = "one_page"
MOST_CHOICES: Final = 10


@bp.before_request
def first_say_who_you_are() -> ResponseReturnValue | None:
    if request.endpoint not in ENTRANCES or signed_in():
        return None
    about = request.view_args or {"activity": _ids("activity")}
    return redirect(url_for(ENTRANCES[request.endpoint], **about))


@bp.get("/sign-up/<uuid:id>/start")
@allow(Action.VIEW, Resource.PROGRAMME, load=queries.activity)
def start(activity: Activity) -> ResponseReturnValue:
    """Ask a parent for an e-mail address; the link that is mailed leads back to the sign-up."""
    onwards = _way_in(activity.id)
    if signed_in():
        return redirect(onwards)
    possible = [options.make(session(), actor(), activity)]
    return page("signups/start.html", mail=Form(), possible=possible, onwards=onwards)


@bp.get("/sign-up/start")
@allow(Action.LIST, Resource.PROGRAMME)
def start_several() -> ResponseReturnValue:
    if signed_in():
        return redirect(url_for(".several", activity=_ids("activity")))
    possible = _possible()
    if not possible:
        return redirect(url_for("activities.programme"))
    onwards = url_for(".several", activity=[one.activity.id for one in possible])
    return page("signups/start.html", mail=Form(), possible=possible, onwards=onwards)


def _way_in(id: UUID) -> str:
    """Return where signing up for one activity begins: as this browser was asked to."""
    one_page = cookie.get(ONE_PAGE)
    return url_for(".several", activity=id) if one_page else url_for(".sign_up", id=id)


def _possible() -> list[options.Options]:
    """Return what can be chosen of each activity that the address names, with what was ticked."""
    chosen = queries.chosen(session(), _ids("activity")[:MOST_CHOICES])
    return [
        options.make(
            session(), actor(), one, _ids(f"{one.id}-children", "children"),
            _ids(f"{one.id}-dates"), choosing=True,
        )
        for one in chosen
    ]  # fmt: skip


def _ids(*names: str) -> list[UUID]:
    """Return the ids that were sent under these names; what is none is passed over."""
    found = []
    for text in (value for name in names for value in request.values.getlist(name)):
        with suppress(ValueError):
            found.append(UUID(text))
    return found


@bp.route("/sign-up", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.FAMILY)
def several() -> ResponseReturnValue:
    """Ask everything on one page, for one activity or for several in one go."""
    form = AllForm.of(_possible())
    form.new = _new_child(form)
    ids = [part.options.activity.id for part in form.parts]
    if "add" in request.form:
        onwards = url_for(".several", activity=ids, **form.ticked())
        return redirect(url_for("families.add_own", id=_ids("add")[0], next=onwards), 303)
    if form.parts and form.carry_out(lambda: _sign_up_for_all(form)):
        cookie.pop(CHOICES, None)
        one = url_for(".done", id=ids[0]) if len(ids) == 1 else None
        return redirect(one or url_for(".all_done", activity=ids), 303)
    form = AllForm.of(_possible(), form) if form.is_submitted() else form
    return page("signups/all.html", form=form, ids=ids)


def _sign_up_for_all(form: AllForm) -> None:
    new = form.coming and form.coming.new()
    form.judge(together.sign_up(session(), actor(), form.wishes(), new))


def _new_child(form: AllForm) -> NewChildForm | None:
    """Ask for one more child as well, where it is plain at which organisation."""
    open_ = [part.options.activity for part in form.parts if not part.options.closed]
    known = {activity.organisation_id for activity in open_}
    if len(known) != 1:
        return None
    return NewChildForm.among(families.organisation(session(), known.pop()), open_)


@bp.get("/sign-up/done")
@allow(Action.CREATE, Resource.FAMILY)
def all_done() -> ResponseReturnValue:
    found = [
        (one, queries.of_family_for(session(), actor(), one.id, str(get_locale())))
        for one in queries.chosen(session(), _ids("activity")[:MOST_CHOICES])
    ]
    groups = [group for group in found if group[1]] or queries.none_there()
    return page("signups/all_done.html", groups=groups)


@bp.post("/sign-up/<uuid:id>/way/<switch>")
@allow(Action.VIEW, Resource.PROGRAMME, load=queries.activity)
def way(activity: Activity, switch: str) -> ResponseReturnValue:
    """Remember for this browser to ask everything on one page, or one thing after the other."""
    if Form().validate_on_submit():
        cookie[ONE_PAGE] = switch == "one-page"
    return redirect(_way_in(activity.id), 303)


@bp.post("/choices/<uuid:id>/<switch>")
@csrf.exempt  # type: ignore[untyped-decorator]
@allow(Action.VIEW, Resource.PROGRAMME, load=queries.activity)
def choose(activity: Activity, switch: str) -> ResponseReturnValue:
    """Remember a choice, or forget it; without a token, so that reading on needs no cookie."""
    if sent_from_elsewhere():
        return redirect("/", 303)
    others = [one for one in cookie.get(CHOICES, ()) if one != str(activity.id)]
    new = [str(activity.id)] if switch == "on" else []
    cookie[CHOICES] = [*others, *new][-MOST_CHOICES:]
    return redirect(onward(request.form.get("onward")) or "/", 303)


@bp.route("/sign-up/<uuid:id>", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.SIGNUP, load=queries.activity)
def sign_up(activity: Activity) -> ResponseReturnValue:
    """Ask for one thing after the other, until all is known; then check, then sign up."""
    if request.method == "GET" and cookie.get(ONE_PAGE):
        return redirect(url_for(".several", activity=activity.id, children=_ids("children")))
    id, form = activity.id, WishForm.carried()
    if form.carry_out(lambda: service.sign_up(session(), actor(), form.wish(id))):
        return redirect(url_for(".done", id=id), 303)
    possible = options.make(
        session(), actor(), activity, form.children.data, form.dates.data,
        choosing="choose" in request.args,
    )  # fmt: skip
    choice = ChoiceForm.of(possible, form, asked=request.args.get("step") == possible.step)
    if possible.step is not Step.CHECK:
        return page(STEPS[possible.step], form=choice, options=possible, wish=form)
    form.children.data = tuple(one.id for one in possible.children)
    return page(STEPS[Step.CHECK], form=form, options=possible)


@bp.get("/sign-up/<uuid:id>/done")
@allow(Action.CREATE, Resource.FAMILY)
def done(id: UUID) -> ResponseReturnValue:
    activity = queries.activity(session(), id)
    lines = queries.of_family_for(session(), actor(), id, str(get_locale())) or queries.none_there()
    return page("signups/done.html", activity=activity, lines=lines)


@bp.get("/sign-up/<uuid:id>/calendar.ics")
@allow(Action.CREATE, Resource.FAMILY)
def in_calendar(id: UUID) -> ResponseReturnValue:
    lines = queries.of_family_for(session(), actor(), id, str(get_locale())) or queries.none_there()
    activity, dates = queries.activity(session(), id), queries.coming(session(), id)
    written = calendar.write(activity, dates, lines, settings().public_url.rstrip("/"))
    headers = {"Content-Disposition": "attachment; filename=kinderwerk.ics"}
    return Response(written, mimetype="text/calendar", headers=headers)


@bp.get("/family/calendar")
@allow(Action.CREATE, Resource.FAMILY)
def calendars() -> ResponseReturnValue:
    keys = keyring.own(session(), actor())
    return page(
        "signups/calendars.html", families=families.households(session(), actor()), keys=keys,
        addresses={id: _address(key) for id, key in keys.items()},
    )  # fmt: skip


def _address(key: CalendarKey) -> str:
    path = url_for(".of_carer", id=key.id, token=keyring.token(key))
    return f"{settings().public_url.rstrip('/')}{path}"


@bp.post("/family/calendar/<uuid:id>/renew")
@allow(Action.CREATE, Resource.FAMILY)
def renew_calendar(id: UUID) -> ResponseReturnValue:
    return _set(lambda: keyring.renew_own(session(), actor(), id))


@bp.post("/family/calendar/<uuid:id>/stop")
@allow(Action.CREATE, Resource.FAMILY)
def stop_calendar(id: UUID) -> ResponseReturnValue:
    return _set(lambda: keyring.stop_own(session(), actor(), id))


@bp.post("/family/calendar/<uuid:id>/names/<switch>")
@allow(Action.CREATE, Resource.FAMILY)
def name_in_calendar(id: UUID, switch: str) -> ResponseReturnValue:
    return _set(lambda: keyring.name_children(session(), actor(), id, wanted=switch == "on"))


def _set(change: Callable[[], None]) -> ResponseReturnValue:
    Form().carry_out(change)
    return redirect(url_for(".calendars"), 303)


@bp.get("/calendars/<uuid:id>/<token>.ics")
@public
def of_carer(id: UUID, token: str) -> ResponseReturnValue:
    """Tell a calendar that knows the secret where the children are expected."""
    key = keyring.opened(as_system(), id, token, request.remote_addr or "nowhere")
    expected = feed.of(session(), key)
    with force_locale(key.carer.language):
        written = calendar.write_all(
            expected, settings().public_url.rstrip("/"), named=key.first_names
        )
    answer = Response(written, mimetype="text/calendar")
    answer.add_etag()
    return answer.make_conditional(request)


@bp.route("/sign-ups/<uuid:id>/cancel", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNUP, load=queries.by_id)
def cancel(signup: Signup) -> ResponseReturnValue:
    return _cancel(signup, "signups/cancel.html", url_for("families.mine"))


@bp.route("/activities/sign-ups/<uuid:id>/cancel", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNUP, load=queries.by_id)
def take_off(signup: Signup) -> ResponseReturnValue:
    onwards = url_for(".of_activity", id=signup.activity_id)
    return _cancel(signup, "signups/take_off.html", onwards)


def _cancel(signup: Signup, template: str, onwards: str) -> ResponseReturnValue:
    id, name, form = signup.id, signup.child.first_name, Form()
    if form.carry_out(lambda: service.cancel(session(), actor(), id)):
        flash(gettext("%(name)s is signed off.", name=apart(name)), "good")
        return redirect(onwards, 303)
    return page(template, form=form, signup=signup, back_to=onwards)


@bp.route("/expected/<uuid:id>/<uuid:date>/<token>", methods=["GET", "POST"])
@public
def cannot_come(id: UUID, date: UUID, token: str) -> ResponseReturnValue:
    """Let whoever reads a reminder say with a button that the child does not come."""
    as_system()
    expected, form = absences.by_mail(session(), id, date, token), Form()
    if form.carry_out(lambda: absences.miss_by_mail(session(), id, date, token)):
        return redirect(request.path, 303)
    return page("signups/cannot_come.html", form=form, expected=expected)


@bp.post("/sign-ups/<uuid:id>/away/<uuid:date>")
@allow(Action.EDIT, Resource.SIGNUP, load=queries.by_id)
def stay_away(signup: Signup, date: UUID) -> ResponseReturnValue:
    return _once(signup, date, absences.stay_away)


@bp.post("/sign-ups/<uuid:id>/back/<uuid:date>")
@allow(Action.EDIT, Resource.SIGNUP, load=queries.by_id)
def come_after_all(signup: Signup, date: UUID) -> ResponseReturnValue:
    return _once(signup, date, absences.come_after_all)


def _once(
    signup: Signup, date: UUID, change: Callable[[Session, Actor, UUID, UUID], Signup]
) -> ResponseReturnValue:
    id, form = signup.id, Form()
    if not form.carry_out(lambda: change(session(), actor(), id, date)):
        for message in form.form_errors:
            flash(message, "warn")
    return redirect(url_for("families.mine"), 303)


@bp.route("/sign-ups/<uuid:id>/offer", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNUP, load=queries.by_id)
def offer(signup: Signup) -> ResponseReturnValue:
    """Ask a family that is signed in whether it takes the places that are kept for it."""
    offer_id = signup.offer_id or queries.none_there()
    offer = offers.of_mine(session(), actor(), offer_id)
    return _answer(
        offer, lambda taken: offers.answer(session(), actor(), offer_id, taken),
        url_for("families.mine"),
    )  # fmt: skip


@bp.route("/offers/<uuid:id>/<token>", methods=["GET", "POST"])
@public
def offer_by_mail(id: UUID, token: str) -> ResponseReturnValue:
    """Ask the same of whoever reads the mail; the link opens with a button and signs nobody in."""
    as_system()
    offer = offers.by_mail(session(), id, token)
    return _answer(
        offer, lambda taken: offers.answer_by_mail(session(), id, token, taken),
        url_for("activities.offer", id=offer.signups[0].activity_id),
    )  # fmt: skip


@bp.route("/activities/sign-ups/<uuid:id>/offer", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNUP, load=queries.by_id)
def answer_for(signup: Signup) -> ResponseReturnValue:
    """Answer for a family that a worker called; it may have no e-mail at all."""
    offer_id = signup.offer_id or queries.none_there()
    onwards = url_for(".of_activity", id=signup.activity_id)
    offer = offers.of_mine(session(), actor(), offer_id)
    form = OfferForm.of(offer)
    if form.carry_out(lambda: offers.answer(session(), actor(), offer_id, form.taken())):
        return redirect(onwards, 303)
    return page("signups/answer_for.html", form=form, offer=offer, onwards=onwards)


def _answer(
    offer: Offer, answer: Callable[[Sequence[UUID]], Offer], onwards: str
) -> ResponseReturnValue:
    form = OfferForm.of(offer)
    if form.carry_out(lambda: answer(form.taken())):
        return redirect(request.path, 303)
    return page("signups/offer.html", form=form, offer=offer, onwards=onwards)


@bp.route("/organisation/<uuid:id>/offers", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ORGANISATION, load=families.organisation)
def offer_hours(organisation: Organisation) -> ResponseReturnValue:
    form = HoursForm(data={"hours": organisation.offer_hours})
    if form.carry_out(lambda: offers.keep_for(session(), actor(), form.hours.data or 0)):
        flash(gettext("The changes are saved."), "good")
        return redirect(url_for("activities.index"), 303)
    return page("signups/offer_hours.html", form=form, id=organisation.id)


@bp.get("/activities/<uuid:id>/sign-ups")
@allow(Action.LIST, Resource.SIGNUP, load=queries.activity)
def of_activity(activity: Activity) -> ResponseReturnValue:
    groups = queries.groups(session(), actor(), activity)
    entries = [
        entry for group in groups for entry in (*group.placed, *group.entered, *group.waiting)
    ]
    shown("signup", [entry.child_id for entry in entries], of=activity.id)
    return page("signups/of_activity.html", activity=activity, groups=groups)


@bp.get("/activities/<uuid:id>/sign-ups/new")
@allow(Action.LIST, Resource.SIGNUP, load=queries.activity)
def find_child(activity: Activity) -> ResponseReturnValue:
    """Look for a child that stands at the door; the name was sent, and is in no address."""
    if chosen := request.args.get("children"):
        return redirect(url_for(".at_door", id=activity.id, child=chosen))
    name = cookie.get(families.LOOKED_FOR, "")
    found = families.found(session(), actor(), families.Filters(name=name)) if name else []
    shown("child", [line.id for line in found], "searched")
    return page(
        "signups/find_child.html", activity=activity, search=Form(), name=name, children=found
    )


@bp.route("/activities/<uuid:id>/sign-ups/new/<uuid:child>", methods=["GET", "POST"])
@allow(Action.LIST, Resource.SIGNUP, load=queries.activity)
def at_door(activity: Activity, child: UUID) -> ResponseReturnValue:
    id, form = activity.id, WishForm()
    form.children.data = (child,)
    if form.carry_out(lambda: service.sign_up(session(), actor(), form.wish(id, at_door=True))):
        return redirect(url_for(".of_activity", id=id), 303)
    who = families.visible_child(session(), actor(), child)
    shown("child", [], "seen", of=child)
    possible = options.at_door(session(), activity, who, form.dates.data)
    choice = ChoiceForm.of(possible, form, asked=False)
    return page("signups/at_door.html", form=form, choice=choice, options=possible, child=who)


@bp.route("/activities/<uuid:id>/call-off", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.activity)
def call_off(activity: Activity) -> ResponseReturnValue:
    id, form = activity.id, CallOffForm()
    if form.carry_out(lambda: service.cancel_activity(session(), actor(), id, form.reason.data)):
        flash(gettext("It is called off, and the families are told."), "good")
        return redirect(url_for(".of_activity", id=id), 303)
    told = queries.how_many(session(), id)
    return page("signups/call_off.html", form=form, activity=activity, date=None, told=told)


@bp.route("/activities/dates/<uuid:id>/call-off", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.occurrence)
def call_date_off(date: Occurrence) -> ResponseReturnValue:
    id, activity_id, form = date.id, date.activity_id, CallOffForm()
    call = service.cancel_later if form.later.data else service.cancel_occurrence
    if form.carry_out(lambda: call(session(), actor(), id, form.reason.data)):
        flash(gettext("It is called off, and the families are told."), "good")
        return redirect(url_for("activities.detail", id=activity_id), 303)
    told = queries.how_many(session(), activity_id, id)
    return page("signups/call_off.html", form=form, activity=date.activity, date=date, told=told)


@piece("family")
def of_family(households: list[families.Household]) -> str | None:
    if not households:
        return None
    lines = queries.of_family(session(), actor(), str(get_locale()))
    next_times = queries.next_times(session(), lines)
    return render_template("signups/_of_family.html", lines=lines, next_times=next_times)


@piece("family")
def of_followed(households: list[families.Household]) -> str | None:
    lines = queries.followed(session(), actor(), str(get_locale()))
    return render_template("signups/_followed.html", lines=lines) if lines else None


@piece("offer")
def of_offer(activity: Activity) -> str:
    """Show the way to signing up, or from when until when there was or will be one."""
    refusal = why_not(lambda: window(activity).check(clock.now()))
    return render_template(
        "signups/_of_offer.html", activity=activity, refusal=refusal, chosen=_chosen()
    )


@piece("programme")
def of_programme(_found: object) -> str | None:
    """Show what was chosen so far in this browser, and the way to signing up for it."""
    ids = _chosen()
    chosen = queries.chosen(session(), ids) if ids else ()
    return render_template("signups/_choices.html", chosen=chosen) if chosen else None


def _chosen() -> list[UUID]:
    return [UUID(one) for one in cookie.get(CHOICES, ())]


@piece("settings")
def calendar_setting(households: list[families.Household]) -> str:
    return render_template("signups/_setting.html")


@piece("photo")
def of_photo(activity: Activity) -> str | None:
    """Tell whoever hangs a picture of which children to look for first."""
    children = pictures.unseen(session(), activity)
    if not children:
        return None
    shown("child", [child.id for child in children])
    return render_template("signups/_of_photo.html", children=children)


@piece("child")
def of_child(child: Child) -> str:
    lines = queries.of_child(session(), actor(), child.id)
    return render_template("signups/_of_child.html", lines=lines, now=clock.now())
