"""A listener on loopback that gives each connection a thread of its own, and the rough ways to end one."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONGEST_SILENCE = 20.0
"""Seconds after which a silent connection is given up, so that no thread outlives its test for long."""

Serve = Callable[[socket.socket], None]


def heads(connection: socket.socket) -> Iterator[str]:
    """Yields the head of each request that comes, none of which may have a body."""
    received = b""
    while True:
        while b"\r\n\r\n" not in received:
            if not (chunk := connection.recv(65536)):
                return
            received += chunk
        head, _, received = received.partition(b"\r\n\r\n")
        yield head.decode("latin-1")


def reset(connection: socket.socket) -> None:
    """Ends the connection with a reset in place of an orderly end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def wait_until_left(connection: socket.socket) -> None:
    """Returns when the other side has gone, or has been silent for too long."""
    while connection.recv(65536):
        pass


@contextmanager
def listening(serve: Serve) -> Iterator[int]:
    """Serves every connection to the port that it yields."""

    def serve_safely(connection: socket.socket) -> None:
        with connection:
            connection.settimeout(LONGEST_SILENCE)
            try:
                serve(connection)
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve_safely, args=(connection,), daemon=True).start()

    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
