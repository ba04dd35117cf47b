"""Fixed periods as people say them."""

from flask import Flask
from flask_babel import gettext

from kinderwerk.core.periods import Period


def in_words(period: Period) -> str:
    """Return `third quarter of 2026` in the language of the reader."""
    values = {"number": period.number, "year": period.year}
    if period.kind == "Q":
        return str(gettext("quarter %(number)s of %(year)s", **values))
    if period.kind == "H" and period.number == 1:
        return str(gettext("first half of %(year)s", **values))
    if period.kind == "H":
        return str(gettext("second half of %(year)s", **values))
    return str(period.year)


def init_app(app: Flask) -> None:
    app.jinja_env.filters["period"] = lambda written: in_words(Period.read(str(written)))
