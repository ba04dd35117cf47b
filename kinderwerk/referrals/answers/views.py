"""Screens for a partner who answers, and for who sends them the link and reads out the code."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.accounts.rules import GoneLink
from kinderwerk.core.words import STAFF_LANGUAGES
from kinderwerk.referrals import queries as referrals
from kinderwerk.referrals.answers import queries, service
from kinderwerk.referrals.answers.forms import AnswerForm, CallForm, CodeForm
from kinderwerk.referrals.answers.queries import Standing
from kinderwerk.referrals.models import Referral
from kinderwerk.web.access import actor, allow, public
from kinderwerk.web.extensions import as_system, session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page

bp = Blueprint("answers", __name__)
#: What a browser remembers: the link that was opened in it with the button.
OPENED: Final = "partner_link"
#: And that the last thing said there arrived.
SAID: Final = "partner_said"


def spoken(template: str, **told: Any) -> Response:
    """Show a page in a language of people at work, whatever the browser prefers."""
    now = str(get_locale())
    known = request.accept_languages.best_match(STAFF_LANGUAGES) or "nl"
    with force_locale(now if now in STAFF_LANGUAGES else known):
        return page(template, **told)


@bp.errorhandler(GoneLink)
def gone(error: GoneLink) -> ResponseReturnValue:
    return spoken("answers/gone.html"), 410


@bp.route("/answer/<uuid:id>/<token>", methods=["GET", "POST"])
@public
def answer(id: UUID, token: str) -> ResponseReturnValue:
    """Open with a button. What only follows links learns nothing: every address looks the same."""
    form = Form()
    if request.method == "POST":
        as_system()
    if form.carry_out(lambda: service.open_link(session(), id, token, place())):
        cookie[OPENED] = f"{id} {token}"
        return redirect(request.path, 303)
    if cookie.get(OPENED) != f"{id} {token}":
        return spoken("answers/gate.html", form=form)
    standing = opened(id, token)
    return shown(standing, id, token, AnswerForm.of(standing), CodeForm())


@bp.post("/answer/<uuid:id>/<token>/said")
@public
def say(id: UUID, token: str) -> ResponseReturnValue:
    standing = opened(id, token)
    form = AnswerForm.of(standing)
    if form.carry_out(lambda: service.answer(session(), id, token, form.step())):
        cookie[SAID] = True
        return redirect(url_for(".answer", id=id, token=token), 303)
    return shown(opened(id, token), id, token, form, CodeForm(formdata=None))


@bp.post("/answer/<uuid:id>/<token>/note")
@public
def note(id: UUID, token: str) -> ResponseReturnValue:
    """Show the note once, to whoever has the code: it is on no page that can be gone back to."""
    as_system()
    form = CodeForm()
    form.carry_out(lambda: service.read(session(), id, token, form.code.data, place()))
    standing = opened(id, token)
    return shown(standing, id, token, AnswerForm.of(standing, formdata=None), form)


def opened(id: UUID, token: str) -> Standing:
    as_system()
    return queries.standing(session(), id, token)


def shown(
    standing: Standing, id: UUID, token: str, form: AnswerForm, code: CodeForm
) -> ResponseReturnValue:
    thanked = cookie.pop(SAID, False)
    template = "answers/stopped.html" if standing.stopped else "answers/answer.html"
    made = spoken(
        template, standing=standing, form=form, code=code, read=code.outcome, id=id, token=token,
        thanked=thanked,
    )  # fmt: skip
    made.status_code = 422 if code.errors else made.status_code
    return made


def place() -> str:
    return request.remote_addr or "nowhere"


@bp.route("/referrals/<uuid:id>/code", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REFERRAL, load=referrals.by_id)
def code(referral: Referral) -> ResponseReturnValue:
    """Show a code once, to read out to somebody at the partner; it is kept nowhere."""
    id, form = referral.id, CallForm()
    form.carry_out(lambda: service.give_code(session(), actor(), referral, form.to.data))
    again = referrals.by_id(session(), id)
    return page("answers/code.html", form=form, spoken=form.outcome, referral=again)


@bp.post("/referrals/<uuid:id>/link")
@allow(Action.EDIT, Resource.REFERRAL, load=referrals.by_id)
def send_again(referral: Referral) -> ResponseReturnValue:
    id, form = referral.id, Form()
    done = form.carry_out(lambda: service.send_again(session(), actor(), referral))
    flash(_("The partner gets a new link. The one before is worth nothing now.") if done
          else " ".join(form.form_errors), "good" if done else "warn")  # fmt: skip
    return redirect(url_for("referrals.detail", id=id), 303)
