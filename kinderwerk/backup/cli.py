"""Commands about backups."""

import os
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from kinderwerk import paths
from kinderwerk.backup import drill, persons, service, shelf, vessel
from kinderwerk.backup.service import NotPossible
from kinderwerk.backup.vessel import Unreadable
from kinderwerk.config import write_fresh
from kinderwerk.storage.sealing import Shut
from kinderwerk.web.extensions import as_system, settings

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRONG = (Unreadable, NotPossible, Shut)
PHRASE = "For programs; people are asked, so that it stands in no history."


@click.group("backup", cls=AppGroup, invoke_without_command=True)
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="A directory.")
@click.option("--keep", type=click.IntRange(min=1), help="Remove those older than so many days.")
@click.pass_context
def group(context: click.Context, to: Path | None, keep: int | None) -> None:
    """Write a locked copy of everything, while everybody works on."""
    if not context.invoked_subcommand:
        context.invoke(_back_up, to=to, keep=keep)


@with_appcontext
def _back_up(to: Path | None, keep: int | None) -> None:
    told = settings()
    here = to or told.backups
    file = shelf.fresh(here)
    made = service.make(as_system(), told.sealing_keys, file, told.backup_recipients)
    click.echo(f"Wrote {file} with {made.rows} rows.")
    try:
        for elsewhere in told.backup_copies:
            shelf.copy(file, elsewhere)
            click.echo(f"Put a copy into {elsewhere}.")
    except (OSError, shelf.NotCopied) as error:
        raise click.ClickException(f"Only here, and not elsewhere: {error}") from None
    if keep:
        for old in (one for at in (here, *told.backup_copies) for one in shelf.older(at, keep)):
            old.unlink()
            click.echo(f"Removed {old}.")


@group.command(with_appcontext=False)
@click.argument("file", type=click.Path(exists=False, dir_okay=False, path_type=Path))
@click.password_option("--phrase", prompt="Pass phrase", help=PHRASE)
def recipient(file: Path, phrase: str) -> None:
    """Make a key pair for somebody to whom backups are locked; run it on that person's machine."""
    if len(phrase) < persons.SHORTEST:
        raise click.ClickException(f"A pass phrase has at least {persons.SHORTEST} characters.")
    try:
        public = persons.make(file, phrase)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already.") from None
    click.echo(f"Wrote {file}: keep it, and its pass phrase elsewhere.")
    click.echo(f"Add to KINDERWERK_BACKUP_RECIPIENTS: {public}")


@group.command(with_appcontext=False)
@click.argument("file", type=A_FILE)
@click.option("--with", "private", type=A_FILE, required=True, help="The private key's file.")
@click.password_option("--phrase", prompt="Pass phrase", help=PHRASE, confirmation_prompt=False)
def keys(file: Path, private: Path, phrase: str) -> None:
    """Take the sealing keys out of a backup, for a new machine where those of the old are lost."""
    try:
        with file.open("rb") as read:
            found = vessel.keys_within(read, persons.load(private, phrase))
        written = write_fresh(paths.instance(os.environ), found)
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} is there already; it stays.") from None
    except (*WRONG, persons.WrongKey) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Wrote {written}, with {len(found)} sealing key(s). Now put the backup back.")


@group.command()
@click.argument("file", type=A_FILE)
def verify(file: Path) -> None:
    """Put a backup back into a database that is thrown away after, and say what is wrong."""
    try:
        manifest, flaws = drill.drill(settings().sealing_keys, file)
    except WRONG as error:
        raise click.ClickException(str(error)) from None
    for flaw in flaws:
        click.echo(flaw)
    if flaws:
        raise click.ClickException(f"{len(flaws)} finding(s): this backup is not whole.")
    click.echo(f"Whole: {manifest.rows} rows of {manifest.made_at:%Y-%m-%d %H:%M} UTC came back.")


@click.command()
@click.argument("file", type=A_FILE)
@click.option(
    "--erased",
    type=A_FILE,
    multiple=True,
    help="The newest list of what was erased; it lies beside the newest backup.",
)
@click.option("--nothing-erased", is_flag=True, help="Nothing was erased since this backup.")
@with_appcontext
def restore(file: Path, erased: tuple[Path, ...], nothing_erased: bool) -> None:  # fmt: skip
    """Put a backup back into an empty database, and lose again what was erased since."""
    if not erased and not nothing_erased:
        raise click.UsageError(
            "What was erased since may not come back. Name the newest list with --erased, or say "
            "--nothing-erased."
        )
    try:
        done = service.restore(as_system(), settings().sealing_keys, file, erased)
    except WRONG as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Put back {done.rows} rows. Erased again: {done.erased_again}.")
