"""Migrations of the schema: their libraries are heavy, and who serves does without."""

from flask import Flask, current_app
from flask_migrate import Migrate
from flask_migrate import downgrade as down
from flask_migrate import upgrade as up
from flask_migrate.cli import db as commands

from kinderwerk import paths
from kinderwerk.web.extensions import db

__all__ = ["bind", "commands", "downgrade", "upgrade"]


def bind(app: Flask) -> Flask:
    """Let this app find its migrations."""
    if "migrate" not in app.extensions:
        Migrate(compare_type=True, render_as_batch=True).init_app(
            app, db, directory=str(paths.resource("migrations"))
        )
    return app


def upgrade(revision: str = "head") -> None:
    bind(current_app)
    up(revision=revision)


def downgrade(revision: str = "-1") -> None:
    bind(current_app)
    down(revision=revision)
