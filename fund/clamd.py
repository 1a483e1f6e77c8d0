"""Asking a virus scanner (clamd) about a content, by its INSTREAM protocol. Only its plain "OK" means a clean file."""

import socket
import struct
import time
from urllib.parse import unquote, urlsplit

CHUNK = 64 * 1024
ANSWER = 4096  # bytes of an answer that are read at most


class NoVerdict(Exception):
    """The scanner did not answer in time, or not with a verdict."""


def scan(data, address, *, seconds):
    """True where the scanner finds nothing, False where it finds something; raises NoVerdict.

    address: tcp://host:port or unix:///path. seconds: for everything together.
    """
    deadline = time.monotonic() + seconds
    try:
        with connect(address, deadline) as connection:
            try:
                send(connection, data, deadline)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has had enough, and its answer says why
            answer = receive(connection, deadline)
    except OSError as error:
        raise NoVerdict(type(error).__name__) from None
    if answer == b"stream: OK":
        return True
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return False
    raise NoVerdict("no verdict")


def is_there(address, *, seconds=2):
    """True where something listens at the address at all."""
    try:
        connect(address, time.monotonic() + seconds).close()
    except OSError:
        return False
    return True


def connect(address, deadline):
    url = urlsplit(address)
    if url.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(left(deadline))
            connection.connect(unquote(url.path))
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((url.hostname, url.port or 3310), timeout=left(deadline))


def left(deadline):
    """Seconds until the deadline; raises TimeoutError once it is over."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def send(connection, data, deadline):
    connection.settimeout(left(deadline))
    connection.sendall(b"zINSTREAM\0")
    for start in range(0, len(data), CHUNK):
        chunk = data[start : start + CHUNK]
        connection.settimeout(left(deadline))
        connection.sendall(struct.pack(">I", len(chunk)) + chunk)
    connection.sendall(struct.pack(">I", 0))


def receive(connection, deadline):
    """The answer without its closing zero byte; raises ConnectionError where it breaks off."""
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER:
        connection.settimeout(left(deadline))
        part = connection.recv(ANSWER)
        if not part:
            raise ConnectionError
        answer += part
    return answer.rstrip(b"\0")
