"""Screens around talks: those who answer, and who sets them up."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.talks import office, promises, queries, service
from kinderwerk.talks.forms import (
    WEEKDAYS,
    AnswerForm,
    DangerForm,
    DutyForm,
    FaceForm,
    HandOverForm,
    KeeperForm,
    OpeningForm,
    SignalForm,
    StepForm,
)
from kinderwerk.talks.models import Talk, TalkDuty, TalkKeeper, TalkOffice
from kinderwerk.talks.rules import TO_SEE, Lack
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("talks", __name__)


@bp.get("/talks/")
@allow(Action.LIST, Resource.TALK)
def index() -> ResponseReturnValue:
    talks = queries.mine(session(), actor())
    people = queries.names(
        session(), *(id for one in talks for id in (one.keeper_id, one.second_id))
    )
    return page(
        "talks/index.html", talks=talks, people=people, areas=queries.areas(session(), talks),
        alerts=queries.alerts(session(), actor()), me=actor().id, form=StepForm(),
        shown=queries.keeper_of(session(), actor().organisation_id, actor().id),
    )  # fmt: skip


@bp.get("/talks/<uuid:id>")
@allow(Action.VIEW, Resource.TALK, load=queries.by_id)
def detail(talk: Talk) -> ResponseReturnValue:
    return _shown(talk.id, AnswerForm(formdata=None))


def _shown(
    talk_id: UUID, form: AnswerForm, signal: SignalForm | None = None
) -> ResponseReturnValue:
    """Show a talk with all that can be done about it; the reading is on record first."""
    lines = service.read(session(), actor(), talk_id)
    talk = queries.by_id(session(), talk_id)
    form.offer(queries.venues(session(), talk.organisation_id))
    made = page(
        "talks/detail.html", talk=talk, lines=lines, form=form, hand=_hand_over(talk),
        signal=signal or SignalForm(formdata=None), plain=StepForm(formdata=None),
        people=queries.names(session(), talk.keeper_id, talk.second_id),
        area=queries.areas(session(), [talk])[talk.neighbourhood_id], me=actor().id,
        wording=promises.WORDINGS[talk.promised],
    )  # fmt: skip
    made.status_code = 422 if signal and signal.errors else made.status_code
    return made


def _hand_over(talk: Talk, **given: Any) -> HandOverForm:
    form = HandOverForm(**given)
    form.offer(list(queries.names(session(), *service.able(session(), talk)).items()))
    return form


@bp.post("/talks/<uuid:id>/answer")
@allow(Action.EDIT, Resource.TALK, load=queries.by_id)
def answer(talk: Talk) -> ResponseReturnValue:
    id, form = talk.id, AnswerForm()
    form.offer(queries.venues(session(), talk.organisation_id))
    if form.carry_out(lambda: service.answer(session(), actor(), id, form.wish())):
        flash(gettext("Sent. The child reads it with its four pictures."))
        return redirect(url_for(".detail", id=id), 303)
    return _shown(id, form)


@bp.post("/talks/<uuid:id>/hand-over")
@allow(Action.EDIT, Resource.TALK, load=queries.by_id)
def hand_over(talk: Talk) -> ResponseReturnValue:
    id, form = talk.id, _hand_over(talk)
    done = form.carry_out(lambda: service.hand_over(session(), actor(), id, form.user_id.data))
    return _after(form, gettext("Handed over. The child reads who it is now.") if done else "")


@bp.post("/talks/<uuid:id>/signal")
@allow(Action.EDIT, Resource.TALK, load=queries.by_id)
def into_signal(talk: Talk) -> ResponseReturnValue:
    id, form = talk.id, SignalForm()
    if form.carry_out(
        lambda: service.into_signal(session(), actor(), id, form.what.data, form.level.data)
    ):
        flash(gettext("Written down as a signal. Complete it soon."))
        return redirect(url_for("signals.detail", id=form.outcome), 303)
    return _shown(id, AnswerForm(formdata=None), form)


@bp.post("/talks/<uuid:id>/close")
@allow(Action.EDIT, Resource.TALK, load=queries.by_id)
def close(talk: Talk) -> ResponseReturnValue:
    id, form = talk.id, StepForm()
    done = form.carry_out(lambda: service.close(session(), actor(), id))
    return _after(form, gettext("Closed. The pictures open nothing any more.") if done else "")


@bp.post("/talks/<uuid:id>/seen")
@allow(Action.RELEASE, Resource.TALK, load=queries.by_id)
def saw(talk: Talk) -> ResponseReturnValue:
    id, form = talk.id, StepForm()
    done = form.carry_out(lambda: service.saw(session(), actor(), id))
    return _after(form, gettext("Noted that you saw it. Now read it, and act.") if done else "")


def _after(form: Form, done: str, where: str = ".index") -> ResponseReturnValue:
    why = " ".join(str(one) for one in [*form.form_errors, *(e for f in form for e in f.errors)])
    flash(done or why, "good" if done else "warn")
    return redirect(url_for(where), 303)


@bp.route("/talks/keepers/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.TALK_KEEPER, load=queries.keeper_by_id)
def face(keeper: TalkKeeper) -> ResponseReturnValue:
    """Agree to how children see one; nobody does that for another."""
    id, form = keeper.id, FaceForm(obj=keeper, agreed=keeper.agreed_on is not None)
    form.offer(str(get_locale()))
    if form.carry_out(
        lambda: office.show_oneself(session(), actor(), form.first_name.data, form.picture.data)
    ):
        flash(gettext("Saved. Children can choose you while you are there."))
        return redirect(url_for(".index"), 303)
    keeper = queries.keeper_by_id(session(), id)
    return page("talks/face.html", form=form, keeper=keeper, plain=StepForm(formdata=None))


@bp.post("/talks/keepers/<uuid:id>/hide")
@allow(Action.EDIT, Resource.TALK_KEEPER, load=queries.keeper_by_id)
def hide(keeper: TalkKeeper) -> ResponseReturnValue:
    form = StepForm()
    done = form.carry_out(lambda: office.hide_oneself(session(), actor()))
    return _after(form, gettext("Children cannot choose you any more.") if done else "")


@bp.get("/talks/office")
@allow(Action.LIST, Resource.TALK_OFFICE)
def setting_up() -> ResponseReturnValue:
    return _office_page()


def _office_page(**sent: Form) -> ResponseReturnValue:
    here = actor().organisation_id
    held, house = queries.office(session(), here), queries.house(session(), cast(UUID, here))
    forms = _office_forms(held) | sent
    made = page(
        "talks/office.html", office=held, house=house, hours=house.hours, weekdays=WEEKDAYS,
        keepers=queries.keepers(session(), here), duties=queries.duties(session(), here),
        lacks=house.lacks(clock.today()), every_lack=list(Lack), **forms,
        to_see=TO_SEE // timedelta(minutes=1),
        people=queries.names(session(), held.assessed_by_id if held else None),
    )  # fmt: skip
    made.status_code = 422 if any(one.errors for one in sent.values()) else 200
    return made


def _office_forms(held: TalkOffice | None) -> dict[str, Any]:
    """Return the forms of the page, empty, and offering who there is."""
    here = cast(UUID, actor().organisation_id)
    keeper, duty = KeeperForm(formdata=None), DutyForm(formdata=None)
    keeper.offer(queries.could_answer(session(), here))
    duty.offer([(user.id, user.name) for _, user in queries.keepers(session(), here)])
    opening = OpeningForm(formdata=None, read_within=held.read_within if held else 60)
    return {"keeper": keeper, "duty": duty, "opening": opening, "danger": DangerForm.of(held)}


@bp.post("/talks/office/assessed")
@allow(Action.EDIT, Resource.TALK_OFFICE)
def assess() -> ResponseReturnValue:
    form = StepForm()
    done = form.carry_out(lambda: office.assess(session(), actor()))
    return _after(form, gettext("Confirmed for a year.") if done else "", ".setting_up")


@bp.post("/talks/office/open")
@allow(Action.EDIT, Resource.TALK_OFFICE)
def open_up() -> ResponseReturnValue:
    form = OpeningForm()
    done = form.carry_out(lambda: office.open_up(session(), actor(), form.read_within.data))
    return _after(form, gettext("Children can ask for a talk now.") if done else "", ".setting_up")


@bp.post("/talks/office/shut")
@allow(Action.EDIT, Resource.TALK_OFFICE)
def shut() -> ResponseReturnValue:
    form = StepForm()
    done = form.carry_out(lambda: office.shut(session(), actor()))
    told = gettext("Closed. Who has four pictures still finds the answer.")
    return _after(form, told if done else "", ".setting_up")


@bp.post("/talks/office/keepers")
@allow(Action.EDIT, Resource.TALK_OFFICE)
def train() -> ResponseReturnValue:
    form = KeeperForm()
    form.offer(queries.could_answer(session(), cast(UUID, actor().organisation_id)))
    if form.carry_out(
        lambda: office.train(session(), actor(), form.user_id.data, form.trained_on.data)
    ):
        return _after(form, gettext("Saved."), ".setting_up")
    return _office_page(keeper=form)


@bp.post("/talks/office/duties")
@allow(Action.EDIT, Resource.TALK_OFFICE)
def put_on() -> ResponseReturnValue:
    form = DutyForm()
    keepers = queries.keepers(session(), actor().organisation_id)
    form.offer([(user.id, user.name) for _, user in keepers])
    if form.carry_out(
        lambda: office.put_on(
            session(), actor(), form.user_id.data, form.weekday.data, form.begins.data,
            form.ends.data,
        )
    ):  # fmt: skip
        return _after(form, gettext("Saved."), ".setting_up")
    return _office_page(duty=form)


@bp.post("/talks/office/duties/<uuid:id>/remove")
@allow(Action.EDIT, Resource.TALK_OFFICE, load=queries.duty_by_id)
def take_off(duty: TalkDuty) -> ResponseReturnValue:
    id, form = duty.id, StepForm()
    done = form.carry_out(lambda: office.take_off(session(), actor(), id))
    return _after(form, gettext("Taken away.") if done else "", ".setting_up")


@bp.post("/talks/office/words")
@allow(Action.EDIT, Resource.TALK_OFFICE)
def choose_words() -> ResponseReturnValue:
    form = DangerForm()
    done = form.carry_out(lambda: office.choose_words(session(), actor(), form.chosen()))
    return _after(form, gettext("Saved.") if done else "", ".setting_up")


@piece("today_top")
def waiting(nothing: None) -> str | None:
    """Show on everybody's first page that they were alerted, and that a child waits."""
    if not may("list", "talk"):
        return None
    alerts = queries.alerts(session(), actor())
    children = queries.waiting(session(), actor())
    if not alerts and not children:
        return None
    return render_template("talks/_waiting.html", alerts=alerts, children=children)
