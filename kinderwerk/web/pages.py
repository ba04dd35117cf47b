"""Rendering: one helper for whole pages and for the fragments htmx asks for."""

import gc
import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, make_response, render_template, request
from flask.globals import request_ctx
from flask_babel import (
    force_locale,
    format_date,
    format_datetime,
    format_decimal,
    get_locale,
    gettext,
)  # fmt: skip
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from sqlalchemy.exc import NoResultFound, OperationalError
from sqlalchemy.orm import configure_mappers
from werkzeug.exceptions import HTTPException, NotFound

from kinderwerk import paths
from kinderwerk.core import clock, line
from kinderwerk.core.errors import NoRoom, Refusal, Withheld
from kinderwerk.core.picture_words import PICTURES
from kinderwerk.core.words import LANGUAGES, N_, Translated, in_language
from kinderwerk.storage.sealing import Shut
from kinderwerk.web.access import may
from kinderwerk.web.languages import apart

log: Final = logging.getLogger("kinderwerk.pages")
#: Read once and sent as it is: it needs no session, policy, layout or database.
BROKEN: Final = Path(paths.resource("templates"), "errors/broken.html").read_text("utf-8")
TITLES: Final = {
    400: N_("We could not read that request"),
    403: N_("This is not open to you"),
    404: N_("This page does not exist"),
    409: N_("Someone else was faster"),
    410: N_("This link no longer works"),
    429: N_("That was a bit too often"),
    405: N_("That cannot be done here"),
    413: N_("That is too large to send"),
}
OTHERWISE: Final = N_("That did not work")
LAST_PAGE: Final = 10_000
#: Of what is refused or fits nowhere, in bytes; more than any form takes.
LARGEST_READ_ON: Final = 32 * 1024 * 1024


def wants_fragment() -> bool:
    headers = request.headers
    return "HX-Request" in headers and "HX-Boosted" not in headers


def page(template: str, /, fragment: str | None = None, **context: Any) -> Response:
    """Render the page, or only its fragment for htmx; 422 for errors, 409 for a stale form."""
    form = context.get("form")
    status = 200 if form is None or not form.errors else 409 if form.conflict is not None else 422
    name = fragment if fragment and wants_fragment() else template
    response = make_response(render_template(name, **context), status)
    response.vary.add("HX-Request")
    return response


def page_number() -> int:
    """Return which page of a list is asked for, 1 where that makes no sense."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def show_error(error: HTTPException) -> Response:
    if error.response is not None:
        return error.get_response()  # type: ignore[return-value]
    status = error.code or 500
    if isinstance(error, CSRFError):
        line.add(refused="form of another page")
    if status >= 500 or status == 413:
        read_on()
    if status >= 500:
        return show_broken(error)
    if request_ctx.url_adapter is None:  # a host we do not serve: no link can be made
        return Response(BROKEN, status)
    return make_response(
        render_template("errors/error.html", title=TITLES.get(status, OTHERWISE)), status
    )


def read_on() -> None:
    """Take in the rest of what is being sent: a browser that still sends may see no answer."""
    sent, left = request.environ["wsgi.input"], LARGEST_READ_ON
    with suppress(Exception):  # whatever is wrong with it, nobody waits for it
        while left > 0 and (piece := sent.read(min(left, 1 << 16))):
            left -= len(piece)


def show_broken(error: HTTPException) -> Response:
    """Say 503 where the database or the machine said that it failed: later it goes again."""
    match getattr(error, "original_exception", None):
        case OperationalError() | NoRoom() | OSError(errno=int()):
            return Response(BROKEN, 503)
        case _:
            return Response(BROKEN, error.code)


def show_missing(error: NoResultFound | Withheld) -> Response:
    return show_error(NotFound())


def show_shut(error: Shut) -> Response:
    log.error("something sealed does not open: %s", type(error).__name__)
    return make_response(
        render_template("errors/shut.html", title=OTHERWISE, told=error.message), 503
    )


def joined(words: Iterable[object]) -> str:
    """Put a comma between them, as the reader's language writes it."""
    return as_read(", ").join(map(str, words))


def as_read(pattern: str) -> str:
    """Return how the reader's language writes a day: with a comma and a dot, or its own comma."""
    match str(get_locale()):
        case "de":
            return re.sub("(E+) d", r"\1, d", pattern).replace("d M", "d. M")
        case "ar":
            return pattern.replace(",", "\N{ARABIC COMMA}")
        case _:
            return pattern


def wall(instant: datetime) -> str:
    return str(format_datetime(clock.to_wall(instant), as_read("EEEE d MMMM, HH:mm"), rebase=False))


def brief(instant: datetime) -> str:
    """Write a moment for a narrow column."""
    return str(format_datetime(clock.to_wall(instant), as_read("EEE d MMM, HH:mm"), rebase=False))


def brief_day(day: date) -> str:
    return str(format_date(day, as_read("EEE d MMM")))


def wall_clock(instant: datetime) -> str:
    return str(format_datetime(clock.to_wall(instant), "HH:mm", rebase=False))


def day(moment: date | datetime) -> str:
    """Write a day in words, with the year when it is not this one."""
    on = clock.to_wall(moment).date() if isinstance(moment, datetime) else moment
    near = on.year == clock.today().year
    return str(format_date(on, as_read("EEEE d MMMM" if near else "EEEE d MMMM y")))


def short_date(day: date) -> str:
    return str(format_date(day, as_read("d MMM y")))


def why_not(refusal: Refusal) -> str:
    """Say why not, with its days and moments in words."""
    values = {name: spelled(value) for name, value in refusal.values.items()}
    return str(gettext(refusal.message, **values) if values else gettext(refusal.message))


def spelled(value: object) -> object:
    if isinstance(value, datetime):
        return wall(value)
    if isinstance(value, str):
        return apart(value)
    return day(value) if isinstance(value, date) else value


def said(text: Translated) -> str:
    return in_language(text, str(get_locale()))


def picture_word(code: str) -> str:
    return PICTURES[code].said(str(get_locale()))


def prepare(app: Flask, opened: Iterable[str] = ()) -> None:
    """Make what everybody waits for once, before somebody does; only who serves needs it.

    Pages that are opened leave behind what is made once and used for ever. What is here then stays,
    and need not be looked through again for what can go; processes that are forked from this one
    share it.
    """
    configure_mappers()
    with app.test_request_context():
        for language in LANGUAGES:
            with force_locale(language):
                gettext(OTHERWISE)
    for language, path in product(LANGUAGES, opened):
        with app.test_request_context(path, headers={"Accept-Language": language}):
            app.preprocess_request()
            app.dispatch_request()
    gc.freeze()
    gc.enable()


def init_app(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.cache = {}  # of all templates; some hundred are more than Jinja keeps by itself
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {"wall": wall, "clock": wall_clock, "day": day, "said": said}
    app.jinja_env.filters |= {"number": format_decimal, "date": short_date}
    app.jinja_env.filters |= {"why_not": why_not, "brief": brief, "brief_day": brief_day}
    app.jinja_env.filters["joined"] = joined
    app.jinja_env.filters["picture_word"] = picture_word
    app.jinja_env.globals |= {"may": may, "get_locale": get_locale}
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(NoResultFound, show_missing)
    app.register_error_handler(Withheld, show_missing)
    app.register_error_handler(Shut, show_shut)
