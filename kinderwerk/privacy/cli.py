"""Commands of those who look after what is kept."""

import click
from flask.cli import AppGroup
from flask_babel import gettext

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.core.errors import Refusal
from kinderwerk.privacy import rotation
from kinderwerk.storage.sealing import wrapped_by, wrapped_keys
from kinderwerk.web.extensions import as_system

keys = AppGroup("keys", help="The keys that seal what is confidential.")


@keys.command("list")
def show() -> None:
    """Show the data keys, which key of the environment wraps each, and what they sealed."""
    for number, wrapped in sorted(wrapped_keys(as_system()).items()):
        rows = rotation.in_use(as_system(), number)
        click.echo(
            f"data key {number}: wrapped by key {wrapped_by(wrapped)} of the environment, "
            f"{rows} rows"
        )


@keys.command()
def rotate() -> None:
    """Seal everything anew with a new key, while the others work on, and remove the old ones."""
    try:
        done = rotation.rotate(as_system(), SYSTEM)
    except Refusal as refusal:
        raise click.ClickException(gettext(refusal.message)) from None
    click.echo(f"Sealed {done.rows} rows anew with data key {done.number}.")
    for number in done.removed:
        click.echo(f"Removed data key {number}: nothing needs it any more.")
    if done.damaged:
        raise click.ClickException(
            f"{len(done.damaged)} rows do not open, because they were changed outside Kinderwerk. "
            "The key that sealed them stays."
        )


@keys.command()
def rewrap() -> None:
    """Wrap the data keys with the newest of KINDERWERK_SEALING_KEYS; the others may go then."""
    try:
        done = rotation.rewrap(as_system(), SYSTEM)
    except Refusal as refusal:
        raise click.ClickException(gettext(refusal.message)) from None
    click.echo(f"Wrapped {done} data keys anew.")
