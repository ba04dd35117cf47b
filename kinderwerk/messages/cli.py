"""Commands about messages."""

import signal
import sys
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from kinderwerk.messages import bounces, service
from kinderwerk.messages import worker as work
from kinderwerk.web import logs
from kinderwerk.web.extensions import as_system


@click.group("mail")
def mail() -> None:
    """Mail that this installation sent."""


@mail.command("bounce")
@click.option("--to", "recipient", default="", help="To whom the report is addressed.")
@with_appcontext
def bounce(recipient: str) -> None:
    """Read a report that a mail came back, as a mail server pipes it, from standard input.

    What is no report about a mail of ours is let go without a failure: a mail server would answer
    a failure with another report.
    """
    settings = current_app.extensions["kinderwerk_settings"]
    if settings.bounce_domain is None:
        raise click.UsageError("Set KINDERWERK_BOUNCE_DOMAIN first, and send mail to it here.")
    raw = sys.stdin.buffer.read(bounces.LARGEST + 1)
    found = bounces.read(raw, settings.link_key, settings.bounce_domain, recipient)
    if found is None:
        click.echo("This is no report about a mail of ours that failed.")
    elif service.bounced(as_system(), found.message_id, found.status):
        click.echo(f"Message {found.message_id} came back ({found.status}).")
    else:
        click.echo(f"That message {found.message_id} came back is known.")


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
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    click.echo("The worker is at work.")
    work.run(app, stop)
    click.echo("The worker has finished what it was at.")
