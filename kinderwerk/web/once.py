"""Rows of lists that the same values always make alike: written once, and kept.

    {{ rows("activities/_line.html", found.lines) }}

calls the macro `line` of that template with nothing but a row, which can be hashed. What it says
hangs on that, the language, the day and the address of the house alone; so it may ask for nothing
of the reader: no `may`, no token of a form. Rows about people are not kept (ADR 42).
"""

from collections.abc import Hashable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any, Final

from flask import Flask, current_app, request
from flask_babel import get_locale
from markupsafe import Markup

from kinderwerk.core import clock

KEPT: Final = 4096  # rows, some 1 kB each


def rows(template: str, lines: Iterable[Hashable]) -> Markup:
    here = template, str(get_locale()), request.script_root, clock.today()
    return Markup("\n").join(_written(*here, line) for line in lines)


@lru_cache(maxsize=KEPT)
def _written(template: str, locale: str, root: str, day: date, line: Hashable) -> Markup:
    written: Any = current_app.jinja_env.get_template(template).module
    return Markup(written.line(line))  # noqa: S704


def init_app(app: Flask) -> None:
    app.jinja_env.globals["rows"] = rows
