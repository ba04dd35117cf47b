"""Drawing again, from a file that anybody can get; needs no database and no settings."""

from pathlib import Path

import click

from kinderwerk.draws.rules import Check, Finding, Published, Unreadable, examine


@click.group("draw")
def group() -> None:
    """Look whether a draw was what it is said to be."""


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed-hash", help="What you noted before the draw, if you did.")
@click.option("--list-hash", help="The same, of the list of tickets.")
def verify(file: Path, seed_hash: str | None, list_hash: str | None) -> None:
    """Draw again from the seed and the tickets in FILE, and say whether that gives the same."""
    try:
        told = Published.read(file.read_text("utf-8"))
    except (Unreadable, UnicodeDecodeError):
        raise click.ClickException(f"{file.name} is not a draw of Kinderwerk.") from None
    _as_noted("seed", seed_hash, told.seed_hash)
    _as_noted("list", list_hash, told.list_hash)
    for finding in examine(told):
        if not finding.right:
            raise click.ClickException(f"No match. {_difference(finding)}")
    if told.seed is None:
        click.echo(f"{len(told.tickets)} tickets, closed; the seed is not published yet.")
    else:
        click.echo(f"Match: {len(told.tickets)} tickets, {told.line} of them above the line.")


def _as_noted(name: str, noted: str | None, stands: str) -> None:
    if noted and noted.strip().lower() != stands:
        raise click.ClickException(f"No match. You noted another hash of the {name}: {stands}.")


def _difference(finding: Finding) -> str:
    told = {
        Check.TICKETS: "A ticket is on the list twice.",
        Check.LIST: "The tickets are not those that were closed: the hash of their list is",
        Check.SEED: "The seed is not the one that was fixed: its hash is",
        Check.ORDER: f"Ticket {finding.number} is {finding.stands}, and should be",
        Check.LINE: f"The line lies outside of the list, at {finding.stands}, and not at",
    }[finding.check]
    return told if finding.check is Check.TICKETS else f"{told} {finding.should}."
