"""Connections of our own: each request has one to itself, and nobody else can reach them.

A write opens its connection and closes it after its answer, so that an answer can only ever answer the request it was
sent for. A read may take over the connection of an earlier one, if that one ended with not a byte too many. What all
share is the TLS context.
"""

import importlib.util
import os
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Generic, NamedTuple, TypeVar

import httpcore
import httpx

from feishu_mail.wire.addresses import is_host, proxy_for
from feishu_mail.wire.library_logs import keep_library_logs_discreet
from feishu_mail.wire.limits import AsyncLimitedBackend, LimitedBackend
from feishu_mail.wire.messages import Attempt, RawAnswer, Route

_TLS_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
_MOST_IDLE: Final = 20
_IDLE_SECONDS: Final = 5.0
"""As long as httpx keeps a connection by default."""


class EnvironmentProblem(NamedTuple):
    """Why the environment's proxies or certificates cannot be used."""

    reason: str
    cause: Exception | None = None


_UNUSABLE_PROXY: Final = EnvironmentProblem("the proxy that the environment names cannot be used")


class _Connection:
    """One connection, to where its first request goes.

    It stands where httpx's transports have a pool. A pool's lock would wait for itself for ever where Ctrl-C comes as
    it is taken, and a cancelled task could leave a connection behind in it.
    """

    def __init__(self, pool: httpcore.ConnectionPool | httpcore.AsyncConnectionPool) -> None:
        self._pool = pool
        self._opened: Any = None

    def handle_request(self, request: httpcore.Request) -> Any:
        """Sends the first request, or a further one to the same place."""
        self._opened = self._opened or self._pool.create_connection(request.url.origin)
        return self._opened.handle_request(request)

    def handle_async_request(self, request: httpcore.Request) -> Any:
        """Does the same for tasks; what it returns is to be awaited."""
        self._opened = self._opened or self._pool.create_connection(request.url.origin)
        return self._opened.handle_async_request(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened, name)


class _Reusable:
    _pool: Any

    def can_be_used_again(self) -> bool:
        """Returns whether the connection is open, and nothing waits on it that nobody asked for."""
        return bool(self._pool.is_available() and not self._pool.has_expired())


class OwnTransport(_Reusable, httpx.HTTPTransport):
    """httpx's transport over one connection of ours, whose network backend keeps the limits.

    It is a subclass so that tools that patch ``httpx.HTTPTransport`` in tests see our requests like anybody's.
    """

    def __init__(self, route: Route) -> None:
        # The base class would make a pool, without our network backend; everything else that it does is wanted.
        backend = LimitedBackend(only_loopback=route.only_loopback)
        self._pool = _Connection(httpcore.ConnectionPool(network_backend=backend, **_settings(route)))


class OwnAsyncTransport(_Reusable, httpx.AsyncHTTPTransport):
    """The same for tasks."""

    def __init__(self, route: Route) -> None:
        backend = AsyncLimitedBackend(only_loopback=route.only_loopback)
        self._pool = _Connection(httpcore.AsyncConnectionPool(network_backend=backend, **_settings(route)))


TransportType = TypeVar("TransportType", OwnTransport, OwnAsyncTransport)


