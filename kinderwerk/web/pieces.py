"""What a feature adds to a page of a feature below it: the page of a child shows its sign-ups.

    @piece("child")
    def signups_of(child: Child) -> str | None:
        return render_template("signups/_of_child.html", …)

The page says `{% for made in pieces("child", child) %}{{ made }}{% endfor %}`. A piece decides for
itself what this reader may see; None adds nothing.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from markupsafe import Markup

Piece = Callable[[Any], str | None]
PIECES: Final[dict[str, list[Piece]]] = defaultdict(list)


def piece(place: str) -> Callable[[Piece], Piece]:
    """Add to that place what the function renders."""

    def keep(made: Piece) -> Piece:
        PIECES[place].append(made)
        return made

    return keep


def pieces(place: str, subject: Any) -> list[Markup]:
    rendered = (made(subject) for made in PIECES[place])
    return [Markup(text) for text in rendered if text]  # noqa: S704


def init_app(app: Flask) -> None:
    app.jinja_env.globals["pieces"] = pieces
