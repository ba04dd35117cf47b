"""Screens on which everything is asked for, agreed to and fetched."""

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.archives import jobs, queries, service
from kinderwerk.archives.forms import AskForm
from kinderwerk.archives.models import Archive
from kinderwerk.archives.rules import State
from kinderwerk.web.access import actor, allow, may, role
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("archives", __name__, url_prefix="/archives")
#: What the worker knows to do, because this module is loaded.
WORK = (jobs.make, jobs.tidy)


@bp.get("/")
@allow(Action.LIST, Resource.ARCHIVE)
def index() -> ResponseReturnValue:
    return page("archives/index.html", archives=queries.visible(session(), actor()))


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.ARCHIVE)
def new() -> ResponseReturnValue:
    form = AskForm()
    if form.carry_out(lambda: service.ask(session(), actor(), form.wish())):
        flash(_("Asked. Now the protection officer has to agree."), "success")
        return redirect(url_for(".index"), 303)
    return page("archives/new.html", form=form)


@bp.route("/<uuid:id>/agree", methods=["GET", "POST"])
@allow(Action.RELEASE, Resource.ARCHIVE, load=queries.by_id)
def agree(archive: Archive) -> ResponseReturnValue:
    form, id = Form(), archive.id
    if form.carry_out(lambda: service.agree(session(), actor(), id)):
        flash(_("You agreed. It is being made; the key is here for you then."), "success")
        return redirect(url_for(".index"), 303)
    return page("archives/agree.html", form=form, archive=queries.by_id(session(), id))


@bp.post("/<uuid:id>/withdraw")
@allow(Action.EDIT, Resource.ARCHIVE, load=queries.by_id)
def withdraw(archive: Archive) -> ResponseReturnValue:
    if Form().carry_out(lambda: service.withdraw(session(), actor(), archive.id)):
        flash(_("It is gone."), "success")
    return redirect(url_for(".index"), 303)


@bp.get("/<uuid:id>/kinderwerk.zip")
@allow(Action.VIEW, Resource.ARCHIVE_FILE, load=queries.by_id)
def fetch(archive: Archive) -> ResponseReturnValue:
    size = archive.size
    pieces = service.fetch(session(), actor(), archive.id)
    headers = {
        "Content-Disposition": 'attachment; filename="kinderwerk.zip"', "Content-Length": str(size),
    }  # fmt: skip
    return Response(stream_with_context(pieces), mimetype="application/zip", headers=headers)


@bp.get("/<uuid:id>/key")
@allow(Action.VIEW, Resource.ARCHIVE_KEY, load=queries.by_id)
def key(archive: Archive) -> ResponseReturnValue:
    words = service.tell_key(session(), actor(), archive.id)
    return page("archives/key.html", words=words)


@piece("today")
def waiting(who: UUID) -> str | None:
    """Tell whoever can do something about an archive that it waits for them."""
    if not may("list", "archive"):
        return None
    state = State.MADE if role() is Role.ADMIN else State.ASKED
    found = [one for one in queries.visible(session(), actor()) if one.state is state]
    return render_template("archives/_waiting.html", archives=found) if found else None
