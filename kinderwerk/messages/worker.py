"""The worker: sends what waits in the outbox, and does the work that is due.

Any number may run at once, on any number of machines. Each claims rows with a lease, so that what
one leaves behind when it dies is done by another. No transaction is open while mail is sent.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from email.message import EmailMessage
from typing import Any, Final

from flask import Flask

from kinderwerk.core import clock
from kinderwerk.messages import holding, post, queries, rendering, service, work
from kinderwerk.messages.models import DueWork, Message
from kinderwerk.messages.rules import LEASE, Channel
from kinderwerk.messages.sms import Text
from kinderwerk.web.extensions import as_system
from kinderwerk.web.extensions import settings as current_settings
from kinderwerk.web.logs import told

log: Final = logging.getLogger("kinderwerk.worker")
AT_ONCE: Final = 20
PAUSE: Final = 2.0
PATIENCE: Final = 30.0


def run(app: Flask, stop: threading.Event) -> None:
    """Work until told to stop; a database that does not answer is tried again."""
    while not stop.is_set():
        try:
            busy = turn(app)
        except Exception as error:
            log.error("the worker stumbled\n%s", told(error))
            busy = False
        if not busy:
            stop.wait(PAUSE)


@contextmanager
def beside(app: Flask) -> Iterator[None]:
    """Have a worker as a thread of this process; at the end it finishes what it is at."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(app, stop), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)


def turn(app: Flask) -> bool:
    """Send some messages and do one piece of work; tell whether there was anything."""
    with app.app_context():
        service.see_to(as_system(), work.recurring())
    sent = send_some(app)
    return do_one(app) or sent


def send_some(app: Flask) -> bool:
    with app.app_context():
        settings = current_settings()
        claimed = service.claim_messages(as_system(), AT_ONCE, post.channels(settings))
    if claimed:
        with post.Post(settings) as line:
            until = clock.now() + LEASE / 2
            for message_id in claimed:
                if clock.now() < until:  # else another worker might send it too
                    _send(app, message_id, line)
    return bool(claimed)


def do_one(app: Flask) -> bool:
    with app.app_context():
        due = service.claim_work(as_system(), work.JOBS)
    if due is None:
        return False
    try:
        with _like_a_request(app):
            work.JOBS[due.kind].do(as_system(), due.subject)
    except Exception as error:
        log.error("work of kind %s failed\n%s", due.kind, told(error))
        with app.app_context():
            service.work_failed(as_system(), due, post.told(error))
    else:
        with app.app_context():
            service.work_done(as_system(), due, _again(due))
    return True


def _again(done: DueWork) -> datetime | None:
    every = work.JOBS[done.kind].every
    return clock.now() + every if every else None


def _send(app: Flask, message_id: int, line: post.Post) -> None:
    try:
        made = _written(app, message_id)
        if made is not None:
            line.send(made)
    except holding.Held:
        with app.app_context():
            holding.hold(as_system(), message_id)
        return
    except Exception as error:
        _put_off(app, message_id, error)
        return
    with app.app_context():
        settle = service.sent if made is not None else service.dropped
        settle(as_system(), message_id)


def _written(app: Flask, message_id: int) -> EmailMessage | Text | None:
    with _like_a_request(app):
        session = as_system()
        message = session.get_one(Message, message_id)
        if queries.rests(session, message):
            raise post.Rests
        mail = rendering.render(session, message)
        if mail is None:
            return None
        if message.channel is Channel.SMS:
            return post.texted(message, mail)
        return post.addressed(current_settings(), message, mail)


def _put_off(app: Flask, message_id: int, error: Exception) -> None:
    log.warning("message %s was not sent\n%s", message_id, told(error))
    with app.app_context():
        service.not_sent(as_system(), message_id, post.told(error), for_good=post.permanent(error))


def _like_a_request(app: Flask) -> AbstractContextManager[Any]:
    """Words and addresses are made as in a request to the public address."""
    settings = app.extensions["kinderwerk_settings"]
    return app.test_request_context("/", base_url=settings.public_url)
