"""Handing mails to a mail server so that every fault is one of three: not accepted, unknown, or no fault at all.

A mail is the server's from the moment it has seen the end mark (CRLF . CRLF). Before that mark has left, nothing can
have been accepted. After it, only an answer tells; where none comes, nobody knows, and `Unclear` says so.
"""

import re
import select
import smtplib
import socket
import threading

from django.core.mail.backends import smtp

LIMIT = 120  # seconds a connection may last; then it is cut, so that no hand-over outlasts its lease (sending.LEASE)
FAREWELL = 2  # seconds to wait for an answer to QUIT; the mail is safe by then
END_MARK = b".\r\n"
LEADING_PERIOD = re.compile(rb"(?m)^\.")  # doubled, so that no line of the body is the end mark


class Unclear(Exception):
    """The end mark has left and no answer came: the server may have the mail or not."""

    def __init__(self, cause):
        self.cause = cause
        super().__init__(cause)


class WholeLines:
    """What a server says, line by line. A line that was cut off is no answer, whatever its beginning looks like."""

    def __init__(self, file):
        self.file = file

    def readline(self, limit):
        line = self.file.readline(limit)
        return line if line.endswith(b"\n") or len(line) == limit else b""

    def close(self):
        self.file.close()


class Careful:
    """What both connection classes do differently from Python's: the end mark goes by itself, and time is limited."""

    def connect(self, *args, **kwargs):
        self.watchdog = threading.Timer(LIMIT, self.cut)
        self.watchdog.daemon = True
        self.watchdog.start()
        try:
            return super().connect(*args, **kwargs)
        except OSError:  # smtplib's own errors are OSErrors too
            self.watchdog.cancel()
            raise

    def cut(self):
        """End the connection from outside; whoever reads from it sees that it was closed."""
        if self.sock is not None:
            try:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # below TLS, which another thread is in
            except OSError:
                return

    def close(self):
        if getattr(self, "watchdog", None):
            self.watchdog.cancel()
        super().close()

    def getreply(self):
        if self.file is None and self.sock is not None:
            self.file = WholeLines(self.sock.makefile("rb"))
        return super().getreply()

    def data(self, msg):
        """The body, and then the end mark: the three steps are methods of their own, and each can fail differently."""
        self.putcmd("data")
        code, reply = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        self.send_body(LEADING_PERIOD.sub(b"..", msg))
        try:
            self.send_end_mark()
            return self.read_verdict()
        except Exception as error:  # noqa: BLE001 - whatever happened here, nobody knows whether the mail was taken
            self.close()
            raise Unclear(type(error).__name__) from None

    def send_body(self, body):
        self.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        # A server that has spoken or hung up by now has not accepted what it has not seen the end of.
        if type(self.sock) is socket.socket and select.select([self.sock], [], [], 0)[0]:
            code, reply = self.getreply()
            self.close()
            raise Unclear("Answer before the end") if 200 <= code < 300 else smtplib.SMTPDataError(code, reply)

    def send_end_mark(self):
        self.send(END_MARK)

    def read_verdict(self):
        """A yes becomes 250; a definite no keeps its code; anything else is no answer."""
        code, reply = self.getreply()
        if 200 <= code < 300:
            return 250, reply
        if 400 <= code < 600:
            return code, reply
        raise smtplib.SMTPResponseException(code, reply)


class Plain(Careful, smtplib.SMTP):
    pass


class Encrypted(Careful, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's, with careful connections; a fault after the answer changes nothing about the answer."""

    @property
    def connection_class(self):
        return Encrypted if self.use_ssl else Plain

    def _close_connection(self, connection):
        try:
            if connection.sock is not None:
                connection.sock.settimeout(FAREWELL)
            connection.quit()
        except (OSError, smtplib.SMTPException):
            return
        finally:
            connection.close()
