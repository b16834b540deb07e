"""What goes out and what comes back, as values."""

import enum
import math
import ssl
from collections.abc import Mapping
from typing import NamedTuple

import httpx


class Route(NamedTuple):
    """How a base URL is reached from this machine."""

    proxy: httpx.Proxy | None
    tls: ssl.SSLContext | None
    only_loopback: bool = False
    """Whether a connection that leads to another machine is given up, because the token would leave in the clear."""


class Attempt(NamedTuple):
    """A request that is ready to leave."""

    request: httpx.Request
    route: Route
    writes: bool
    leave_by: float = math.inf
    """By ``time.monotonic()``: afterwards not a byte may leave."""

    @property
    def may_have_left(self) -> bool:
        """Whether any of it was written. Only connections of our own can say that none was."""
        try:
            return bool(self.request.extensions["timeout"]["write"].has_begun)
        except (AttributeError, LookupError, TypeError):  # a caller's own client, whose hooks may put anything there
            return True


class RawAnswer(NamedTuple):
    """What came back, as far as it came."""

    http_status: int
    headers: Mapping[str, str]
    content: bytes
    problem: str | None = None
    """Why the body is not whole."""
    is_repetition: bool = False
    """Whether a caller's own transport had sent the request before, whatever came of that."""


class Loss(enum.Enum):
    """Why there is no answer."""

    UNREACHABLE = "no connection was established"
    CERTIFICATE = "the certificate was refused, so that no request left"
    NOT_MADE = "the request could not be made"
    CLOSED = "the client was closed before"
    UNANSWERED = "the request may have left"
    FOREIGN = "code of the caller's own client failed; the request may have left"


class NoAnswer(NamedTuple):
    """An exchange that brought not even a status."""

    loss: Loss
    error: Exception

    @property
    def may_have_left(self) -> bool:
        """Whether the service may have got the request."""
        return self.loss in (Loss.UNANSWERED, Loss.FOREIGN)