class Connections(Generic[TransportType]):
    """Hands out transports, each for one request at a time, and keeps some that reads may use again."""

    def __init__(self, new_transport: Callable[[Route], TransportType]) -> None:
        self.is_closed = False
        self._new_transport: Callable[[Route], TransportType] = new_transport
        self._tls: ssl.SSLContext | None = None
        self._idle: dict[tuple[object, ...], list[TransportType]] = {}
        keep_library_logs_discreet()

    def route(self, url: httpx.URL, *, allow_insecure_http: bool = False) -> Route | EnvironmentProblem:
        """Returns how to reach a base URL, as the environment has it."""
        proxy = _read_proxy(proxy_for(url))
        if isinstance(proxy, EnvironmentProblem):
            return proxy
        if self._tls is None and url.scheme == "https":
            context = _new_tls_context()
            if isinstance(context, EnvironmentProblem):
                return context
            self._tls = context
        # An address is what it is; a name leads to where the resolver says.
        is_name = "localhost" in url.host
        return Route(proxy, self._tls, only_loopback=url.scheme == "http" and is_name and not allow_insecure_http)

    def new(self, attempt: Attempt) -> TransportType:
        """Returns a transport for one request; give it to ``keeps``, or close it, afterwards."""
        return self._new_transport(attempt.route)

    def idle(self, attempt: Attempt, scope: object = None) -> TransportType | None:
        """Returns a transport that an earlier read left; ``scope`` is the event loop, where there is one."""
        idle = [] if attempt.writes else self._idle.get(_key(attempt, scope), [])
        with suppress(IndexError):
            return idle.pop()
        return None

    def keeps(self, transport: TransportType, attempt: Attempt, answer: RawAnswer, scope: object = None) -> bool:
        """Returns whether the transport is kept for the next read; the caller closes it if not."""
        limits = attempt.request.extensions["timeout"]["read"]
        # Elsewhere the body may end before its length says: a 204 and a 304 have none, and chunks say it themselves.
        ends_by_length = answer.http_status == 200 and "transfer-encoding" not in answer.headers
        length = answer.headers.get("content-length") if ends_by_length else None
        # TLS within TLS can hold back what came too much, where nobody sees it.
        is_seen_through = attempt.route.proxy is None or attempt.route.proxy.url.scheme != "https"
        if attempt.writes or answer.problem or not (is_seen_through and limits.came_exactly(length)):
            return False
        key = _key(attempt, scope)
        # Those of another process, or of a loop that is over, must not be touched, not even to be closed.
        self._idle = {known: kept for known, kept in self._idle.items() if known[:2] == key[:2]}
        idle = self._idle.setdefault(key, [])
        if self.is_closed or len(idle) >= _MOST_IDLE:
            return False
        idle.append(transport)
        return True

    def closing(self, scope: object = None) -> list[TransportType]:
        """Marks the connections as closed, and returns the transports that the caller now has to close."""
        self.is_closed = True
        idle, self._idle = self._idle, {}
        return [transport for key, kept in idle.items() if key[:2] == (os.getpid(), scope) for transport in kept]


def _key(attempt: Attempt, scope: object) -> tuple[object, ...]:
    url, proxy = attempt.request.url, attempt.route.proxy
    return os.getpid(), scope, url.scheme, url.host, url.port, proxy and str(proxy.url)


def _settings(route: Route) -> dict[str, Any]:
    settings: dict[str, Any] = {"ssl_context": route.tls, "keepalive_expiry": _IDLE_SECONDS}
    proxy = route.proxy
    if proxy is not None:
        url = httpcore.URL(scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=b"/")
        settings["proxy"] = httpcore.Proxy(url, auth=proxy.raw_auth, headers=proxy.headers.raw)
    return settings


def _read_proxy(address: str | None) -> httpx.Proxy | EnvironmentProblem | None:
    if address is None:
        return None
    try:
        proxy = httpx.Proxy(address)
        is_usable = is_host(proxy.url)
    except Exception:  # noqa: BLE001 -- it quotes the address, which may hold a password
        return _UNUSABLE_PROXY
    if not is_usable:
        return _UNUSABLE_PROXY
    if proxy.url.scheme.startswith("socks") and importlib.util.find_spec("socksio") is None:
        return EnvironmentProblem("a SOCKS proxy needs the package socksio (pip install socksio)")
    return proxy


def _new_tls_context() -> ssl.SSLContext | EnvironmentProblem:
    try:
        return httpx.create_ssl_context()
    except Exception as error:  # noqa: BLE001 -- becomes the cause of ours
        named = ", ".join(name for name in _TLS_VARIABLES if os.environ.get(name)) or "the certificates"
        return EnvironmentProblem(f"{named} cannot be used ({type(error).__name__})", error)
