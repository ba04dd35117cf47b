"""Figures for a monitor: how much is answered and how fast, what waits, what the doctor finds.

None of them tells of a person, an organisation, a page or an address, and pages of children are not
counted. Several processes that serve add up where `PROMETHEUS_MULTIPROC_DIR` names a directory.
"""

import logging
import os
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from threading import Event
from typing import Final

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import override

from kinderwerk.audit import seals
from kinderwerk.backup import shelf
from kinderwerk.config import Settings
from kinderwerk.core import clock
from kinderwerk.messages import queries
from kinderwerk.messages.models import DueWork, Message
from kinderwerk.operation import doctor
from kinderwerk.web import logs

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
KINDS: Final = ("1xx", "2xx", "3xx", "4xx", "5xx")
GRADES: Final = {"well": 0, "look": 1, "ill": 2}

log: Final = logging.getLogger(__name__)

_counted: Final = CollectorRegistry()
_answers: Final = Counter(
    "kinderwerk_answers", "Requests that were answered.", ["kind"], registry=_counted
)
_seconds: Final = Histogram(
    "kinderwerk_answer_seconds", "How long an answer took.", buckets=SECONDS, registry=_counted
)
_uncounted: Final = Event()


def init_app(app: Flask) -> None:
    app.after_request(_count)


def open_file() -> None:
    """Take the room that this process needs for its figures; without it, serve uncounted."""
    try:
        for kind in KINDS:
            _answers.labels(kind)
    except OSError:
        _uncounted.set()
        log.warning("there is no room for the figures of this process; it serves without them")


def _count(response: Response) -> Response:
    seconds = None if _uncounted.is_set() else logs.took()
    if seconds is not None and request.endpoint != "operation.figures":
        _answers.labels(f"{response.status_code // 100}xx").inc()
        _seconds.observe(seconds)
    return response


def told(session: Session, settings: Settings) -> bytes:
    """Return everything in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_State(session, settings))
    if SHARED in os.environ:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(_counted)


class _State(Collector):
    """What the database says, the same in whichever process asks."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self._session, self._settings = session, settings

    @override
    def collect(self) -> Iterator[Metric]:
        began = time.perf_counter()
        yield _findings(self._session, self._settings)
        yield from _waiting(self._session)
        if (made := shelf.newest(self._settings.backups)) is not None:
            age = (clock.now() - made).total_seconds()
            yield GaugeMetricFamily("kinderwerk_backup_age_seconds", "Since the newest.", age)
        took = time.perf_counter() - began
        yield GaugeMetricFamily("kinderwerk_looked_seconds", "How long looking took.", took)


def _findings(session: Session, settings: Settings) -> Metric:
    worst: dict[str, int] = {}
    for found in doctor.examine(session, settings, doctor.OFTEN):
        worst[found.about] = max(worst.get(found.about, 0), GRADES[found.state])
    family = GaugeMetricFamily(
        "kinderwerk_finding", "0: well, 1: worth a look, 2: ill.", labels=["about"]
    )
    for about, grade in worst.items():
        family.add_metric([about], grade)
    return family


def _waiting(session: Session) -> Iterable[Metric]:
    now = clock.now()
    number, oldest = session.execute(
        select(func.count(), func.min(Message.due_at)).where(
            *queries.unsettled(), Message.held_at.is_(None), Message.due_at <= now
        )
    ).one()
    yield GaugeMetricFamily("kinderwerk_messages_waiting", "Due and not sent.", number)
    yield GaugeMetricFamily("kinderwerk_messages_late_seconds", "The oldest.", _since(oldest, now))
    number, oldest, failing = session.execute(
        select(func.count(), func.min(DueWork.run_at), func.count(DueWork.failure)).where(
            DueWork.run_at <= now
        )
    ).one()
    yield GaugeMetricFamily("kinderwerk_work_waiting", "Due and not done.", number)
    yield GaugeMetricFamily("kinderwerk_work_late_seconds", "The oldest.", _since(oldest, now))
    yield GaugeMetricFamily("kinderwerk_work_failing", "Tried, and it did not succeed.", failing)
    unsealed, _ = seals.waiting(session)
    yield GaugeMetricFamily("kinderwerk_trail_unsealed", "Entries not sealed yet.", unsealed)


def _since(oldest: datetime | None, now: datetime) -> float:
    return (now - oldest).total_seconds() if oldest else 0.0
