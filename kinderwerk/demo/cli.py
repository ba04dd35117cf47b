"""The command that makes the made-up neighbourhood."""

import click
from flask.cli import AppGroup

from kinderwerk.demo import service
from kinderwerk.demo.rules import NotEmpty
from kinderwerk.demo.town.geography import TOWN
from kinderwerk.web.extensions import as_system

group = AppGroup("demo", help="A made-up neighbourhood, to try everything out.")


@group.command("load")
def load() -> None:
    """Make the neighbourhood, in an empty database."""
    try:
        made = service.load(as_system())
    except NotEmpty:
        raise click.ClickException(
            "There are data here already. The demo needs an empty database of its own, such as "
            "that of another KINDERWERK_INSTANCE."
        ) from None
    click.echo(f"Made {TOWN}." if made else f"{TOWN} is there already.")
