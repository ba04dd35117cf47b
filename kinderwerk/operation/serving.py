"""How gunicorn serves Kinderwerk in several processes; `kinderwerk serve` starts it with this file.

gunicorn reads the names in lower case below as its settings. The application is made once and then
forked, so that processes share what they only read. Stopping lets requests finish that have begun.
"""

import gc
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from gunicorn import glogging
from prometheus_client import multiprocess
from typing_extensions import override

from kinderwerk.operation import figures
from kinderwerk.web import logs
from kinderwerk.web.extensions import db

#: Where Linux keeps files in memory: figures must not end a process when a disk is full.
MEMORY: Final = "/dev/shm"  # noqa: S108

gc.disable()  # until all is loaded: what goes in between leaves holes, which each process fills
worker_class = "gthread"
preload_app = True
graceful_timeout = 30
timeout = 60
keepalive = 75
max_requests, max_requests_jitter = 20_000, 2_000
control_socket_disable = True


class Logger(glogging.Logger):  # type: ignore[misc]
    """What gunicorn says goes the way of every other line; of requests it says nothing."""

    @override
    def setup(self, cfg: Any) -> None:
        logs.to_stderr()
        self.error_log = logging.getLogger("gunicorn.error")
        self.error_log.setLevel(logging.INFO)
        self.access_log = logging.getLogger("gunicorn.access")
        self.access_log.disabled = True


logger_class = Logger


def post_fork(server: Any, worker: Any) -> None:
    """Let go of connections that are open all the same: two processes must not share one."""
    figures.open_file()
    with worker.app.wsgi().app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)


def child_exit(server: Any, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    shutil.rmtree(os.environ.get(figures.SHARED, ""), ignore_errors=True)


def become(host: str, port: int, processes: int, threads: int, proxies: int) -> NoReturn:
    """Replace this process by gunicorn."""
    command = [
        sys.executable, "-m", "gunicorn", "--config", f"python:{__name__}",
        "--bind", f"{host}:{port}", "--workers", str(processes), "--threads", str(threads),
        "--forwarded-allow-ips", "*" if proxies else "",
        "kinderwerk.app:served()",
    ]  # fmt: skip
    os.execve(sys.executable, command, _surroundings(os.environ))  # noqa: S606


def _surroundings(now: Mapping[str, str]) -> dict[str, str]:
    name = f"kinderwerk-figures-{os.getpid()}-"
    return {**now, figures.SHARED: tempfile.mkdtemp(prefix=name, dir=room())}


def room() -> str:
    """Return where figures lie: in memory, or where there is no such place, on the disk."""
    return MEMORY if os.access(MEMORY, os.W_OK) else tempfile.gettempdir()
