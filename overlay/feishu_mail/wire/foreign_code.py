"""Code of the caller's that stands between us and the network: what its errors prove, and how often it sent a request.

A transport of a caller's own client may repeat requests, its hooks and anybody's log handlers may raise whatever they
like. So the class of an error says that nothing left only where nobody but httpx and httpcore took part in it.
"""

import traceback
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx

_HTTPX: Final = frozenset(("feishu_mail", "httpx", "httpcore", "contextlib"))
_TRANSPORT_METHODS: Final = frozenset(("handle_request", "handle_async_request"))


def is_from_httpx_alone(error: Exception) -> bool:
    """Returns whether no code but ours, httpx's and httpcore's took part in the failure."""
    return isinstance(error.__cause__, Exception) and _HTTPX.issuperset(_modules(error))


def is_from_logging(error: Exception) -> bool:
    """Returns whether a log handler or filter raised it."""
    return "logging" in _modules(error)


def is_no_answer(error: Exception, request: httpx.Request) -> bool:
    """Returns whether the transport of a caller's client says that this request was not answered.

    What a hook raises is not that, also where it has called somebody else.
    """
    names = {frame.f_code.co_name for frame, _ in traceback.walk_tb(error.__traceback__)}
    if not isinstance(error, httpx.TransportError) or _TRANSPORT_METHODS.isdisjoint(names):
        return False
    try:
        return error.request is request
    except RuntimeError:  # it knows of no request
        return False


def _modules(error: Exception) -> Iterator[str]:
    """Yields the packages whose code raised the error, or what httpx made it of, or let it pass."""
    for link in (error, error.__cause__):
        if link is not None:
            for frame, _ in traceback.walk_tb(link.__traceback__):
                yield str(frame.f_globals.get("__name__")).partition(".")[0]


class Departures:
    """Counts how often a request began to leave, as far as the caller's transport hands its extensions to httpcore."""

    def __init__(self, request: httpx.Request, *, for_tasks: bool = False) -> None:
        self.count = 0
        self._callers: Any = request.extensions.get("trace")
        request.extensions["trace"] = self._note_async if for_tasks else self._note

    def _note(self, event: str, info: Mapping[str, Any]) -> Any:
        # CONNECT is a request of its own, to the proxy.
        if event.endswith(".send_request_headers.started") and info["request"].method != b"CONNECT":
            self.count += 1
        return None if self._callers is None else self._callers(event, info)

    async def _note_async(self, event: str, info: Mapping[str, Any]) -> None:
        awaited = self._note(event, info)
        if awaited is not None:
            await awaited
