"""What one answer may take: seconds as a whole, and bytes. httpx by itself bounds only each pause between two bytes.

httpcore hands a request's read timeout to the connection at every read, so the timeout carries the limits, and
connections of our own network backend ask it for what is left. To any other connection it is a plain number of seconds.
"""

import ipaddress
import math
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any, Final, Self

import anyio
import httpcore

_END_OF_HEAD: Final = b"\r\n\r\n"


class ReadLimits(float):
    """The seconds for a whole answer, counted from its first read, and the bytes that are read of it at most."""

    _most_bytes: int
    _clock: Callable[[], float]
    _ends: float | None
    _received: int
    _beginning: bytes
    _may_be_more: bool

    def __new__(cls, seconds: float, most_bytes: int, clock: Callable[[], float] = time.monotonic) -> Self:
        """Takes the seconds, as ``float`` does."""
        self = super().__new__(cls, seconds)
        self._most_bytes = most_bytes
        self._clock = clock
        self._ends = None
        self._received = 0
        self._beginning = b""
        self._may_be_more = False
        return self

    def remaining(self) -> float:
        """Returns the seconds that are left.

        Raises:
            httpcore.ReadTimeout: there are none.
        """
        now = self._clock()
        if self._ends is None:
            self._ends = now + self
        if now >= self._ends:
            raise httpcore.ReadTimeout("the answer was not whole in time")
        return self._ends - now

    def count(self, data: bytes, asked: int) -> bytes:
        """Returns the data, of which so many bytes were asked for.

        Raises:
            httpcore.ReadError: it is more than may be read.
        """
        self._received += len(data)
        # asyncio takes in more at once than it hands out, and no one sees what it holds.
        self._may_be_more = len(data) >= asked
        if self._received > self._most_bytes:
            raise httpcore.ReadError("the answer is too long")
        if _END_OF_HEAD not in self._beginning:
            self._beginning += data
        return data

    def came_exactly(self, body_length: str | None) -> bool:
        """Returns whether what came is one answer with a body of this length, in digits, and not a byte beside it."""
        head, end, _ = self._beginning.partition(_END_OF_HEAD)
        if self._may_be_more or not end or body_length is None or not (body_length.isascii() and body_length.isdigit()):
            return False
        return self._received == len(head) + len(end) + int(body_length)


class WriteLimit(float):
    """The seconds for writing a request, until when it may leave, and whether any of it did."""

    has_begun: bool
    _leave_by: float
    _clock: Callable[[], float]

    def __new__(cls, seconds: float, leave_by: float = math.inf, clock: Callable[[], float] = time.monotonic) -> Self:
        """Takes the seconds, as ``float`` does."""
        self = super().__new__(cls, seconds)
        self.has_begun = False
        self._leave_by = leave_by
        self._clock = clock
        return self

    def begin(self) -> None:
        """Notes that bytes are about to leave.

        Raises:
            httpcore.ConnectTimeout: it is too late, and nothing has left.
            httpcore.WriteTimeout: it is too late for the rest.
        """
        # A process that was suspended on its way here finds that the permit to call has expired.
        if self._clock() > self._leave_by:
            raise (httpcore.WriteTimeout if self.has_begun else httpcore.ConnectTimeout)("it is too late to leave")
        self.has_begun = True


class LimitedBackend(httpcore.NetworkBackend):
    """httpcore's own connections, with an eye on the limits that a request carries, and on where they lead."""

    def __init__(self, *, only_loopback: bool = False) -> None:
        self._backend = httpcore.SyncBackend()
        self._only_loopback = only_loopback

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Opens a connection, as the base class does."""
        stream = self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        if self._only_loopback and (problem := _why_not_loopback(stream)):
            stream.close()
            raise httpcore.ConnectError(problem) from OSError(problem)
        return _Stream(stream)


class AsyncLimitedBackend(httpcore.AsyncNetworkBackend):
    """The same for tasks."""

    def __init__(self, *, only_loopback: bool = False) -> None:
        # Any: its type is not there for checkers that reckon with an absent anyio.
        self._backend: Any = httpcore.AnyIOBackend()
        self._only_loopback = only_loopback

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Opens a connection, as the base class does."""
        stream = await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        if self._only_loopback and (problem := _why_not_loopback(stream)):
            await stream.aclose()
            raise httpcore.ConnectError(problem) from OSError(problem)
        return _AsyncStream(stream)


def _why_not_loopback(stream: httpcore.NetworkStream | httpcore.AsyncNetworkStream) -> str | None:
    try:
        address = stream.get_extra_info("server_addr")
    except OSError:
        address = None
    if address is None:
        return "the connection ended at once"
    if ipaddress.ip_address(address[0]).is_loopback:
        return None
    return "the host's name leads to another machine, where plain http would send the token in the clear"


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if not isinstance(timeout, ReadLimits):
            return self._stream.read(max_bytes, timeout)
        return timeout.count(self._stream.read(max_bytes, timeout.remaining()), max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if isinstance(timeout, WriteLimit):
            timeout.begin()
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(*arguments, **options))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        if not isinstance(timeout, ReadLimits):
            return await self._stream.read(max_bytes, timeout)
        return timeout.count(await self._stream.read(max_bytes, timeout.remaining()), max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        if isinstance(timeout, WriteLimit):
            timeout.begin()
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(self, *arguments: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        try:
            return _AsyncStream(await self._stream.start_tls(*arguments, **options))
        except BaseException:
            # httpcore does so after what is an Exception, and a cancellation is none.
            with anyio.CancelScope(shield=True):
                await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        return (info == "is_readable" and self._holds_records()) or self._stream.get_extra_info(info)

    def _holds_records(self) -> bool:
        # Under anyio TLS takes from the socket what has arrived, and hands out one record of it.
        tls = self._stream.get_extra_info("ssl_object")
        if not isinstance(tls, ssl.SSLObject):
            return False
        try:
            tls.read(1)
        except ssl.SSLError as error:
            return not isinstance(error, ssl.SSLWantReadError)
        return True
