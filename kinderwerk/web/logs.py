"""Logs carry no values: a database's own message quotes the row that it refused.

Each answer is one line of JSON: when, which route (its pattern, never the address), which status,
how long. Errors tell their type, constraint and frames, never their words. Of the pages of children
there is no line at all, and no other line tells an address of theirs.
"""

import json
import logging
import time
import traceback
from collections.abc import Iterator
from typing import Final

from flask import Flask, Response, g, request
from sqlalchemy.exc import IntegrityError, StatementError
from typing_extensions import override

from kinderwerk.core import clock
from kinderwerk.storage.integrity import violated
from kinderwerk.web import child_pages

#: Pages of which even the pattern is nobody's business.
SILENT: Final = ("static",)
access_log: Final = logging.getLogger("kinderwerk.access")


class Discreet(logging.Filter):
    """Tells of a database error its type, constraint and frames, of children's pages no address."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if any(isinstance(link, StatementError) for link in _chain(error)):
            record.exc_info, record.exc_text = None, "\n".join(map(told, _chain(error)))
        record.args = (
            tuple(told(one) if isinstance(one, BaseException) else one for one in record.args or ())
            if isinstance(record.args, tuple)
            else record.args
        )
        _leave_out_children(record)
        return True


class Lines(logging.Formatter):
    """One JSON object a line."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        } | getattr(record, "told", {})
        if record.exc_text or record.exc_info:
            line["trace"] = record.exc_text or self.formatException(record.exc_info)  # type: ignore[arg-type]
        return json.dumps(line, ensure_ascii=False)


def _leave_out_children(record: logging.LogRecord) -> None:
    """Take out what Flask and the server write of a request that failed: its address."""
    message = record.getMessage()
    if (kept := child_pages.untold(message)) != message:
        record.msg, record.args = kept, ()
    if record.exc_info and not record.exc_text:
        record.exc_text = logging.Formatter().formatException(record.exc_info)
    if record.exc_text:
        record.exc_text = child_pages.untold(record.exc_text)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def told(error: BaseException) -> str:
    """Return the type, constraint and frames of an error, and none of its words."""
    frames = traceback.extract_tb(error.__traceback__)
    constraint = violated(error) if isinstance(error, IntegrityError) else None
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    places = (f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    return "\n".join([*places, f"{name} ({constraint})" if constraint else name])


def to_stderr() -> None:
    """Send every log record of this process to standard error, discreetly."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    handler.addFilter(Discreet())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _begin() -> None:
    g.began = time.perf_counter()


def took() -> float | None:
    """Return for how many seconds this request was worked on; None where nothing is told of it."""
    if request.endpoint in SILENT or child_pages.here() or "began" not in g:
        return None
    return time.perf_counter() - float(g.began)


def _tell(response: Response) -> Response:
    rule = request.url_rule.rule if request.url_rule else None
    if (seconds := took()) is not None:
        line = {
            "method": request.method, "route": rule, "status": response.status_code,
            "ms": round(1000 * seconds, 1),
        }  # fmt: skip
        access_log.info("answered", extra={"told": line})
    return response


def init_app(app: Flask) -> None:
    app.logger.addFilter(Discreet())
    app.before_request(_begin)
    app.after_request(_tell)
