"""Commands about the counts that reports and the map read."""

import click
from flask.cli import AppGroup

from kinderwerk.facts import service
from kinderwerk.facts.rules import CellKey
from kinderwerk.web.extensions import as_system

MOST_SHOWN = 20
group = AppGroup("facts", help="The counts that reports and the map read.")


@group.command("verify")
def verify() -> None:
    """Count everything anew, and say which counts are not what they should be."""
    wrong = service.verify(as_system())
    for key in wrong[:MOST_SHOWN]:
        click.echo(written(key))
    if wrong:
        raise click.ClickException(f"{len(wrong)} counts are wrong. Mend them: facts rebuild.")
    click.echo("Every count is right.")


@group.command("rebuild")
def rebuild() -> None:
    """Throw the counts away and count everything anew; who writes meanwhile waits."""
    service.rebuild_all(as_system())
    click.echo("Counted anew.")


def written(key: CellKey) -> str:
    return " ".join(str(part) for part in key)
