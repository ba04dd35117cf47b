"""Commands about the trail."""

import click
from flask.cli import AppGroup
from typing_extensions import override

from kinderwerk.audit import seals, verify
from kinderwerk.audit.seals import Head
from kinderwerk.web.extensions import as_system

group = AppGroup("trail", help="Seal the log of who did and saw what, and check it.")


class HeadType(click.ParamType[Head]):
    """What `kinderwerk trail head` printed."""

    name = "head"

    @override
    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Head:
        try:
            return value if isinstance(value, Head) else Head.read(str(value))
        except ValueError:
            self.fail("a head reads like 12:0f3a…, as `kinderwerk trail head` prints it", param)


@group.command("seal")
def seal() -> None:
    """Seal now what the worker would seal in a few minutes."""
    click.echo(f"Sealed {seals.seal_all(as_system())} entries.")


@group.command("head")
def head() -> None:
    """Print the newest seal, to be kept where nobody who works here can change it."""
    newest = seals.head(as_system())
    if newest is None:
        raise click.ClickException("Nothing is sealed yet.")
    click.echo(str(newest))


@group.command("verify")
@click.option("--head", "kept", type=HeadType(), help="A head that was kept elsewhere.")
def check(kept: Head | None) -> None:
    """Say whether anything was changed, cut, inserted, cut off or replaced since it was sealed."""
    found = 0
    for flaw in verify.flaws(as_system(), kept):
        click.echo(flaw.told)
        found += 1
    waiting, _ = seals.waiting(as_system())
    newest = seals.head(as_system())
    told = f"{newest.number if newest else 0} seals; {waiting} entries wait to be sealed."
    if found:
        click.echo(f"The trail is NOT as it was sealed: {found} finding(s). {told}")
        raise SystemExit(1)
    click.echo(f"The trail is as it was sealed. {told}")
