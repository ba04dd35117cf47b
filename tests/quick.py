"""What a run would do thousands of times over is done once, or in a hurry; no test is about it."""

import gc
import sqlite3
from dataclasses import replace
from typing import Any, Final

from flask import Flask
from jinja2 import BytecodeCache
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from kinderwerk.accounts.service import passwords
from kinderwerk.app import create_app, equip
from kinderwerk.config import Settings
from kinderwerk.web import alike
from kinderwerk.web.extensions import db

#: How much work it is to try a password where nobody is in a hurry.
AS_SERVED: Final = passwords.hasher._parameters
_compile: Final = Rule.compile
_known: Final[dict[Any, Rule]] = {}
_compiled: Final[LRUCache[Any, Any]] = LRUCache(4_000)


def begin() -> None:
    passwords.hasher._parameters = replace(AS_SERVED, time_cost=1, memory_cost=8, parallelism=1)
    Rule.compile = _compile_once  # type: ignore[method-assign]
    event.listen(Engine, "connect", _wait_for_no_disk)


def _wait_for_no_disk(connection: Any, record: Any) -> None:
    """Keep nothing safe from a power cut; a server of its own, as in a storm, does as it says."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


def _compile_once(rule: Rule) -> None:
    """Take over what an address of the same shape was compiled to for another app."""
    key = (
        rule.rule, rule.host, rule.subdomain, rule.merge_slashes,
        *sorted((rule.defaults or {}).items()),
    )  # fmt: skip
    like = _known.get(key)
    if like is None:
        _compile(rule)
        _known[key] = rule
        return
    rule._parts, rule._trace, rule._converters = like._parts, like._trace, like._converters
    rule.arguments |= like.arguments
    rule._build = like._build.__func__.__get__(rule)  # type: ignore[attr-defined]
    rule._build_unknown = like._build_unknown.__func__.__get__(rule)  # type: ignore[attr-defined]


def all_is_there() -> None:
    """Look for garbage seldom, and not at all among what stays until the end of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class Made:
    """An app for one test after the other: each gets it as it was made, on a database of its own.

    Making one, and reading all of its templates anew, takes longer than what most tests ask of it.
    """

    _free: Final[list["Made"]] = []

    def __init__(self, settings: Settings, compiled: BytecodeCache) -> None:
        self.app, self.compiled = create_app(settings), compiled
        del self.app.extensions["sqlalchemy"]  # bound anew each time
        self.app.teardown_appcontext_funcs.clear()
        self.addresses = len(list(self.app.url_map.iter_rules()))
        self.words = dict(self.app.jinja_env.globals)
        self.state = {name: _apart(value) for name, value in vars(self.app).items()}

    @classmethod
    def take(cls, settings: Settings, compiled: BytecodeCache) -> "Made":
        """Return one that nobody has; a test that needs two has two."""
        made = cls._free.pop() if cls._free else cls(settings, compiled)
        made._begin(settings)
        return made

    def give_back(self) -> None:
        """Keep it for the next, unless a test gave it an address of its own."""
        if len(list(self.app.url_map.iter_rules())) == self.addresses:
            self._free.append(self)

    def _begin(self, settings: Settings) -> None:
        app = self.app
        for name in vars(app).keys() - self.state.keys():
            delattr(app, name)
        for name, value in self.state.items():
            there = vars(app)[name]
            if isinstance(value, dict):
                there.clear()
                there.update(value)
            elif isinstance(value, list):
                there[:] = value
            else:
                setattr(app, name, value)
        app.config |= settings.for_flask()
        app.instance_path = str(settings.instance)
        app.extensions["kinderwerk_settings"] = settings
        app.jinja_env.globals |= self.words
        app.jinja_env.bytecode_cache = self.compiled
        equip(settings)
        alike.init_app(app)
        db.init_app(app)


def _apart(value: Any) -> Any:
    """Return what stays as it is while the value itself changes."""
    return value.copy() if isinstance(value, dict | list) else value


def speak_alike(app: Flask, engine: Engine) -> None:
    """Ask a server once what it can do, and compile a statement once for all apps of the run."""
    with app.app_context():
        db.engine.dialect.initialize = _known_already  # type: ignore[method-assign]
        db.engine.dialect = engine.dialect
        db.engine.update_execution_options(compiled_cache=_compiled)


def _known_already(connection: Connection) -> None:
    pass
