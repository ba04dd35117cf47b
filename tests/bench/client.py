"""Somebody who asks for a page again and again on one connection, and costs little themselves."""

import json
import re
import socket
import sys
import time


def ask(port: int, path: str, cookie: str, seconds: float) -> list[float]:
    """Return how long each answer took, in seconds."""
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode()
    took: list[float] = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        _answer(connection, asked)
        until = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < until:
            _answer(connection, asked)
            took.append(time.perf_counter() - begun)
    return took


def _answer(connection: socket.socket, asked: bytes) -> None:
    connection.sendall(asked)
    told = b""
    while b"\r\n\r\n" not in told:
        told += connection.recv(65536)
    head, _, body = told.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(head.decode())
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    missing = int(length[1] if length else 0) - len(body)
    while missing > 0:
        missing -= len(connection.recv(65536))


if __name__ == "__main__":
    to, where, who, many = sys.argv[1:]
    print(json.dumps(ask(int(to), where, who, float(many))))
