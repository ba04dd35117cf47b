"""Commands about messages."""

import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from kinderwerk.messages import worker as work
from kinderwerk.web import logs


@click.command("worker")
@click.option("--once", is_flag=True, help="Stop when nothing is due any more.")
@with_appcontext
def worker(once: bool) -> None:
    """Send what waits in the outbox, and do the work that is due."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if once:
        while work.turn(app):
            pass
        return
    logs.to_stderr()
    click.echo("The worker is at work.")
    work.run(app, threading.Event())
