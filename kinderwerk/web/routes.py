"""Addresses of pages: how one is written is compiled when it is first asked for."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from typing_extensions import override
from werkzeug.routing import Rule


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
