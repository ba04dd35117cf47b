"""Commands that bring in lists of partners."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.partners import service
from kinderwerk.partners.rules import PartnerType
from kinderwerk.places import queries as places
from kinderwerk.places.cli import FILE, Refused, listed, read
from kinderwerk.places.reading import schools, tables
from kinderwerk.web.extensions import as_system


@click.command("partners")
@click.argument("file", type=FILE)
@click.option("--organisation", required=True, help="In whose directory they go.")
@click.option(
    "--type", "kind", type=click.Choice([kind.value for kind in PartnerType]),
    default=PartnerType.PRIMARY_SCHOOL.value, show_default=True, help="Of which type all are.",
)  # fmt: skip
@with_appcontext
def partners(file: Path, organisation: str, kind: str) -> None:
    """Import partners of one type (CSV), each in the neighbourhood around its point."""
    found = schools.read(read(file, tables.MOST_BYTES))
    if found.findings.faults:
        raise Refused([fault.text for fault in found.findings.faults])
    owner = places.organisation_called(as_system(), organisation)
    if owner is None:
        raise click.UsageError(f"There is no organisation called {organisation}.")
    placed = service.bring_in(as_system(), SYSTEM, owner.id, PartnerType(kind), found.rows)
    click.echo(f"Wrote {placed.added + placed.changed} partners ({placed.added} new).")
    listed("Without a point, so in no neighbourhood", placed.without_point)
    listed("Outside every neighbourhood", placed.outside)
