"""Commands about backups."""

from datetime import timedelta
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from kinderwerk.backup import drill, service
from kinderwerk.backup.service import ERASED, SUFFIX, NotPossible
from kinderwerk.backup.vessel import Unreadable
from kinderwerk.core import clock
from kinderwerk.storage.sealing import Shut
from kinderwerk.web.extensions import as_system, settings

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRONG = (Unreadable, NotPossible, Shut)


@click.group("backup", cls=AppGroup, invoke_without_command=True)
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="A directory.")
@click.option("--keep", type=click.IntRange(min=1), help="Remove those older than so many days.")
@click.pass_context
@with_appcontext
def group(context: click.Context, to: Path | None, keep: int | None) -> None:
    """Write a locked copy of everything, while everybody works on."""
    if context.invoked_subcommand:
        return
    directory = to or settings().instance / "backups"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = directory / f"kinderwerk-{clock.now():%Y%m%dT%H%M%SZ}{SUFFIX}"
    made = service.make(as_system(), settings().sealing_keys, file)
    click.echo(f"Wrote {file} with {made.rows} rows.")
    for old in _older(directory, keep):
        old.unlink()
        click.echo(f"Removed {old.name}.")


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


def _older(directory: Path, keep: int | None) -> list[Path]:
    """Return the backups, and the lists beside them, that are kept long enough."""
    if keep is None:
        return []
    before = (clock.now() - timedelta(days=keep)).timestamp()
    found = [*directory.glob(f"kinderwerk-*{SUFFIX}"), *directory.glob(f"kinderwerk-*{ERASED}")]
    return sorted(one for one in found if one.stat().st_mtime < before)
