"""A rush in which families also give up, refuse and fall silent, and the server is killed in it."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any, Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from kinderwerk.activities.models import Activity
from kinderwerk.core import clock
from kinderwerk.messages.models import Message
from kinderwerk.signups import offers
from kinderwerk.signups.models import Signup, SignupStep
from kinderwerk.signups.rules import Standing
from tests.pages import hidden
from tests.rush import FORM, ROOT

PAUSE: Final = 0.05
PATIENCE: Final = 60.0
Sessions = Callable[[], AbstractContextManager[Session]]
T = TypeVar("T")


@dataclass(slots=True)
class Servers:
    """Web processes behind one port that stays open while they are killed and started again."""

    told: Mapping[str, str]
    processes: int
    door: socket.socket
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.door.getsockname()[1])

    def start(self) -> None:
        descriptor = self.door.fileno()
        command = [sys.executable, "-m", "tests.rush", "tests.rush:product", str(descriptor)]
        self.running = [
            subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **self.told}, pass_fds=[descriptor],
                stdout=subprocess.PIPE,
            )
            for _ in range(self.processes)
        ]  # fmt: skip
        for server in self.running:
            assert server.stdout
            assert server.stdout.readline() == b"ready\n"

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        for server in self.running:
            server.send_signal(how)
        for server in self.running:
            server.wait()
            assert server.stdout
            server.stdout.close()
        self.running = []


@contextmanager
def servers(told: Mapping[str, str], processes: int) -> Iterator[Servers]:
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as door:
        made = Servers(told, processes, door)
        made.start()
        try:
            yield made
        finally:
            made.stop()


@dataclass(slots=True)
class Report:
    """What a storm did, and everything that should not have happened."""

    took: float = 0.0
    times: list[float] = field(default_factory=list)
    again: int = 0  # requests that families had to send once more
    looks: int = 0
    deeds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Storm:
    """Families for one activity, each with a cookie; everything goes through HTTP but silence."""

    def __init__(
        self, sessions: Sessions, club_id: UUID, cookies: Mapping[UUID, str], seed: int = 1
    ) -> None:
        self.sessions, self.club_id, self.cookies = sessions, club_id, cookies
        self.chance = random.Random(seed)
        self.report = Report()
        self._over = threading.Event()

    def rage(self, web: Servers, at_once: int, kill_after: float) -> Report:
        """Let all families come, kill the servers once in the middle, and wait for calm."""
        beside = [
            threading.Thread(target=self._watch),
            threading.Thread(target=self._change_minds, args=(web,)),
            threading.Thread(target=_kill, args=(web, kill_after)),
        ]
        begun = time.perf_counter()
        for one in beside:
            one.start()
        with ThreadPoolExecutor(at_once) as families:
            done = families.map(lambda user_id: self._come(web, user_id), self.cookies)
            answered = list(done)
        self.report.took = time.perf_counter() - begun
        beside[2].join()
        self._over.set()
        for one in beside:
            one.join()
        self.report.wrong += [f"answered {code}" for code in answered if code != 303]
        return self.report

    def _come(self, web: Servers, user_id: UUID) -> int:
        begun = time.perf_counter()
        status = self._send(web, f"/sign-up/{self.club_id}", self.cookies[user_id])
        self.report.times.append(time.perf_counter() - begun)
        return status

    def _send(
        self, web: Servers, path: str, cookie: str, fields: Mapping[str, str] | None = None
    ) -> int:
        """Open a page and send its form; who gets no answer sends the same form again."""
        text, cookie = self._patiently(lambda: _get(web.port, path, cookie))
        if text is None:
            return int(cookie)
        form = urlencode(hidden(text) | dict(fields or {}), doseq=True)
        return self._patiently(lambda: _post(web.port, path, cookie, form))

    def _patiently(self, attempt: Callable[[], T]) -> T:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return attempt()
            except (OSError, HTTPException):
                self.report.again += 1
                if time.monotonic() > until:
                    raise
                time.sleep(PAUSE)

    def _watch(self) -> None:
        """Look again and again whether as many hold a place as there are places, or fewer."""
        with self.sessions() as session:
            while not self._over.is_set():
                held, taken, capacity = session.execute(_held(self.club_id)).one()
                session.rollback()
                self.report.looks += 1
                if held != taken or held > (capacity or held):
                    self.report.wrong.append(f"{held} held, {taken} counted, {capacity} there")
                time.sleep(PAUSE / 5)

    def _change_minds(self, web: Servers) -> None:
        """Let families give places up, say yes or no to offers, or say nothing until it is late."""
        with self.sessions() as session:
            while not self._over.wait(PAUSE):
                wanted = select(
                    Signup.id, Signup.standing, Signup.offer_id, Signup.offered_until,
                    Signup.made_by_id,
                ).where(
                    Signup.activity_id == self.club_id,
                    Signup.standing.in_((Standing.PLACED, Standing.OFFERED)),
                )  # fmt: skip
                there = session.execute(wanted.order_by(Signup.queue)).all()
                session.rollback()
                if there:
                    self._change_mind(web, self.chance.choice(there), session)

    def _change_mind(self, web: Servers, one: Any, session: Session) -> None:
        cookie, path = self.cookies[one.made_by_id], f"/sign-ups/{one.id}"
        if one.standing is Standing.PLACED:
            self._send(web, f"{path}/cancel", cookie)
            self.report.deeds["given up"] += 1
            return
        deed = self.chance.choice(("accepted", "refused", "silent"))
        self.report.deeds[deed] += 1
        if deed == "silent":
            with clock.stopped(one.offered_until):
                offers.over(session, one.offer_id)
            return
        answer = {"accepted": "yes", "refused": "no"}[deed]
        self._send(web, f"{path}/offer", cookie, {"children": str(one.id), "answer": answer})


def _kill(web: Servers, after: float) -> None:
    time.sleep(after)
    web.stop(signal.SIGKILL)
    web.start()


def _held(club_id: UUID) -> Select[tuple[int, int, int | None]]:
    holds = case((Signup.standing.in_((Standing.PLACED, Standing.OFFERED)), 1), else_=0)
    return (
        select(func.coalesce(func.sum(holds), 0), Activity.taken, Activity.capacity)
        .select_from(Activity)
        .outerjoin(Signup, Signup.activity_id == Activity.id)
        .where(Activity.id == club_id)
        .group_by(Activity.id)
    )


def _get(port: int, path: str, cookie: str) -> tuple[str | None, str]:
    """Return the page and the cookie from then on; no page, and the status, if there is none."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status != 200:
        return None, str(answer.status)
    return text, (answer.getheader("Set-Cookie") or cookie).partition(";")[0]


