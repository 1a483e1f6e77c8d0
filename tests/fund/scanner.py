"""A virus scanner of our own, over a real socket: it finds the EICAR test file, and can be broken in every way."""

import socket
import struct
import threading
import time
from contextlib import contextmanager

from tests.fund.sample_files import EICAR


def read_exactly(connection, length):
    data = b""
    while len(data) < length:
        part = connection.recv(length - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


class Scanner:
    """address: for CLAMD_URL. mode: "", or how it fails. seen: the contents that came in whole."""

    def __init__(self, path=None):
        self.mode, self.seen = "", []
        self.socket = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self.socket.bind(str(path) if path else ("127.0.0.1", 0))
        self.socket.listen(20)
        self.address = f"unix://{path}" if path else f"tcp://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            with connection:
                try:
                    self.answer(connection)
                except OSError:
                    continue

    def answer(self, connection):
        if self.mode == "silent":
            time.sleep(1)
            return
        if read_exactly(connection, 10) != b"zINSTREAM\0":
            connection.sendall(b"UNKNOWN COMMAND\0")
            return
        data = b""
        while length := struct.unpack(">I", read_exactly(connection, 4))[0]:
            data += read_exactly(connection, length)
            if self.mode == "small" and len(data) > 100_000:
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.seen.append(data)
        if self.mode == "dead":
            return
        if self.mode == "drip":
            for sign in b"stream: OK":
                time.sleep(0.2)
                connection.sendall(bytes([sign]))
        told = {"half": b"stream: O", "odd": b"stream: OK, perhaps\0", "error": b"stream: Can't allocate ERROR\0"}
        found = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"
        connection.sendall(told.get(self.mode) or (found if EICAR in data else b"stream: OK\0"))

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(2)


@contextmanager
def running(path=None):
    scanner = Scanner(path)
    try:
        yield scanner
    finally:
        scanner.close()
