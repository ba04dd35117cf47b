"""What German law asks every two years of who offers youth work (§§ 98 ff. SGB VIII).

One row per offer, as a template: nobody has held these columns against the questionnaire of a
year. It holds exact counts of one organisation for its own use, and is no report.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Final

from flask_babel import gettext as _

from kinderwerk.activities.rules import Format
from kinderwerk.core.words import N_, Labelled
from kinderwerk.families.copies import cell

#: Who came so often in a year is counted as a regular.
REGULAR: Final = 3
LANGUAGE: Final = "de"
TEMPLATE: Final = N_("Template: check it against the questionnaire")


class OfferKind(Labelled):
    """The kinds of offers that the statistics tell apart."""

    OPEN = "open", N_("Open offer")
    GROUP = "group", N_("Offer for a group")
    EVENT = "event", N_("Event or project")


#: What is none of them, such as a visit at home, is no youth work in this sense.
KINDS: Final[Mapping[Format, OfferKind]] = {
    Format.DROPIN: OfferKind.OPEN,
    Format.OUTREACH: OfferKind.OPEN,
    Format.CLUB: OfferKind.GROUP,
    Format.COURSE: OfferKind.GROUP,
    Format.HOMEWORK: OfferKind.GROUP,
    Format.CHILD_COUNCIL: OfferKind.GROUP,
    Format.HOLIDAY: OfferKind.EVENT,
    Format.CAMP: OfferKind.EVENT,
    Format.OUTING: OfferKind.EVENT,
    Format.EVENT: OfferKind.EVENT,
    Format.SCHOOL_LESSON: OfferKind.EVENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An activity in one year, as far as it took place.

    `often` is how often each child came whose name is still known; `forgotten` are visits of
    those whose data were erased since, `nameless` visits that were counted without names.
    """

    title: str
    format: Format
    themes: tuple[str, ...]
    place: str
    first: date
    last: date
    sessions: int
    minutes: int
    often: tuple[int, ...]
    forgotten: int
    nameless: int
    school: bool
    paid: int
    volunteers: int

    @property
    def cells(self) -> tuple[str | int, ...]:
        """Return the values in the order of COLUMNS."""
        return (
            _(KINDS[self.format].label), self.title, _(self.format.label),
            ", ".join(self.themes), self.place, len(self.often),
            sum(n >= REGULAR for n in self.often), sum(self.often) + self.forgotten,
            self.nameless, self.forgotten, self.first.isoformat(), self.last.isoformat(),
            self.sessions, round(self.minutes / self.sessions),
            _("yes") if self.school else _("no"), self.paid, self.volunteers,
        )  # fmt: skip


COLUMNS: Final = (
    N_("Kind of offer"), N_("Name"), N_("Format"), N_("Themes"), N_("Place"),
    N_("Different participants, by name"), N_("Regulars (three times or more)"),
    N_("Visits, by name"), N_("Visits, counted without names"),
    N_("Visits of erased persons, among those by name"), N_("First date"), N_("Last date"),
    N_("Dates held"), N_("Minutes a date"), N_("Together with a school"),
    N_("Paid persons active"), N_("Volunteers active"),
)  # fmt: skip


def table(offers: Iterable[Offer]) -> bytes:
    """Return the offers as a CSV file that says in its first line what it is."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_(TEMPLATE)])
    writer.writerow([_(name) for name in COLUMNS])
    writer.writerows(map(cell, offer.cells) for offer in offers)
    return out.getvalue().encode("utf-8-sig")


def offered(today: date) -> tuple[int, int]:
    """Return the years that can be asked for: this one and the one before."""
    return today.year, today.year - 1
