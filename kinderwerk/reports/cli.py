"""The command that asks what all reports together give away."""

import click
from flask.cli import AppGroup

from kinderwerk.reports import auditing
from kinderwerk.web.extensions import as_system

group = AppGroup("disclosure", help="What reports tell, and what they must not.")


@group.command("audit")
def audit() -> None:
    """Look at all released reports together, and at each that waits beside them."""
    found = list(auditing.audited(as_system()))
    for one in found:
        click.echo(f"{one.municipality} {one.period}: {one.verdict}")
    exposed = sum(len(one.exposed | one.tight) for one in found)
    if exposed:
        raise click.ClickException(f"{exposed} hidden numbers can be worked out.")
    click.echo("No hidden number can be worked out.")
