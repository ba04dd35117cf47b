"""Which language an answer is in."""

from dataclasses import dataclass
from typing import Final
from unicodedata import bidirectional

from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request
from flask import session as cookie
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

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


def catalogue() -> NullTranslations:
    """Return the words of the language of this answer.

    A page asks some hundred times, and Flask-Babel looks for them anew each time.
    """
    here = g.get("_flask_babel")
    locale = getattr(here, "babel_locale", None) or get_locale()
    held = getattr(here, "kinderwerk_catalogue", None)
    if held and held[0] is locale:
        found: NullTranslations = held[1]
        return found
    found = get_translations()
    g._flask_babel.kinderwerk_catalogue = locale, found
    return found


@pass_eval_context
def in_words(here: EvalContext, text: str, /, **values: object) -> str:
    """Say a text of ours in the language of the page; values in it are escaped, it is not."""
    told = catalogue().gettext(text)
    if here.autoescape:
        told = Markup(told)  # noqa: S704
    return told % values if values or "%" in told else told


def label(text: str, **values: object) -> str:
    told = catalogue().gettext(text)
    return told % values if values else told


def speak(app: Flask) -> None:
    """Let templates find words quickly; after Flask-Babel has taught them its own way."""
    app.jinja_env.globals |= {"_": in_words, "gettext": in_words}
    app.jinja_env.filters["t"] = label


def init_app(app: Flask) -> None:
    app.jinja_env.filters["apart"] = apart
    app.jinja_env.globals |= {"languages": languages, "direction": direction}
    app.jinja_env.tests["signed"] = is_signed
