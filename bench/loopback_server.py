"""A server that sends and shows every draft at once, so that the clients are what is measured.

Prints its base URL as its first line, serves until SIGTERM or until its standard input ends, and needs nothing but the
standard library: it runs beside any environment. It keeps no state, and judges no more than a client could notice.
"""

import asyncio
import os
import re
import signal
import sys

DRAFT = rb"/open-apis/mail/v1/user_mailboxes/[^/ ]+/drafts/[^/ ]+"
AUTHORIZATION = re.compile(rb"\r\nauthorization: bearer \S", re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSING = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)

SENT = b'{"code": 0, "msg": "success", "data": {"message_id": "197c5d72e22e1d79", "thread_id": "197c5d72e22e1d78"}}'
SHOWN = b'{"code": 0, "msg": "success", "data": {"draft": {"id": "draft-1", "message": {"subject": "Hello"}}}}'
NO_TOKEN = b'{"code": 99991661, "msg": "Missing access token for authorization."}'


def answer(status: bytes, body: bytes, content_type: bytes = b"application/json; charset=utf-8") -> bytes:
    """Returns a whole HTTP answer with the headers that the service sends."""
    return b"\r\n".join(
        [
            b"HTTP/1.1 " + status,
            b"Content-Type: " + content_type,
            b"Content-Length: %d" % len(body),
            b"X-Tt-Logid: 20260101000000C0FFEE00000000000001",
            b"Date: Thu, 01 Jan 2026 00:00:00 GMT",
            b"",
            body,
        ]
    )


ANSWERS = [
    (re.compile(b"POST " + DRAFT + rb"/send HTTP/1\.1\r\n"), answer(b"200 OK", SENT)),
    (re.compile(b"GET " + DRAFT + rb"(\?[^ ]*)? HTTP/1\.1\r\n"), answer(b"200 OK", SHOWN)),
]
ANSWER_NO_TOKEN = answer(b"400 Bad Request", NO_TOKEN)
ANSWER_NO_OPERATION = answer(b"404 Not Found", b"404 page not found", b"text/plain; charset=utf-8")


def answer_to(head: bytes) -> bytes:
    """Returns the answer to a request, of which only the head matters."""
    for operation, success in ANSWERS:
        if operation.match(head):
            return success if AUTHORIZATION.search(head) else ANSWER_NO_TOKEN
    return ANSWER_NO_OPERATION


class Connection(asyncio.Protocol):
    """One connection, kept open for as long as the client wants."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Takes the transport."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers every request that is whole."""
        self._received += data
        while self._transport and (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[: end + 2]
            length = LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < whole:
                return
            self._received = self._received[whole:]
            closing = CLOSING.search(head)
            self._transport.write(
                answer_to(head).replace(b"\r\n", b"\r\nConnection: close\r\n" if closing else b"\r\n", 1)
            )
            if closing:
                self._transport.close()
                return


async def serve() -> None:
    """Serves on a free port of the loopback until it is told to stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=1024)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)

    def read_input() -> None:
        # Whoever started it holds the other end, so that it never outlives them.
        if not os.read(sys.stdin.fileno(), 1024):
            stopped.set()

    loop.add_reader(sys.stdin.fileno(), read_input)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
