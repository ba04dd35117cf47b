"""In which walks the database has a say.

Whoever the policy grants nothing is refused before anything is looked up. That is walked in full on
SQLite; on PostgreSQL, which would answer the same more slowly, only by whom the policy lets begin.
"""

from flask import Flask
from werkzeug.routing import Rule

from kinderwerk.access.policy import grants
from kinderwerk.access.vocabulary import Actor
from tests.conftest import POSTGRES


def admitted(app: Flask, rule: Rule, actor: Actor, *, everywhere: bool = not POSTGRES) -> bool:
    access = getattr(app.view_functions[rule.endpoint], "access", None)
    if everywhere or not isinstance(access, tuple):
        return True
    return bool(grants(actor, *access))
