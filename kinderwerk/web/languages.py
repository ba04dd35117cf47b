"""Which language an answer is in."""

from dataclasses import dataclass
from typing import Final
from unicodedata import bidirectional

from flask import Flask, has_request_context, request
from flask import session as cookie
from flask_babel import get_locale

from kinderwerk.core.words import LANGUAGES, RIGHT_TO_LEFT, STAFF_LANGUAGES, is_signed
from kinderwerk.web.access import signed_in

#: What stands between them has a direction of its own: that of its first letter.
FIRST_STRONG: Final = "\u2068"
POP: Final = "\u2069"


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str
    current: bool
    signed: bool


def offered() -> tuple[str, ...]:
    """Return the languages of this reader: pages of staff exist in fewer."""
    person = signed_in()
    return STAFF_LANGUAGES if person and person.actor.membership else tuple(LANGUAGES)


def select_locale() -> str:
    """Return what was chosen here, else what the person or the browser says, else Dutch."""
    if not has_request_context():
        return "nl"
    person, known = signed_in(), offered()
    for wish in (cookie.get("language"), person.language if person else None):
        if wish in known:
            return str(wish)
    return request.accept_languages.best_match(known) or "nl"


def languages() -> list[Language]:
    now = str(get_locale())
    return [Language(code, LANGUAGES[code], code == now, is_signed(code)) for code in offered()]


def direction() -> str:
    return "rtl" if str(get_locale()) in RIGHT_TO_LEFT else "ltr"


def apart(text: str) -> str:
    """Keep a name that is written against the direction of the page from turning what follows."""
    against = {"L"} if direction() == "rtl" else {"R", "AL"}
    turns = any(bidirectional(sign) in against for sign in text)
    return f"{FIRST_STRONG}{text}{POP}" if turns else text


def init_app(app: Flask) -> None:
    app.jinja_env.filters["apart"] = apart
    app.jinja_env.globals |= {"languages": languages, "direction": direction}
    app.jinja_env.tests["signed"] = is_signed
