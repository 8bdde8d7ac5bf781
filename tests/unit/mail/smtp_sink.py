"""A small SMTP server on loopback that speaks STARTTLS and keeps what it is sent."""

from __future__ import annotations

import base64
import datetime as dt
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class SmtpSink:
    """What the server is told to do, and what it got."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    offers_tls: bool = True
    password: str = "right"
    refuses: bool = False
    in_the_clear: list[str] = field(default_factory=list)


def make_certificate(folder: Path) -> Path:
    """Write a self-signed certificate for 127.0.0.1 with its key into one file and return its path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def running(sink: SmtpSink, certificate: Path) -> Iterator[SmtpSink]:
    """Serve ``sink`` on a free port of loopback until the block ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            _converse(self.request, sink, context)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()


def _converse(connection, sink: SmtpSink, context: ssl.SSLContext) -> None:  # type: ignore[no-untyped-def]
    secure = False
    connection.sendall(b"220 sink ready\r\n")
    reader = connection.makefile("rb")
    while line := reader.readline().decode("ascii").strip():
        verb = line.split()[0].upper()
        if not secure:
            sink.in_the_clear.append(verb)
        if verb == "EHLO":
            offers = ["STARTTLS"] if sink.offers_tls and not secure else ["AUTH PLAIN"] if secure else []
            reply = "".join(f"250-{word}\r\n" for word in ["sink", *offers]) + "250 SIZE 1000000\r\n"
        elif verb == "STARTTLS" and sink.offers_tls:
            connection.sendall(b"220 go ahead\r\n")
            try:
                connection = context.wrap_socket(connection, server_side=True)
            except ssl.SSLError:
                return
            reader, secure = connection.makefile("rb"), True
            continue
        elif verb == "AUTH":
            _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
            sink.logins.append(user)
            reply = "235 welcome\r\n" if password == sink.password else "535 no\r\n"
        elif verb == "DATA":
            connection.sendall(b"354 go on\r\n")
            mail = b""
            while (part := reader.readline()) != b".\r\n":
                mail += part.removeprefix(b".") if part.startswith(b"..") else part
            sink.mails.append(mail)
            reply = "250 kept\r\n"
        elif verb == "QUIT":
            connection.sendall(b"221 bye\r\n")
            connection.close()
            return
        else:
            reply = "550 unknown person\r\n" if verb == "RCPT" and sink.refuses else "250 fine\r\n"
        connection.sendall(reply.encode())
