"""The programs that serve people and do the work: they start, they add up, they stop politely."""

import os
import signal
import socket
import time
from pathlib import Path
from typing import Final

import pytest
from flask import Flask

from kinderwerk.operation.serving import room
from tests.programs import PATIENCE, ask, awake, free_port, program
from tests.rush import environment

TOKEN: Final = "for the monitor, and for tests"


@pytest.fixture
def told(app: Flask) -> dict[str, str]:
    settings = app.extensions["kinderwerk_settings"]
    return {**os.environ, **environment(settings), "KINDERWERK_MONITOR_TOKEN": TOKEN}


def answers(port: int) -> float:
    _, told = ask(port, "/metrics", Authorization=f"Bearer {TOKEN}")
    name = 'kinderwerk_answers_total{kind="2xx"} '
    return sum(float(line.removeprefix(name)) for line in told.splitlines() if name in line)


def test_several_processes_serve_and_count_together(told: dict[str, str]) -> None:
    port, memory = free_port(), Path(room())
    with program(told, "serve", "--port", str(port), "--processes", "2") as running:
        awake(port, running)
        before = answers(port)
        for _ in range(20):
            assert ask(port, "/sign-in")[0] == 200
        assert {answers(port) - before for _ in range(6)} == {20}
        figures = f"kinderwerk-figures-{running.pid}-*"
        assert list(memory.glob(f"{figures}/*.db"))
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE) == 0
    assert list(memory.glob(figures)) == []


def test_a_form_that_is_half_sent_is_still_taken_while_it_stops(told: dict[str, str]) -> None:
    port = free_port()
    with program(told, "serve", "--port", str(port), "--processes", "1") as running:
        awake(port, running)
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
            head = "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n"
            line.sendall((head + kind + "email").encode())
            time.sleep(1)  # until the form is at somebody's
            running.send_signal(signal.SIGTERM)
            time.sleep(1)
            line.sendall(b"=abcd")
            assert line.recv(12).startswith(b"HTTP/1.1 400")  # for it lacks the token of a form
        assert running.wait(PATIENCE) == 0


@pytest.mark.parametrize("words", [("run", "--port"), ("worker",)])
def test_one_process_stops_when_it_is_told_to(told: dict[str, str], words: tuple[str, ...]) -> None:
    port = free_port()
    words = (*words, str(port)) if len(words) > 1 else words
    with program(told, *words) as running:
        if "run" in words:
            awake(port, running)
            assert ask(port, "/sign-in")[0] == 200
        else:
            assert running.stdout
            assert running.stdout.readline() == "The worker is at work.\n"
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=PATIENCE)
        assert running.returncode == 0, (out, err)
        assert "Traceback" not in out + err
        assert "run" in words or "The worker has finished what it was at." in out


def test_children_are_in_no_line_of_gunicorn(told: dict[str, str]) -> None:
    port = free_port()
    with program(told, "serve", "--port", str(port), "--processes", "1") as running:
        awake(port, running)
        for path in ("/kids/", "/kids/talk?who=me", "/kids/%zz"):
            ask(port, path)
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
            line.sendall(b"GET /kids/secret HTTP/9.9\r\nHost: x\r\n\r\n")
            line.recv(100)
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=PATIENCE)
        assert "kids" not in out + err
