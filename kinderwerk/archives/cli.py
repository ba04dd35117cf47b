"""The command that brings an organisation's archive in."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from kinderwerk.archives import bringing, locking
from kinderwerk.web.extensions import as_system

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("archive")
@click.argument("file", type=FILE)
@click.option("--key-file", type=FILE, help="A file with the key; otherwise you are asked for it.")
@click.option("--no-key", is_flag=True, help="Nothing is locked in it.")
@click.option(
    "--erased",
    type=FILE,
    multiple=True,
    help="The newest list of what was erased there; it lies beside the newest backup.",
)
@click.option("--nothing-erased", is_flag=True, help="Nothing was erased since this file was made.")
@with_appcontext
def archive(
    file: Path,
    key_file: Path | None,
    *,
    no_key: bool,
    erased: tuple[Path, ...],
    nothing_erased: bool,
) -> None:
    """Bring in everything of an organisation that is not here yet: all of it, or nothing."""
    if not erased and not nothing_erased:
        raise click.UsageError(
            "Who was erased since may not come back. Name the newest list of that installation "
            "with --erased, or say --nothing-erased."
        )
    try:
        key = None if no_key else locking.heard(_words(key_file))
        done = bringing.bring(as_system(), file, key, erased)
    except locking.WrongKey:
        raise click.ClickException("This is no key: it has sixteen groups of four.") from None
    except bringing.NotPossible as reason:
        raise click.ClickException(f"Nothing was brought in. {reason}") from None
    for name, count in sorted(done.counts.items()):
        there = done.there_already.get(name)
        click.echo(f"{name}: {count}" + (f" ({there} were here already)" if there else ""))
    click.echo(f"{done.name}: {sum(done.counts.values())} rows, as many as in the file.")
    if done.erased_again:
        click.echo(f"Erased again: {done.erased_again}.")


def _words(key_file: Path | None) -> str:
    if key_file:
        return key_file.read_text("utf-8")
    return str(click.prompt("The key of the protection officer", hide_input=True))
