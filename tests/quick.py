"""What a run would do thousands of times over is done once, or in a hurry; no test is about it."""

import gc
from dataclasses import replace
from typing import Any, Final

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from kinderwerk.accounts.service import passwords
from kinderwerk.web.extensions import db

#: How much work it is to try a password where nobody is in a hurry.
AS_SERVED: Final = passwords.hasher._parameters
_build: Final = Rule._compile_builder
_built: Final[dict[Any, Any]] = {}
_compiled: Final[LRUCache[Any, Any]] = LRUCache(4_000)


def begin() -> None:
    passwords.hasher._parameters = replace(AS_SERVED, time_cost=1, memory_cost=8, parallelism=1)
    passwords._NO_ONE = passwords.hasher.hash("nobody has this password")  # type: ignore[misc]
    Rule._compile_builder = _compile_once  # type: ignore[method-assign]


def _compile_once(rule: Rule, append_unknown: bool = True) -> Any:
    key = (*rule._trace, *sorted((rule.defaults or {}).items()), append_unknown)
    if key not in _built:
        _built[key] = _build(rule, append_unknown)
    return _built[key]


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
