"""Logs carry no values: a database's own message quotes the row that it refused.

Each answer is one line of JSON: when, which route (its pattern, never the address), which status,
how long. Where somebody tried to be let in, or was refused, it also tells who: the id of their
account, and marks that stand for the address they typed and for where they are on the network.
A row that is withheld and one that is missing leave the same line. Errors tell their type,
constraint and frames, never their words. Of the pages of children there is no line at all, and no
other line tells an address of theirs.
"""

import hmac
import json
import logging
import time
import traceback
from collections.abc import Iterator
from typing import Any, Final

from flask import Flask, Response, g, request
from sqlalchemy.exc import IntegrityError, StatementError
from typing_extensions import override

from kinderwerk.config import Settings
from kinderwerk.core import clock, line
from kinderwerk.storage.integrity import violated
from kinderwerk.web import child_pages
from kinderwerk.web.extensions import settings

#: Pages of which even the pattern is nobody's business.
SILENT: Final = ("static",)
#: Answers to who may not, knows no way in, comes too often, or sends what no page of ours would.
REFUSED: Final = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 429})
#: So long is a mark: enough to find the same again, and nothing to go back from.
MARK: Final = 16
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
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # a line for each page


def mark(settings: Settings, kind: str, text: str) -> str:
    """Return what stands in a line for a text, the same every time, under a key."""
    told = f"line {kind}:{text}".encode()
    return hmac.digest(settings.link_key, told, "sha256").hex()[:MARK]


def _who() -> dict[str, str]:
    """Tell who asked, as far as it was looked up already, and from where."""
    person = getattr(g.get("_login_user"), "actor", None)
    known = {"who": str(person.id)} if person is not None and person.id else {}
    return known | {"from": mark(settings(), "from", request.remote_addr or "nowhere")}


def _begin() -> None:
    line.begin()
    g.began = time.perf_counter()


def took() -> float | None:
    """Return for how many seconds this request was worked on; None where nothing is told of it."""
    if request.endpoint in SILENT or child_pages.here() or "began" not in g:
        return None
    return time.perf_counter() - float(g.began)


def _tell(response: Response) -> Response:
    rule = request.url_rule.rule if request.url_rule else None
    added = line.end()
    if (seconds := took()) is not None:
        told: dict[str, Any] = {
            "method": request.method, "route": rule, "status": response.status_code,
            "ms": round(1000 * seconds, 1),
        }  # fmt: skip
        if added or response.status_code in REFUSED:
            if "by" in added:
                added["by"] = mark(settings(), "by", added["by"])
            told |= added | _who()
        access_log.info("answered", extra={"told": told})
    return response


def init_app(app: Flask) -> None:
    app.logger.addFilter(Discreet())
    app.before_request(_begin)
    app.after_request(_tell)
