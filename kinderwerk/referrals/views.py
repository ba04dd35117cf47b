"""Screens for referrals."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts import shares
from kinderwerk.accounts.models import Organisation
from kinderwerk.accounts.sharing import ShareForm, asked
from kinderwerk.confided import queries as confided
from kinderwerk.confided.naming import NamingForm
from kinderwerk.confided.rules import Kind as Confiding
from kinderwerk.core import charts, clock
from kinderwerk.core.charts import Datum
from kinderwerk.families.models import Child
from kinderwerk.papers import service as papers
from kinderwerk.papers.orders import OrderForm
from kinderwerk.partners import queries as partners
from kinderwerk.partners.models import Partner
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.referrals import interfaces as crossing
from kinderwerk.referrals import queries, rules, service, sheets
from kinderwerk.referrals.forms import (
    ChangeForm,
    ConsentForm,
    FilterForm,
    HandOverForm,
    HelpedForm,
    OurSideForm,
    PeriodForm,
    PrepareForm,
    ReopenForm,
    SearchForm,
    ShowForm,
    StepForm,
    whom,
)
from kinderwerk.referrals.letters import LETTER
from kinderwerk.referrals.models import Referral, ReferralShare
from kinderwerk.referrals.rules import Status
from kinderwerk.signals.models import Signal
from kinderwerk.support.models import Trajectory
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("referrals", __name__, url_prefix="/referrals")
bp.add_app_template_filter(whom, "whom")
#: By which names an address says where a referral begins.
BEGINNINGS = ("signal", "trajectory", "child", "family")


def back(referral: Referral, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for(".detail", id=referral.id), 303)


def to_list(words: str) -> ResponseReturnValue:
    """Whoever just handed it over, or left it, may no longer open it."""
    flash(words)
    return redirect(url_for(".index"), 303)


def beginnings() -> dict[str, UUID]:
    """Return what the address says about where a referral begins."""
    named = {name: request.args.get(name, type=UUID) for name in BEGINNINGS}
    return {name: id for name, id in named.items() if id}


@bp.get("/")
@allow(Action.LIST, Resource.REFERRAL)
def index() -> ResponseReturnValue:
    form = FilterForm(request.args)
    form.partner_id.offer(partners.choices(session(), actor()))
    lines = queries.listed(session(), actor(), form.filters())
    shown("referral", [line.id for line in lines])
    return page("referrals/index.html", choice=form, lines=lines, chosen=bool(request.args))


@bp.get("/partner")
@allow(Action.CREATE, Resource.REFERRAL)
def choose() -> ResponseReturnValue:
    """Look for a partner, with what is known about waiting and for whom it is."""
    search = SearchForm(request.args)
    text = (search.q.data or "") if search.validate() else ""
    found = partners.found(session(), actor(), partners.Filters(text=text))
    return page(
        "referrals/choose.html", search=search, begun=beginnings(), today=clock.today(),
        partners=found[: partners.PAGE], cut_off=len(found) > partners.PAGE,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.REFERRAL)
def new() -> ResponseReturnValue:
    begun = queries.begun(
        session(), actor(), **{f"{name}_id": id for name, id in beginnings().items()}
    )
    form, children = PrepareForm(), queries.children(session(), actor(), begun)
    shown("child", [id for id, name in children])
    form.offer(
        partners.choices(session(), actor()), children, begun,
        request.args.get("partner", type=UUID),
    )  # fmt: skip
    if form.carry_out(lambda: service.prepare(session(), actor(), form.wish(begun))):
        return back(form.outcome, _("Prepared. You carry it until somebody took over by name."))
    return page("referrals/new.html", form=form, begun=begun, whom=known(begun), asked=beginnings())


def known(begun: queries.Source) -> str | None:
    """Say who is referred, if that is known from where it begins."""
    if begun.child:
        return begun.child.full_name
    return begun.family.called if begun.family else None


@bp.get("/<uuid:id>")
@allow(Action.VIEW, Resource.REFERRAL, load=queries.by_id)
def detail(referral: Referral) -> ResponseReturnValue:
    why = shares.reasons(session(), actor(), "referral.share.seen", referral, ReferralShare)
    words = service.read(session(), actor(), referral)
    steps = queries.steps(session(), referral.id)
    named = confided.noted(session(), Confiding.REFERRAL, referral.id)
    known = [referral.owner_id, *shares.people(referral.shares)]
    known += [one.confirmed_by_id for one in named]
    line, current = rules.course([step.status for step in steps])
    return page(
        "referrals/detail.html", referral=referral, words=words, steps=steps, why=why,
        named=named, naming=naming(referral),
        people=queries.people(session(), [*known, *(step.by_id for step in steps)]),
        origin=queries.origin(session(), actor(), referral), line=line, current=current,
        nudge=queries.nudged(session(), actor(), referral),
        following=rules.following(referral.status), main=rules.MAIN,
        unsent=referral.status in rules.UNSENT, handed=referral.kind in rules.HANDED,
        link=queries.link(session(), referral.id), again=rules.why_again(
            referral.consented(words.reason), referral.age, clock.today(), sheets.holders(referral)
        ),
    )  # fmt: skip


def naming(referral: Referral) -> NamingForm:
    form = NamingForm()
    form.offer(confided.candidates(session(), referral.family_id))
    return form


@bp.post("/<uuid:id>/name")
@allow(Action.EDIT, Resource.REFERRAL, load=queries.by_id)
def name_carer(referral: Referral) -> ResponseReturnValue:
    form = naming(referral)
    done = form.carry_out(lambda: service.name_carer(session(), actor(), referral, form.wish()))
    return back(referral, _("Named. They can read it on their own page.") if done else form.why)


@bp.post("/<uuid:id>/unname/<uuid:carer_id>")
@allow(Action.EDIT, Resource.REFERRAL, load=queries.by_id)
def unname_carer(referral: Referral, carer_id: UUID) -> ResponseReturnValue:
    service.unname_carer(session(), actor(), referral, carer_id)
    return back(referral, _("This person no longer sees it."))


@bp.get("/<uuid:id>/letter")
@allow(Action.VIEW, Resource.REFERRAL, load=queries.by_id)
def letter(referral: Referral) -> ResponseReturnValue:
    words = service.read(session(), actor(), referral, "referral.printed")
    house, person = queries.contact(session(), referral)
    return page(
        "referrals/letter.html", referral=referral, words=words, house=house, person=person,
        day=referral.sent_on or clock.today(),
    )  # fmt: skip


@bp.route("/<uuid:id>/pdf", methods=["GET", "POST"])
@allow(Action.VIEW, Resource.REFERRAL, load=queries.by_id)
def pdf(referral: Referral) -> ResponseReturnValue:
    """Have the letter made as a PDF, which only who asked can fetch."""
    id, form = referral.id, OrderForm.of(LETTER)
    if form.carry_out(lambda: papers.ask(session(), actor(), form.order(LETTER, id))):
        return redirect(url_for("papers.detail", id=form.outcome), 303)
    return page("referrals/pdf.html", form=form, referral=referral)


@bp.get("/interfaces")
@allow(Action.LIST, Resource.INTERFACE)
def interfaces() -> ResponseReturnValue:
    """Show what happens where help systems meet, of a half-year that is over."""
    form = PeriodForm(request.args)
    period = form.choose(crossing.halves(clock.today()))
    ours = queries.ours(session(), actor())
    told = crossing.interfaces(queries.handovers(session(), actor(), period), ours)
    data = [
        Datum(
            label=_(one.ends.label), value=one.handed.count,
            text=_("too small to show") if one.handed.hidden else str(one.handed.count),
        )
        for one in told
        if one.ends
    ]  # fmt: skip
    chart = charts.bars("interfaces", data)
    here = actor().organisation_id if may("edit", "organisation") else None
    return page(
        "referrals/interfaces.html", choice=form, interfaces=told, chart=chart, here=here,
        period=period,
    )  # fmt: skip


@bp.route("/interfaces/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ORGANISATION, load=queries.house)
def our_side(here: Organisation) -> ResponseReturnValue:
    id, form = here.id, OurSideForm(data={"help_system": HelpSystem(here.help_system)})
    if form.carry_out(lambda: service.stand_in(session(), actor(), id, form.help_system.data)):
        flash(_("The changes are saved."), "good")
        return redirect(url_for(".interfaces"), 303)
    return page("referrals/our_side.html", form=form, id=id)


@bp.route("/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REFERRAL, load=queries.by_id)
def edit(referral: Referral) -> ResponseReturnValue:
    note = service.read(session(), actor(), referral).note
    form = ChangeForm(
        version=referral.version, partner_id=referral.partner_id, kind=referral.kind, note=note,
        parts=list(referral.goes_along),
    )  # fmt: skip
    form.partner_id.offer(partners.choices(session(), actor()))
    if form.carry_out(
        lambda: service.change(session(), actor(), referral, form.version.data, form.change())
    ):
        return back(referral, _("Saved."))
    return page("referrals/edit.html", form=form, referral=referral)


@bp.route("/<uuid:id>/consent", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REFERRAL, load=queries.by_id)
def consent(referral: Referral) -> ResponseReturnValue:
    reason = service.read(session(), actor(), referral).reason
    form = ConsentForm.of(referral, reason, sheets.asked(referral))
    if form.carry_out(
        lambda: service.record_consent(
            session(), actor(), referral, form.version.data, form.consent_given()
        )
    ):
        return back(referral, _("Noted."))
    return page(
        "referrals/consent.html", form=form, referral=referral,
        custodians=queries.custodians(session(), referral),
    )  # fmt: skip


@bp.route("/<uuid:id>/step/<to>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REFERRAL, load=queries.by_id)
def step(referral: Referral, to: str) -> ResponseReturnValue:
    if to not in set(Status):
        abort(404)
    status = Status(to)
    form = StepForm.to(status, referral, queries.carrier(session(), referral))
    if form.carry_out(
        lambda: service.go_on(session(), actor(), referral, form.version.data, form.step(status))
    ):
        return back(referral, _("Written down."))
    return page("referrals/step.html", form=form, referral=referral, status=status)


@bp.route("/<uuid:id>/show", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REFERRAL, load=queries.by_id)
def show(referral: Referral) -> ResponseReturnValue:
    """Show exactly what the partner will get, to read together with the parents."""
    words = service.read(session(), actor(), referral)
    form = ShowForm(
        version=referral.version, how=referral.shown or rules.Shown.TOGETHER,
        shown_reason=words.unseen,
    )  # fmt: skip
    if form.carry_out(
        lambda: service.show(session(), actor(), referral, form.version.data, form.showing())
    ):
        return back(referral, _("Noted."))
    return page("referrals/show.html", form=form, referral=referral, words=words)


@bp.route("/<uuid:id>/reopen", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REFERRAL, load=queries.by_id)
def reopen(referral: Referral) -> ResponseReturnValue:
    form = ReopenForm(version=referral.version)
    if form.carry_out(
        lambda: service.reopen(
            session(), actor(), referral, form.version.data, form.reason.data or ""
        )
    ):
        return back(referral, _("It goes on. Ask the family again before it is sent."))
    return page("referrals/reopen.html", form=form, referral=referral)


@bp.route("/<uuid:id>/helped", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REFERRAL, load=queries.by_id)
def helped(referral: Referral) -> ResponseReturnValue:
    """Note what the family says when it is asked later."""
    words = service.read(session(), actor(), referral)
    form = HelpedForm(version=referral.version, helped=referral.helped, helped_words=words.helped)
    if form.carry_out(
        lambda: service.note_helped(
            session(), actor(), referral, form.version.data, form.helped.data,
            form.helped_words.data or "",
        )
    ):  # fmt: skip
        return back(referral, _("Noted. Thank you for asking."))
    return page("referrals/helped.html", form=form, referral=referral)


@bp.route("/<uuid:id>/hand-over", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REFERRAL, load=queries.by_id)
def hand_over(referral: Referral) -> ResponseReturnValue:
    form = HandOverForm(obj=referral)
    form.owner_id.offer((one.id, one.name) for one in queries.colleagues(session(), referral))
    if form.carry_out(
        lambda: service.hand_over(
            session(), actor(), referral, form.version.data, form.owner_id.data
        )
    ):
        return to_list(_("Handed over. Your colleague gets a mail."))
    return page("referrals/hand_over.html", form=form, referral=referral)


@bp.route("/<uuid:id>/share", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REFERRAL, load=queries.by_id)
def share(referral: Referral) -> ResponseReturnValue:
    form = ShareForm()
    form.offer(queries.colleagues(session(), referral), referral.facts)
    if form.carry_out(lambda: service.share(session(), actor(), referral, form.let_in())):
        return back(referral, _("Your colleague can read along now."))
    return asked(form, url_for(".detail", id=referral.id))


@bp.post("/<uuid:id>/unshare/<uuid:user_id>")
@allow(Action.EDIT, Resource.REFERRAL, load=queries.by_id)
def unshare(referral: Referral, user_id: UUID) -> ResponseReturnValue:
    service.unshare(session(), actor(), referral, user_id)
    return to_list(_("Your colleague no longer reads along."))


def came_of(lines: list[queries.Line], **begins: Any) -> str | None:
    if not may("create", "referral"):
        return None
    return render_template("referrals/_came_of.html", lines=lines, begins=begins)


@piece("child")
def of_child(child: Child) -> str | None:
    return came_of(queries.of_child(session(), actor(), child), child=child.id)


@piece("signal")
def of_signal(signal: Signal) -> str | None:
    return came_of(queries.of_signal(session(), actor(), signal), signal=signal.id)


@piece("trajectory")
def of_trajectory(trajectory: Trajectory) -> str | None:
    lines = queries.of_trajectory(session(), actor(), trajectory)
    return came_of(lines, trajectory=trajectory.id)


@piece("partner")
def to_partner(partner: Partner) -> str | None:
    if partner.retired or not may("create", "referral"):
        return None
    return render_template("referrals/_refer.html", partner=partner)


@piece("back")
def heard_of(person: Actor) -> str | None:
    """What partners let be heard of the referrals of one's own."""
    if not may("list", "referral"):
        return None
    found = queries.answered(session(), person, clock.now() - rules.LATELY)
    shown("referral", [one.id for one in found])
    return render_template("referrals/_heard.html", referrals=found)
