"""What a run would do thousands of times over is done once, or in a hurry; no test is about it."""

import gc
import sqlite3
from dataclasses import replace
from typing import Any, Final

from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from kinderwerk.accounts.service import passwords
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


def speak_alike(app: Flask, engine: Engine) -> None:
    """Compile a statement once for all apps of the run, not once more for each."""
    with app.app_context():
        db.engine.dialect = engine.dialect
        db.engine.update_execution_options(compiled_cache=_compiled)
