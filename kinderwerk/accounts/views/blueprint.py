"""What the screens about people share: where one is led, and what comes before everything else."""

from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from kinderwerk.accounts import queries, sessions
from kinderwerk.accounts.rules import WINDOW, GoneLink, Site, TooOften
from kinderwerk.core import line
from kinderwerk.core.errors import Unchecked
from kinderwerk.web.access import ProofNeeded, actor, signed_in
from kinderwerk.web.extensions import login_manager, session, settings
from kinderwerk.web.pages import page, wants_fragment
from kinderwerk.web.redirects import onward

bp: Final = Blueprint("accounts", __name__)
#: Where one can go while the second factor has still to be shown or set up.
BEFORE_THE_FACTOR: Final = frozenset(
    {
        "static", "health.check", "accounts.second_factor", "accounts.set_up_factor",
        "accounts.act", "accounts.language", "accounts.sign_out", "accounts.sign_in",
        "accounts.passkey_question", "accounts.pass_by_passkey", "accounts.new_passkey",
        "accounts.new_passkey_question", "accounts.to_provider", "accounts.from_provider",
        "accounts.left",
    }
)  # fmt: skip


def place() -> str:
    """Return from where on the network this request comes."""
    return request.remote_addr or "nowhere"


def tongue() -> str:
    return str(get_locale())


def target() -> str | None:
    """Return where somebody was going when they had to sign in, if it is a page of ours."""
    return onward(request.args.get("next"))


def landing() -> str:
    """Return the first page after signing in: what needs me today, my family, or the start."""
    person = signed_in()
    if person is None:
        return "/"
    works = (person.acting or person.waiting) is not None
    return url_for("today.index" if works else "families.mine")


def on(answer: str | None = None) -> ResponseReturnValue:
    return redirect(answer or target() or landing(), 303)


def led_to(endpoint: str) -> ResponseReturnValue:
    """Lead somewhere first; htmx is told to load that as a whole page."""
    reading = request.method == "GET"
    asked = request.full_path.rstrip("?") if reading else onward(request.path) or _before()
    there = url_for(endpoint, next=asked if asked != "/" else None)
    if wants_fragment():
        return Response(status=401, headers={"HX-Redirect": url_for(endpoint)})
    return redirect(there, 303)


def _before() -> str | None:
    """Return the page on which a button was pressed that is no page itself."""
    return onward(urlsplit(request.referrer or "").path)


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_to_sign_in() -> ResponseReturnValue:
    line.add(refused="not signed in")
    return led_to("accounts.sign_in")


@bp.before_app_request
def ask_for_the_second_factor() -> ResponseReturnValue | None:
    """Open nothing else before whoever acts in a role that needs it has shown the second factor."""
    if request.endpoint is None or request.endpoint in BEFORE_THE_FACTOR:
        return None
    person = signed_in()
    if person is None or not person.waiting:
        return None
    line.add(refused="no second factor")
    return led_to("accounts.second_factor")


bp.after_app_request(sessions.note_afterwards)


@bp.app_context_processor
def passkeys() -> dict[str, Any]:
    """Let pages offer passkeys only where browsers can have them for this site."""
    return {"passkeys_work": lambda: Site.at(settings().public_url) is not None}


@bp.app_errorhandler(ProofNeeded)
def ask_for_a_proof(error: ProofNeeded) -> ResponseReturnValue:
    line.add(refused="no proof")
    person = signed_in()
    return led_to("accounts.prove" if person and person.shown else "accounts.second_factor")


@bp.app_errorhandler(Unchecked)
def say_what_is_missing(error: Unchecked) -> ResponseReturnValue:
    answer = page("accounts/unchecked.html", ask=queries.coordinators(session(), actor()))
    answer.status_code = 403
    return answer


@bp.app_errorhandler(TooOften)
def show_too_often(error: TooOften) -> ResponseReturnValue:
    answer = page("accounts/too_often.html", minutes=int(WINDOW.total_seconds() // 60))
    answer.status_code = 429
    answer.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
    return answer


@bp.app_errorhandler(GoneLink)
def show_gone(error: GoneLink) -> ResponseReturnValue:
    answer = page("accounts/gone.html")
    answer.status_code = 410
    return answer
