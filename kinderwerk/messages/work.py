"""What a worker does once its time has come.

    @register("trail.seal", every=timedelta(hours=1))
    def seal(session: Session, subject: str) -> None: ...

A handler may run twice for the same thing and then changes nothing the second time. It opens its
own unit of work. What recurs has its own kind as subject and is seen to by every worker.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

Handler = Callable[[Session, str], None]


@dataclass(frozen=True, slots=True)
class Job:
    do: Handler
    every: timedelta | None = None


ALIVE: Final = "worker.alive"
JOBS: Final[dict[str, Job]] = {}


def register(kind: str, every: timedelta | None = None) -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        if kind in JOBS:
            raise ValueError(f"{kind} has a handler already")
        JOBS[kind] = Job(handler, every)
        return handler

    return keep


def recurring() -> list[str]:
    return [kind for kind, job in JOBS.items() if job.every]


@register(ALIVE, every=timedelta(minutes=1))
def alive(session: Session, subject: str) -> None:
    """Do nothing, in time: that this is not overdue tells that a worker is at work."""
