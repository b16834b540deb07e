"""Places that an attempt may end up at in place of the service: nobody there, no such name, no TLS."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from tests.faults.connections import Serve, listening, reset, wait_until_left

# Too long for a question, so that no resolver is asked: nothing here talks beyond loopback.
_UNRESOLVABLE = ".".join(["no-such-host-anywhere-on-this-earth"] * 8) + ".invalid"
_TLS_HANDSHAKE_FAILURE = bytes.fromhex("15 03 01 00 02 02 28")


def _alert(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(_TLS_HANDSHAKE_FAILURE)
    wait_until_left(connection)


def _cut(connection: socket.socket) -> None:
    connection.recv(65536)


def _reset_unread(connection: socket.socket) -> None:
    # Any earlier, and the client may notice while it still connects, and then knows that nothing was sent.
    connection.recv(1, socket.MSG_PEEK)
    reset(connection)


def _speak_http(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    wait_until_left(connection)


_SERVERS: Mapping[str, tuple[str, Serve]] = {
    "tls_alert": ("https", _alert),
    "tls_cut": ("https", _cut),
    "tls_stalled": ("https", wait_until_left),
    "tls_not_spoken": ("https", _speak_http),
    "reset_unread": ("http", _reset_unread),
}
PLACES = ("refused", "unresolvable", *_SERVERS)


@contextmanager
def places() -> Iterator[Mapping[str, str]]:
    """Yields the base URL of each place."""
    with ExitStack() as stack:
        # Bound, so that nobody else takes the port; but nobody listens.
        unheard = stack.enter_context(socket.socket())
        unheard.bind(("127.0.0.1", 0))
        yield {
            "refused": f"http://127.0.0.1:{unheard.getsockname()[1]}",
            "unresolvable": f"http://{_UNRESOLVABLE}",
            **{
                name: f"{scheme}://127.0.0.1:{stack.enter_context(listening(serve))}"
                for name, (scheme, serve) in _SERVERS.items()
            },
        }