def _post(port: int, path: str, cookie: str, form: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", path, form, {"Cookie": cookie, **FORM})
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    return answer.status


def faults(session: Session, club_id: UUID, families: int) -> list[str]:
    """Say what is not as it was promised, once all is calm."""
    session.rollback()
    steps = session.execute(
        select(SignupStep.signup_id, SignupStep.standing)
        .join(Signup, Signup.id == SignupStep.signup_id)
        .where(Signup.activity_id == club_id)
        .order_by(SignupStep.id)
    ).all()
    line, found = _replay([(signup_id, standing) for signup_id, standing in steps])
    confirmed = {str(id) for id, standing in steps if standing is Standing.PLACED}
    messages = select(Message.subject_ids).where(Message.template == "signup.confirmed")
    told = Counter(about["signup"] for about in session.scalars(messages))
    ours = {str(id) for id, _standing in steps}
    if {id: n for id, n in told.items() if id in ours} != dict.fromkeys(confirmed, 1):
        found.append("confirmed and told are not the same, once each")
    children = select(func.count(Signup.child_id.distinct())).where(Signup.activity_id == club_id)
    if session.scalar(children) != families:
        found.append(f"{session.scalar(children)} of {families} families are known")
    held, taken, capacity = session.execute(_held(club_id)).one()
    if line and not held == taken == capacity:
        found.append(f"{held} of {capacity} places are given while {len(line)} wait")
    session.rollback()
    return found


def _replay(steps: Sequence[tuple[UUID, Standing]]) -> tuple[list[UUID], list[str]]:
    """Let the history of a line happen again: who waits in the end, and whose turn was missed."""
    line: list[UUID] = []
    seen: set[UUID] = set()
    found = []
    for signup_id, standing in steps:
        if standing is Standing.OFFERED and line[:1] != [signup_id]:
            found.append("offered to somebody who was not the first in line")
        if standing is Standing.PLACED and line and signup_id not in seen:
            found.append("placed at once, though others waited")
        seen.add(signup_id)
        if signup_id in line:
            line.remove(signup_id)
        if standing is Standing.WAITING:
            line.append(signup_id)
    return line, found
