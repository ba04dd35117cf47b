"""The page for everybody about their details, and the form in which they ask."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from kinderwerk.access_requests import queries, service
from kinderwerk.access_requests.asking.forms import AskForm
from kinderwerk.web.access import actor, public, signed_in
from kinderwerk.web.extensions import as_system, session
from kinderwerk.web.pages import page

bp = Blueprint("your_data", __name__, url_prefix="/your-data")


@bp.get("/")
@public
def about() -> ResponseReturnValue:
    return page("access_requests/asking/about.html")


@bp.route("/ask", methods=["GET", "POST"])
@public
def ask() -> ResponseReturnValue:
    """Take a question from anybody; the answer on this page tells nobody anything."""
    form, person = AskForm(), actor()
    if not form.is_submitted() and (known := signed_in()):
        form.asked_by.data = known.name
    form.offer(queries.organisations(session()), request.args.get("at"))
    place = request.remote_addr or "nowhere"
    if form.carry_out(lambda: service.ask(as_system(), person, form.question(), place)):
        return redirect(url_for(".asked"), 303)
    return page("access_requests/asking/ask.html", form=form)


@bp.get("/asked")
@public
def asked() -> ResponseReturnValue:
    return page("access_requests/asking/asked.html")
