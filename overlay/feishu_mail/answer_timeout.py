"""The time that an answer may take as a whole; httpx by itself bounds only each pause in it.

httpcore hands a request's read timeout to the connection at every read. So the timeout that it is given here knows when
the answer has to be whole, and connections are taught, as they open, to ask it what is left.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, Self

import httpx

_OPENED: Final = (".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")
_LEAVING: Final = ".send_request_headers.started"


class AnswerTimeout(float):
    """The seconds for a whole answer, counted from its first read. To whoever does not ask, they are plain seconds."""

    _clock: Callable[[], float]
    _ends: float | None

    def __new__(cls, seconds: float, clock: Callable[[], float] = time.monotonic) -> Self:
        """Takes the seconds, as ``float`` does."""
        self = super().__new__(cls, seconds)
        self._clock = clock
        self._ends = None
        return self

    def remaining(self) -> float:
        """Returns the seconds that are left.

        Raises:
            httpx.ReadTimeout: there are none.
        """
        now = self._clock()
        if self._ends is None:
            self._ends = now + self
        if now >= self._ends:
            raise httpx.ReadTimeout("the answer was not whole in time")
        return self._ends - now


def bound_answer(request: httpx.Request, seconds: float, *, is_async: bool) -> None:
    """Gives the request's answer ``seconds`` to be whole."""
    request.extensions["timeout"]["read"] = AnswerTimeout(seconds)
    request.extensions["trace"] = _teach_async if is_async else _teach


def _teach(event: str, info: Mapping[str, Any]) -> None:
    if event.endswith(_OPENED):
        stream = info["return_value"]
        stream.read = partial(_read, stream.read)
    elif event.endswith(_LEAVING) and info["request"].method != b"CONNECT":
        # No connection opens any more for this request, so that what is left of it need not be told.
        request = info["request"]
        request.extensions = {name: value for name, value in request.extensions.items() if name != "trace"}


async def _teach_async(event: str, info: Mapping[str, Any]) -> None:
    _teach(event, info)


def _read(read: Callable[..., Any], max_bytes: int, timeout: float | None = None) -> Any:
    # Serves both kinds of connection: for tasks the result is what the caller awaits.
    return read(max_bytes, timeout.remaining() if isinstance(timeout, AnswerTimeout) else timeout)
