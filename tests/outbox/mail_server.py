"""A mail server of our own that does at each step what it was told: answer, refuse, hang, answer late, hang up."""

import re
import socket
import ssl
import threading
import time
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

STEPS = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "body", "end", "QUIT")
FINE = {
    "greeting": "220 ready",
    "EHLO": "250 hello",
    "HELO": "250 hello",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "end": "250 2.0.0 taken",
    "QUIT": "221 bye",
    "RSET": "250 ok",
}


class MailServer:
    """Use as a context manager. behaviour: {step: what}; what: an answer, "hang", "close", "late" or "drip".

    taken: the bodies whose end mark it has seen and whose taking it did not refuse.
    """

    LATE = 1.5  # seconds

    def __init__(self, **behaviour):
        self.behaviour, self.taken, self.seen = behaviour, [], []
        self.ended = threading.Event()

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.listen, daemon=True)]
        self.threads[0].start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(5)

    def listen(self):
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self.serve, args=(client,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def serve(self, client):
        with client, client.makefile("rb") as lines:
            try:
                self.talk(client, lines)
            except OSError:
                return

    def talk(self, client, lines):
        if not self.answer(client, "greeting"):
            return
        for raw in lines:
            step = re.match(rb"[A-Za-z]*", raw).group().decode().upper()
            if not self.answer(client, step):
                return
            if step == "DATA" and self.behaviour.get("DATA", "354").startswith("354"):
                if self.behaviour.get("body") == "close":
                    lines.readline()
                    return
                if "body" in self.behaviour:
                    lines.readline()
                    client.sendall(self.behaviour["body"].encode() + b"\r\n")
                    return
                body = b"".join(iter(lines.readline, b".\r\n"))
                if self.behaviour.get("end", "250")[0] not in "45":
                    self.taken.append(body)
                if not self.answer(client, "end"):
                    return
            if step == "QUIT":
                return

    def answer(self, client, step):
        """False where the connection ends here."""
        self.seen.append(step)
        told = self.behaviour.get(step, FINE.get(step, "502 what?"))
        if told == "close":
            return False
        if told == "hang":
            self.ended.wait(30)
            return False
        if told == "late":
            self.ended.wait(self.LATE)
            told = FINE[step]
        if told == "drip":
            while not self.ended.is_set():
                client.sendall(b"2")
                time.sleep(0.05)
            return False
        client.sendall(told.encode() + b"\r\n")
        return True


class EncryptedMailServer(MailServer):
    """The same behind TLS, from the start or after STARTTLS."""

    def __init__(self, context, from_the_start):
        super().__init__() if from_the_start else super().__init__(EHLO="250-hello\r\n250 STARTTLS")
        self.context, self.from_the_start = context, from_the_start

    def serve(self, client):
        if not self.from_the_start:
            client.sendall(b"220 ready\r\n")
            while not client.recv(1000).upper().startswith(b"STARTTLS"):
                client.sendall(self.behaviour["EHLO"].encode() + b"\r\n")
            client.sendall(b"220 go on\r\n")
        with self.context.wrap_socket(client, server_side=True) as inside:
            with inside.makefile("rb") as lines:
                self.talk(inside, lines)

    def answer(self, client, step):
        greeted = step == "greeting" and not self.from_the_start  # before the encryption began
        return greeted or super().answer(client, step)


def certificates(folder):
    """(for the client, for the server): contexts that trust one certificate made for this test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = timezone.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = folder / "both.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(certificate.public_bytes(pem) + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return ssl.create_default_context(cafile=path), server
