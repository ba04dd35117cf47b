"""The files of a released edition. All hold the same figures, hidden where the page hides them."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Final

from flask_babel import gettext as _

from kinderwerk.core.words import N_
from kinderwerk.families.copies import cell
from kinderwerk.reports import figures
from kinderwerk.reports.figures import Row
from kinderwerk.reports.live import Live
from kinderwerk.reports.models import Edition

DICTIONARY: Final = ("name", "meaning", "source", "shown")


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: what it is called, how it is sent, and how it is made."""

    label: str
    mimetype: str
    make: Callable[[Edition], bytes]


#: A sheet of a workbook: its title, its header, its lines.
Sheet = tuple[str, Iterable[str], Iterable[Iterable[str | int | None]]]


def workbook(edition: Edition) -> bytes:
    """Return a workbook: what it is about, the figures, and what they mean."""
    return book(_sheets(edition))


def book(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook of which no cell is a formula."""
    import xlsxwriter  # noqa: PLC0415 (heavy, and seldom asked for)

    out = BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, safe) as made:
        bold = made.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for title, header, lines in sheets:
            sheet = made.add_worksheet(title)
            sheet.write_row(0, 0, header, bold)
            for number, line in enumerate(lines, 1):
                for column, value in enumerate(line):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value)
                    elif value is not None:
                        sheet.write_number(number, column, value)
            sheet.freeze_panes(1, 0)
            sheet.autofit()
    return out.getvalue()


def _sheets(edition: Edition) -> Iterable[Sheet]:
    yield _("About"), ("", ""), about(edition).items()
    yield _("Figures"), tuple(figures.COLUMNS), [row.cells for row in figures.rows(edition.content)]
    yield (
        _("What was corrected"),
        figures.CHANGES,
        [one.cells for one in figures.changes(edition.content)],
    )
    yield _("Interventions"), tuple(figures.METHOD), figures.methods(edition.content)
    yield _("Handovers"), tuple(figures.PAIR), figures.pairs(edition.content)
    yield _("What jams"), tuple(figures.JAM), figures.jams(edition.content)
    yield _("Stories"), tuple(figures.STORY), figures.stories(edition.content)
    yield _("Meaning"), DICTIONARY, figures.dictionary()


def about(edition: Edition) -> dict[str, str]:
    """Return what every file says of the edition it was made from."""
    held, out = edition.content, edition.released_at
    band = held["band"]
    return {
        "municipality": held["municipality"],
        "period": held["period"],
        "version": str(edition.number),
        "reason": edition.reason,
        "released": out.date().isoformat() if out else "",
        "digest": edition.digest,
        "living": _("children from %(first)d to %(last)d years, published for %(year)d", **band)
        if band
        else "",
    }


def table(edition: Edition) -> bytes:
    return _csv(edition, figures.COLUMNS, (row.cells for row in figures.rows(edition.content)))


def dictionary(edition: Edition) -> bytes:
    """Return what the columns and the measures of the table mean."""
    return _csv(edition, DICTIONARY, figures.dictionary())


def methods(edition: Edition) -> bytes:
    return _csv(edition, figures.METHOD, figures.methods(edition.content))


def handovers(edition: Edition) -> bytes:
    return _csv(edition, figures.PAIR, figures.pairs(edition.content))


def jams(edition: Edition) -> bytes:
    return _csv(edition, figures.JAM, figures.jams(edition.content))


def changes(edition: Edition) -> bytes:
    told = figures.changes(edition.content)
    return _csv(edition, figures.CHANGES, (one.cells for one in told))


def stories(edition: Edition) -> bytes:
    return _csv(edition, figures.STORY, figures.stories(edition.content))


def _csv(
    edition: Edition, header: Iterable[str], lines: Iterable[Iterable[str | int | None]]
) -> bytes:
    """Return a table in which every line says of which version it is."""
    version = (edition.number, edition.digest)
    return csv_of((*header, *figures.VERSION), ((*line, *version) for line in lines))


def csv_of(header: Iterable[str], lines: Iterable[Iterable[str | int | None]]) -> bytes:
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(map(cell, line) for line in lines)
    return out.getvalue().encode("utf-8-sig")


def document(edition: Edition) -> bytes:
    """Return the same for programs: about, figures, dictionary."""
    made = about(edition) | {
        "figures": [
            dict(zip(figures.COLUMNS, row.cells, strict=True))
            for row in figures.rows(edition.content)
        ],
        "changes": [
            dict(zip(figures.CHANGES, one.cells, strict=True))
            for one in figures.changes(edition.content)
        ],
        "interventions": [
            dict(zip(figures.METHOD, line, strict=True))
            for line in figures.methods(edition.content)
        ],
        "handovers": [
            dict(zip(figures.PAIR, line, strict=True)) for line in figures.pairs(edition.content)
        ],
        "jams": [
            dict(zip(figures.JAM, line, strict=True)) for line in figures.jams(edition.content)
        ],
        "stories": [
            dict(zip(figures.STORY, line, strict=True)) for line in figures.stories(edition.content)
        ],
        "dictionary": [dict(zip(DICTIONARY, line, strict=True)) for line in figures.dictionary()],
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


FORMATS: Final[Mapping[str, Format]] = {
    "xlsx": Format(
        N_("Figures as a workbook (XLSX)"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook,
    ),
    "csv": Format(N_("Figures as a table (CSV)"), "text/csv", table),
    "dictionary.csv": Format(N_("What the figures mean (CSV)"), "text/csv", dictionary),
    "changes.csv": Format(N_("What was corrected, as a table (CSV)"), "text/csv", changes),
    "interventions.csv": Format(
        N_("The interventions as a table (CSV)"), "text/csv", methods
    ),
    "handovers.csv": Format(N_("The handovers as a table (CSV)"), "text/csv", handovers),
    "jams.csv": Format(N_("What jams as a table (CSV)"), "text/csv", jams),
    "stories.csv": Format(N_("The stories as a table (CSV)"), "text/csv", stories),
    "json": Format(N_("For programs (JSON)"), "application/json", document),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LiveFormat:
    """The same for the figures that a team looks at."""

    mimetype: str
    make: Callable[[Live, list[Row]], bytes]


def live_workbook(seen: Live, told: list[Row]) -> bytes:
    about = (
        ("organisation", seen.house.name), ("area", seen.whole.name),
        ("days", seen.wish.stretch.code), ("living", seen.band),
    )  # fmt: skip
    return book(
        [
            (_("About"), ("", ""), about),
            (_("Figures"), tuple(figures.COLUMNS), [row.cells for row in told]),
            (_("Meaning"), DICTIONARY, figures.dictionary()),
        ]
    )


LIVE: Final[Mapping[str, LiveFormat]] = {
    "xlsx": LiveFormat(FORMATS["xlsx"].mimetype, live_workbook),
    "csv": LiveFormat(
        "text/csv", lambda seen, told: csv_of(figures.COLUMNS, (row.cells for row in told))
    ),
}
