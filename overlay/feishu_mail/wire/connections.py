"""Connections of our own: a write has one to itself, reads share some. Nobody else can reach them.

A write opens its connection and closes it after its answer, so that an answer can only ever answer the request it was
sent for. What all share is the TLS context.
"""

import importlib.util
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import httpcore
import httpx

from feishu_mail.wire.addresses import is_host, proxy_for
from feishu_mail.wire.limits import AsyncLimitedBackend, LimitedBackend

_TLS_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
_NEVER_KEPT: Final = {"max_connections": 1, "max_keepalive_connections": 0}
_KEPT: Final = {"max_connections": 100, "max_keepalive_connections": 20, "keepalive_expiry": 5.0}
"""As httpx does by default."""


@dataclass(frozen=True, slots=True)
class EnvironmentProblem:
    """Why the environment's proxies or certificates cannot be used."""

    reason: str
    cause: Exception | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """How a base URL is reached from this machine."""

    proxy: httpx.Proxy | None
    tls: ssl.SSLContext | None


_UNUSABLE_PROXY: Final = EnvironmentProblem("the proxy that the environment names cannot be used")


class OwnTransport(httpx.HTTPTransport):
    """httpx's transport over a pool of ours, whose network backend keeps the limits.

    It is a subclass so that tools that patch ``httpx.HTTPTransport`` in tests see our requests like anybody's.
    """

    def __init__(self, route: Route, **limits: Any) -> None:
        # The base class would make a pool that takes no network backend; everything else that it does is wanted.
        self._pool = httpcore.ConnectionPool(network_backend=LimitedBackend(), **_settings(route), **limits)


class OwnAsyncTransport(httpx.AsyncHTTPTransport):
    """The same for tasks."""

    def __init__(self, route: Route, **limits: Any) -> None:
        self._pool = httpcore.AsyncConnectionPool(network_backend=AsyncLimitedBackend(), **_settings(route), **limits)


TransportType = TypeVar("TransportType", OwnTransport, OwnAsyncTransport)


class Connections(Generic[TransportType]):
    """Hands out transports, and keeps those that reads share."""

    def __init__(self, new_transport: Callable[..., TransportType]) -> None:
        self.is_closed = False
        self._new_transport: Callable[..., TransportType] = new_transport
        self._tls: ssl.SSLContext | None = None
        self._shared: dict[tuple[object, ...], TransportType] = {}

    def route(self, url: httpx.URL) -> Route | EnvironmentProblem:
        """Returns how to reach a base URL, as the environment has it."""
        proxy = _read_proxy(proxy_for(url))
        if isinstance(proxy, EnvironmentProblem):
            return proxy
        if self._tls is None and url.scheme == "https":
            context = _new_tls_context()
            if isinstance(context, EnvironmentProblem):
                return context
            self._tls = context
        return Route(proxy, self._tls)

    def for_write(self, route: Route) -> TransportType:
        """Returns a transport for one request; close it afterwards."""
        return self._new_transport(route, **_NEVER_KEPT)

    def for_reads(self, route: Route, scope: object = None) -> TransportType:
        """Returns the transport that reads share, within this process and ``scope``, such as an event loop."""
        key = (os.getpid(), scope, route.proxy and str(route.proxy.url), route.tls)
        transport = self._shared.get(key)
        if transport is None:
            # Those of another process or of a loop that is over must not be touched, not even to be closed.
            self._shared = {known: kept for known, kept in self._shared.items() if known[:2] == key[:2]}
            transport = self._shared[key] = self._new_transport(route, **_KEPT)
        return transport

    def taken(self, scope: object = None) -> list[TransportType]:
        """Marks the connections as closed, and returns the transports that the caller now has to close."""
        self.is_closed = True
        shared, self._shared = self._shared, {}
        return [transport for key, transport in shared.items() if key[:2] == (os.getpid(), scope)]


def _settings(route: Route) -> dict[str, Any]:
    proxy = route.proxy
    if proxy is None:
        return {"ssl_context": route.tls}
    url = httpcore.URL(scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=b"/")
    return {
        "ssl_context": route.tls,
        "proxy": httpcore.Proxy(url, auth=proxy.raw_auth, headers=proxy.headers.raw),
    }


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
