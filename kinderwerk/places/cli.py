"""Commands that bring in public data about places."""

import os
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.core.errors import Refusal
from kinderwerk.places import queries, service
from kinderwerk.places.reading import outlines, pitches, schools, tables
from kinderwerk.places.reading import upload as reading
from kinderwerk.places.reading.figures import year_in_name
from kinderwerk.places.reading.findings import Finding
from kinderwerk.places.reading.joining import Joined
from kinderwerk.places.reading.schools import Schools
from kinderwerk.places.rules import CodeScheme, Upload, VenueKind, scheme_of
from kinderwerk.web.extensions import as_system

group = AppGroup("import", help="Bring in public data: all of a file, or nothing.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Refused(click.ClickException):
    """What is wrong with a file, one line each; nothing was written."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n  ".join(["Nothing was written.", *faults]))


@group.command("neighbourhoods")
@click.argument("file", type=FILE)
@click.option("--key-figures", type=FILE, help="CSV with people and children by area.")
@click.option("--columns", default="", help="Such as code=TEKST,name=BUURTNAAM.")
@click.option("--year", type=int, help="Of the key figures, if neither table nor name tells.")
@click.option(
    "--scheme", type=click.Choice([scheme.value for scheme in CodeScheme]),
    help="By which numbers areas are told apart, if the municipality does not tell.",
)  # fmt: skip
@click.option("--municipality", help="Name or code; made if there is none of that name.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be written.")
def neighbourhoods(
    file: Path, key_figures: Path | None, columns: str, year: int | None, scheme: str | None,
    municipality: str | None, dry_run: bool,
) -> None:  # fmt: skip
    """Import outlines (GeoJSON) and key figures (CSV) of a municipality's neighbourhoods."""
    drawn = read(file, outlines.MOST_BYTES)
    counted = read(key_figures, tables.MOST_BYTES) if key_figures else None
    place = service.municipality_called(as_system(), SYSTEM, municipality)
    if place is None:
        raise click.UsageError("Say which municipality: --municipality NAME.")
    numbered = CodeScheme(scheme) if scheme else scheme_of(place.code, place.country)
    told = year or (year_in_name(key_figures.name) if key_figures else None)
    upload = Upload(outlines=drawn, figures=counted, scheme=numbered, columns=columns, year=told)
    joined = reading.read(upload, place.code)
    refuse_faults(joined)
    report(joined)
    if not dry_run:
        written = attempt(joined, place.id, numbered)
        click.echo(
            f"Wrote {written.neighbourhoods} neighbourhoods ({written.added} new) in "
            f"{written.districts} districts of {place.name}, and {written.figures} figures."
        )


@group.command("schools")
@click.argument("file", type=FILE)
@click.option("--organisation", required=True, help="Whose venues they become.")
def import_schools(file: Path, organisation: str) -> None:
    """Import schools (CSV) as venues, each in the neighbourhood around its point."""
    found = schools.read(read(file, tables.MOST_BYTES))
    if found.findings.faults:
        raise Refused([fault.text for fault in found.findings.faults])
    owner = queries.organisation_called(as_system(), organisation)
    if owner is None:
        raise click.UsageError(f"There is no organisation called {organisation}.")
    write_venues(owner.id, found, VenueKind.SCHOOL, "schools")


@group.command("pitches")
@click.argument("file", type=FILE)
@click.option("--organisation", required=True, help="Whose venues they become.")
def import_pitches(file: Path, organisation: str) -> None:
    """Import sports pitches (GeoJSON, such as of OpenStreetMap) as venues."""
    owner = queries.organisation_called(as_system(), organisation)
    if owner is None:
        raise click.UsageError(f"There is no organisation called {organisation}.")
    place = owner.municipality
    found = pitches.read(read(file, outlines.MOST_BYTES), scheme_of(place.code, place.country))
    if found.findings.faults:
        raise Refused([fault.text for fault in found.findings.faults])
    write_venues(owner.id, found, VenueKind.PITCH, "sports pitches")


def write_venues(organisation_id: UUID, found: Schools, kind: VenueKind, called: str) -> None:
    placed = service.import_venues(as_system(), SYSTEM, organisation_id, found.rows, kind)
    click.echo(f"Wrote {placed.added + placed.changed} {called} ({placed.added} new).")
    listed("Without a point, so in no neighbourhood", placed.without_point)
    listed("Outside every neighbourhood", placed.outside)


def read(file: Path, most: int) -> bytes:
    """Read a file unless it is larger than what will be looked at."""
    if os.path.getsize(file) > most:
        raise Refused([f"{file.name} is larger than {most // 1024 // 1024} MB."])
    return file.read_bytes()


def refuse_faults(joined: Joined) -> None:
    faults = [*told("Outlines", joined.outlines.faults), *told("Figures", joined.figures.faults)]
    if faults:
        raise Refused(faults)


def told(name: str, findings: Sequence[Finding]) -> list[str]:
    return [f"{name}: {finding.text}" for finding in findings]


def attempt(joined: Joined, municipality_id: object, scheme: CodeScheme) -> service.Written:
    try:
        return service.write(as_system(), SYSTEM, municipality_id, joined, scheme)  # type: ignore[arg-type]
    except Refusal as refusal:
        raise Refused([refusal.message % refusal.values]) from None


def report(joined: Joined) -> None:
    """Tell what joins and exactly what does not."""
    click.echo(f"{len(joined.neighbourhoods)} neighbourhoods have an outline.")
    if joined.year:
        click.echo(f"{joined.with_figures} of them have figures of {joined.year}.")
    for band, heading in joined.bands.items():
        click.echo(f"Children from {band.low} to {band.high - 1}: column {heading}.")
    if joined.elsewhere:
        click.echo(f"{joined.elsewhere} areas of other municipalities were left out.")
    for line in (*told("Note", joined.outlines.notices), *told("Note", joined.figures.notices)):
        click.echo(line)
    if joined.year:
        listed("Without figures", [f"{one.code} {one.name}" for one in joined.without_figures])
        rest = [f"{row.code.text} {row.name}" for row in joined.without_outline]
        listed("In the figures, without an outline", rest)
    renamed = [f"{one.code} {one.name}, in the figures {name}" for one, name in joined.renamed]
    listed("Same code, another name: look whether it is the same place", renamed)


def listed(title: str, lines: Sequence[str]) -> None:
    if lines:
        click.echo("\n  ".join([f"{title} ({len(lines)}):", *lines]))
