"""A server that writes bytes as they are given, for answers that no HTTP library would frame, over TLS if it must."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.connections import heads, listening

Answer = Callable[[str], Iterable[bytes | tuple[bytes, bytes]]]
"""The pieces to write, one after the other, for a path: two in a tuple arrive as one, each a record of TLS."""


class RawServer:
    """Answers the requests of each connection as a function has it, and keeps the connection open for more."""

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.base_url = ""
        """Where it listens."""
        self.connections = 0
        """That were opened to it."""
        self.unasked = b""
        """What the next connection brings before any request came."""
        self._answer = answer
        self._tls = tls

    def serve(self, connection: socket.socket) -> None:
        """Answers the requests of one connection, none of which may have a body."""
        self.connections += 1
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is not None:
            # What is wrapped is no longer the listener's to close.
            with self._tls.wrap_socket(connection, server_side=True) as wrapped:
                self._serve(wrapped)
        else:
            self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        unasked, self.unasked = self.unasked, b""
        connection.sendall(unasked)
        for head in heads(connection):
            for piece in self._answer(head.split(" ")[1]):
                if isinstance(piece, bytes):
                    connection.sendall(piece)
                else:
                    _send_as_one(connection, piece)


def _send_as_one(connection: socket.socket, pieces: tuple[bytes, bytes]) -> None:
    cork = getattr(socket, "TCP_CORK", None)
    if cork is None:
        connection.sendall(b"".join(pieces))
        return
    connection.setsockopt(socket.IPPROTO_TCP, cork, 1)
    for piece in pieces:
        connection.sendall(piece)
    connection.setsockopt(socket.IPPROTO_TCP, cork, 0)


@contextmanager
def answering_raw(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """Runs a server while the context is open."""
    server = RawServer(answer, tls)
    with listening(server.serve) as port:
        server.base_url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        yield server


@contextmanager
def certificate() -> Iterator[tuple[ssl.SSLContext, str] | None]:
    """Yields the TLS of a server on 127.0.0.1 and the file that makes a client trust it; None where openssl is not."""
    with TemporaryDirectory() as folder:
        key, chain = (str(Path(folder, name)) for name in ("key.pem", "chain.pem"))
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        named = ["-subj", "/CN=attack", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", chain]
        made = False
        with suppress(FileNotFoundError):
            made = subprocess.run([*command, *named], capture_output=True, check=False).returncode == 0
        if not made:
            yield None
            return
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        yield context, chain


def framed(status: str, body: bytes, *headers: str, version: str = "HTTP/1.1") -> bytes:
    """Returns an answer with no header but these."""
    return "\r\n".join([f"{version} {status}", *headers, "", ""]).encode("latin-1") + body


def whole(status: str, body: bytes) -> bytes:
    """Returns an answer as it should be."""
    return framed(status, body, f"Content-Length: {len(body)}", "Connection: keep-alive")
