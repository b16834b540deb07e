"""A server that gives one fixed answer, byte for byte: for answers that no sandbox should have to give."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class OneAnswerServer:
    """Answers every connection with the same bytes and keeps what it was sent.

    With a pause the bytes come one at a time, until they are all there or the client has gone.
    """

    def __init__(self, answer: bytes, pause: float = 0) -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        self._pause = pause
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                received = b""
                try:
                    while b"\r\n\r\n" not in received and (chunk := connection.recv(65536)):
                        received += chunk
                    self.requests.append(received)
                    self._send(connection)
                except OSError:
                    continue

    def _send(self, connection: socket.socket) -> None:
        if not self._pause:
            connection.sendall(self._answer)
            return
        for byte in self._answer:
            connection.sendall(bytes([byte]))
            time.sleep(self._pause)

    def close(self) -> None:
        """Stops listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@contextmanager
def answering(status: str, body: bytes = b"", *headers: str) -> Iterator[OneAnswerServer]:
    """Runs a server that answers with this status line's rest, headers and body."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    server = OneAnswerServer("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
    try:
        yield server
    finally:
        server.close()
