"""The steps of a child: all at one address, sent in forms, kept by no browser and told to no log.

Between two steps nothing is remembered here. Who opened a talk with four pictures carries a pass
in the page for a while; it lies in no cookie and in no address.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer

from kinderwerk.children import queries as children
from kinderwerk.children.rules import TALK, Corner, Tile
from kinderwerk.children.tiles import tile
from kinderwerk.core.errors import Refusal
from kinderwerk.core.picture_words import CODES, GROUPS
from kinderwerk.helplines import queries as helplines
from kinderwerk.talks import keys, promises, queries, rules, service
from kinderwerk.talks.child.forms import AskingForm, GoingOnForm, StepForm
from kinderwerk.talks.rules import House, Why
from kinderwerk.web.access import public
from kinderwerk.web.extensions import as_system, session
from kinderwerk.web.pages import page

bp = Blueprint("asking", __name__, url_prefix="/kids")
#: How long a page that was opened with four pictures goes on without them.
PASS_LASTS: Final = 30 * 60
#: Whom to call, whatever else is closed.
NUMBERS: Final = ("emergency", "kindertelefoon", "veilig_thuis", "nummer_gegen_kummer", "jugendamt")
Step = Callable[[Corner], Response]
STEPS: Final[dict[str, Step]] = {}


def step(name: str) -> Callable[[Step], Step]:
    def keep(taken: Step) -> Step:
        STEPS[name] = taken
        return taken

    return keep


@tile(TALK)
def door(corner: Corner) -> Tile | None:
    """Lead there from the first page of children, where an organisation ever opened it."""
    held = queries.office(as_system(), corner.organisation_id)
    if corner.neighbourhood_id is None or held is None or held.assessed_on is None:
        return None
    return Tile(
        label=gettext("Talk with somebody"), url=url_for("asking.here", **corner.address),
        drawing="talk", theme="safety", secret=True,
    )  # fmt: skip


@bp.route("/<uuid:organisation>/<uuid:neighbourhood>/more", methods=["GET", "POST"])
@public
def here(organisation: UUID, neighbourhood: UUID) -> ResponseReturnValue:
    """Take the step that the form names; an address alone only ever begins."""
    as_system()
    corner = children.corner(session(), organisation, neighbourhood)
    as_system()
    wanted = request.form.get("step", "") if request.method == "POST" else ""
    if wanted and not StepForm().validate():
        wanted = ""
    return STEPS.get(wanted, begin)(corner)


def shown(corner: Corner, template: str, status: int = 200, **told: Any) -> Response:
    """Show a step, always with whom to call."""
    house, wall = queries.house(session(), corner.organisation_id), queries.wall_now()
    lines = helplines.every(session(), corner.organisation_id)
    made = page(
        f"talks/child/{template}.html",
        "talks/child/_answer.html" if template == "answer" else None,
        corner=corner, address=url_for(".here", **corner.address), plain=StepForm(formdata=None),
        open=house.is_open(wall), lines=[one for one in lines if one.key in NUMBERS and one.number],
        office=queries.office(session(), corner.organisation_id),
        opens_at=service.next_opening(session(), corner.organisation_id),
        wordings=promises.WORDINGS, newest_wording=promises.NEWEST, **told,
    )  # fmt: skip
    made.status_code = status
    made.headers["Cache-Control"] = "no-store"
    return made


@step("begin")
def begin(corner: Corner) -> Response:
    """Tell first who reads along, and what happens when there is danger."""
    return shown(corner, "begin")


@step("about")
def about(corner: Corner) -> Response:
    return shown(corner, "about" if _house(corner).is_open(queries.wall_now()) else "begin")


@step("whom")
def whom(corner: Corner) -> Response:
    """Ask about whom it is, so that it goes past them; it need not be said."""
    faces = queries.everyone_shown(session(), corner.organisation_id)
    return shown(corner, "whom", faces=faces)


@step("choose")
def choose(corner: Corner) -> Response:
    there = _house(corner).there(queries.wall_now())
    faces = queries.faces(session(), corner.organisation_id, there)
    return shown(corner, "choose", faces=faces)


@step("write")
def write(corner: Corner) -> Response:
    return _writing(corner, AskingForm(formdata=None))


def _writing(corner: Corner, form: AskingForm, status: int = 200) -> Response:
    form.offer(queries.venues(session(), corner.organisation_id))
    known = {one.user_id: one for one in queries.everyone_shown(session(), corner.organisation_id)}
    chosen = known.get(_id("keeper_id") or UUID(int=0))
    return shown(
        corner, "write", status, form=form, about_staff=_about_staff(), chosen=chosen,
        about_id=_id("about_id"), keeper_id=_id("keeper_id"),
    )  # fmt: skip


@step("send")
def send(corner: Corner) -> Response:
    form = AskingForm()
    form.offer(queries.venues(session(), corner.organisation_id))
    area, source = corner.neighbourhood_id, request.remote_addr or "nowhere"
    if area and form.carry_out(
        lambda: service.ask(session(), corner.organisation_id, area, _asking(form), source)
    ):
        as_system()
        return shown(corner, "key", begun=form.outcome)
    as_system()
    return _writing(corner, form, 422)


def _asking(form: AskingForm) -> rules.Asking:
    return form.asking(_about_staff(), _id("about_id"), _id("keeper_id"))


@step("pictures")
def pictures(corner: Corner) -> Response:
    """Take one picture after the other; the fourth tries the key."""
    codes = [code for code in request.form.getlist("code") if code in CODES][: keys.SIZE]
    if request.form.get("again"):
        codes = []
    if len(codes) < keys.SIZE:
        return shown(corner, "pictures", codes=codes, groups=GROUPS, gone=False)
    area, source = corner.neighbourhood_id, request.remote_addr or "nowhere"
    try:
        found = service.find(session(), corner.organisation_id, area or UUID(int=0), codes, source)
    except rules.Gone:
        as_system()
        return shown(corner, "pictures", codes=[], groups=GROUPS, gone=True)
    as_system()
    return _answer(corner, found)


@step("look")
def look(corner: Corner) -> Response:
    return _answer(corner, _passed())


def _answer(
    corner: Corner, talk_id: UUID | None, form: GoingOnForm | None = None, **told: Any
) -> Response:
    """Show the newest answer, or begin anew once the pass is over."""
    talk = queries.living(session(), talk_id) if talk_id else None
    if talk is None or talk.organisation_id != corner.organisation_id:
        return begin(corner)
    usual: dict[str, Any] = {"in_danger": False, "sent": False, "past": None}
    return shown(
        corner, "answer", 422 if form and form.errors else 200,
        newest=queries.newest(session(), talk), passing=_passes().dumps(str(talk.id)),
        form=form or GoingOnForm(formdata=None), **usual | told,
    )  # fmt: skip


@step("say")
def say(corner: Corner) -> Response:
    found, form = _passed(), GoingOnForm()
    if found is None:
        return begin(corner)
    done = form.carry_out(lambda: service.go_on(session(), found, form.words.data, form.once.data))
    as_system()
    if done:
        return _answer(corner, found, sent=True, in_danger=bool(form.outcome))
    return _answer(corner, found, form)


@step("past")
def past(corner: Corner) -> Response:
    """Go to the confidential advisers: rather somebody else, or something does not feel right."""
    found, why = _passed(), Why.SOMEBODY_ELSE
    if request.form.get("why") == Why.NOT_RIGHT.value:
        why = Why.NOT_RIGHT
    outcome: str = "gone"
    if found:
        with suppress(Refusal):
            service.go_past(session(), found, why)
            outcome = "done"
    as_system()
    return _answer(corner, found, past=outcome)


@step("stop")
def stop(corner: Corner) -> Response:
    if found := _passed():
        with suppress(Refusal):
            service.stop(session(), found)
    as_system()
    return shown(corner, "stopped")


def _house(corner: Corner) -> House:
    return queries.house(session(), corner.organisation_id)


def _about_staff() -> bool:
    return request.form.get("about_staff") == "yes"


def _id(name: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(request.form.get(name, ""))
    return None


def _passes() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="talk of a child")


def _passed() -> UUID | None:
    """Return the talk that this page was opened for, for as long as that holds."""
    with suppress(BadSignature, ValueError):
        return UUID(_passes().loads(request.form.get("passing", ""), max_age=PASS_LASTS))
    return None
