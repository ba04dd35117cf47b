"""By when each step is to be done, in working days. Pure."""

from collections.abc import Collection, Container
from dataclasses import dataclass
from datetime import date
from typing import Final

from kinderwerk.core import working_days
from kinderwerk.core.words import Translated
from kinderwerk.reporting_code.protocol import Protocol
from kinderwerk.reporting_code.rules import Need

REPORT: Final[Translated] = {"nl": "Melden", "en": "Report", "de": "Mitteilen"}
REVIEW: Final[Translated] = {"nl": "Opnieuw kijken", "en": "Look again", "de": "Wieder ansehen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A step, what of it is still missing, and the last day on which it is in time."""

    key: str
    title: Translated
    does: Translated
    missing: tuple[Need, ...]
    by: date
    done: bool


def due(
    protocol: Protocol, begun_on: date, met: Collection[Need], free: Container[date],
    report_since: date | None = None,
) -> list[Due]:  # fmt: skip
    """Return the steps in their order; what is to be reported since a day comes last."""
    steps = [
        Due(
            key=stage.key, title=stage.title, does=stage.does,
            missing=tuple(need for need in stage.needs if need not in met),
            by=working_days.after(begun_on, stage.within, free),
            done=all(need in met for need in stage.needs),
        )
        for stage in protocol.stages
    ]  # fmt: skip
    if report_since:
        last = working_days.after(report_since, protocol.report_within, free)
        steps.append(_single("report", REPORT, last))
    return steps


def review(day: date) -> Due:
    return _single("review", REVIEW, day)


def _single(key: str, title: Translated, by: date) -> Due:
    return Due(key=key, title=title, does={"nl": ""}, missing=(), by=by, done=False)
