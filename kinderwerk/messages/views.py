from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.messages import queries, rendering, service
from kinderwerk.messages.forms import FilterForm
from kinderwerk.messages.holding import Held
from kinderwerk.messages.models import Mailbox, Message
from kinderwerk.messages.rendering import Paragraph
from kinderwerk.messages.rules import masked, why
from kinderwerk.web.access import actor, allow, public
from kinderwerk.web.extensions import as_system, session, settings
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page, page_number
from kinderwerk.web.redirects import onward

bp = Blueprint("messages", __name__)
bp.add_app_template_filter(masked, "masked")
bp.add_app_template_filter(why, "why")
bp.add_app_template_filter(rendering.label, "told")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as /post shows it."""

    id: int
    address: str
    language: str
    at: datetime
    subject: str
    paragraphs: list[Paragraph]


def opened(message: Message) -> Letter | None:
    """Make the letter again, as it went out; None if there is nothing to tell any more."""
    try:
        mail = rendering.render(as_system(), message)
    except (NoResultFound, Held):
        mail = None
    if mail is None:
        return None
    return Letter(
        message.id, message.address, message.language, message.due_at, mail.subject,
        rendering.paragraphs(mail.text),
    )  # fmt: skip


@bp.get("/messages")
@allow(Action.LIST, Resource.MESSAGE)
def index() -> Response:
    form, number = FilterForm.of(request.args, rendering.TEMPLATES), page_number()
    found = queries.newest(session(), actor(), form.filters(), number)
    return page(
        "messages/index.html", messages=found[: queries.PAGE], wanted=form,
        silent=queries.silent(session(), actor()), number=number,
        earlier=form.address(number - 1) if number > 1 else None,
        later=form.address(number + 1) if len(found) > queries.PAGE else None,
    )  # fmt: skip


@bp.post("/messages/<int:id>/again")
@allow(Action.EDIT, Resource.MESSAGE, load=queries.by_id)
def again(message: Message) -> ResponseReturnValue:
    form = Form()
    if form.carry_out(lambda: service.send_again(session(), actor(), message)):
        flash(_("It will be sent again in a moment."), "success")
    for refused in form.form_errors:
        flash(refused, "error")
    return redirect(onward(request.form.get("next")) or url_for("messages.index"), 303)


@bp.post("/messages/addresses/<uuid:id>/again")
@allow(Action.EDIT, Resource.MESSAGE, load=queries.box)
def trust(box: Mailbox) -> ResponseReturnValue:
    """Send to an address again that somebody knows to be right."""
    form, id = Form(), box.id
    if form.carry_out(lambda: service.trust(session(), actor(), id)):
        flash(_("From now on messages go there again."), "success")
    return redirect(url_for("messages.index"), 303)


@bp.get("/post")
@public
def post() -> Response:
    if not settings().demo:
        abort(404)
    letters = filter(None, map(opened, queries.posted(as_system(), 30)))
    return page("messages/post.html", letters=list(letters))
