"""Addresses of pages, written quickly: a page of a hundred rows has a hundred and fifty of them."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from flask import Flask, has_request_context, request, url_for
from typing_extensions import override
from werkzeug.routing import Rule

from kinderwerk.web.compiled import Templates

#: Stands in an address where the id of a row comes.
SOMETHING: Final = UUID(int=0)


class Patient(Rule):
    """Werkzeug compiles two functions for each of some hundred addresses before anybody asks."""

    @override
    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(compiled(append_unknown))
            return made[0](rule, **values)

        return build


class App(Flask):
    url_rule_class = Patient
    jinja_environment = Templates


def address(endpoint: str, /, **values: Any) -> str:
    """Write an address as `url_for` does; those without values, and of one row, from memory."""
    if not has_request_context():
        return url_for(endpoint, **values)
    here = request._get_current_object()  # type: ignore[attr-defined]
    if endpoint[0] == "." and here.blueprint:
        endpoint = here.blueprint + endpoint
    if not values:
        return _plain(here.script_root, endpoint)
    if len(values) == 1:
        ((name, value),) = values.items()
        if name == "filename":
            return _file(here.script_root, endpoint, value)
        if name == "id" and isinstance(value, UUID):
            return str(value).join(_around(here.script_root, endpoint))
    return url_for(endpoint, **values)


@lru_cache(maxsize=1024)
def _plain(root: str, endpoint: str) -> str:
    return url_for(endpoint)


@lru_cache(maxsize=256)
def _file(root: str, endpoint: str, name: str) -> str:
    return url_for(endpoint, filename=name)


@lru_cache(maxsize=1024)
def _around(root: str, endpoint: str) -> list[str]:
    return url_for(endpoint, id=SOMETHING).split(str(SOMETHING))


def init_app(app: Flask) -> None:
    app.jinja_env.globals["url_for"] = address
