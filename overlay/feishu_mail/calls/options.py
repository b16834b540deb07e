"""The options of a client, and those of one call over them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Self, TypedDict, TypeVar

import httpx

from feishu_mail.calls.arguments import (
    DEFAULT_TIMEOUT,
    check_access_token,
    check_base_url,
    check_callable,
    check_environment,
    check_instance,
    check_timeout,
)
from feishu_mail.calls.call import OnRetry
from feishu_mail.calls.retry_policy import RetryPolicy
from feishu_mail.wire.access_tokens import AsyncTokenCallable, AsyncTokenSource, TokenCallable, TokenSource
from feishu_mail.wire.addresses import is_loopback
from feishu_mail.wire.connections import Connections, OwnAsyncTransport, OwnTransport
from feishu_mail.wire.messages import Route

ClientType = TypeVar("ClientType", httpx.Client, httpx.AsyncClient)
SourceType = TypeVar("SourceType", TokenSource, AsyncTokenSource)


class CallOptions(TypedDict, total=False):
    """What every call takes; each overrides the client's option of the same name. None changes nothing."""

    base_url: str | None
    timeout: float | httpx.Timeout | None
    retry: RetryPolicy | None
    access_token: str | TokenCallable | None
    http_client: httpx.Client | None


class AsyncCallOptions(TypedDict, total=False):
    """The same for ``AsyncFeishuMail``."""

    base_url: str | None
    timeout: float | httpx.Timeout | None
    retry: RetryPolicy | None
    access_token: str | AsyncTokenCallable | None
    http_client: httpx.AsyncClient | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Options(Generic[ClientType, SourceType]):
    """Everything a call needs besides its operation and parameters; already checked."""

    connections: Connections[Any]
    client_type: type[ClientType]
    new_source: Callable[..., SourceType]
    allow_insecure_http: bool
    base_url: httpx.URL
    service: str
    """The base URL as a text that is the same for the same service, however this machine is spelled."""
    route: Route
    tokens: SourceType
    timeout: httpx.Timeout
    retry: RetryPolicy
    http_client: ClientType | None = None
    on_retry: OnRetry | None = None

    def overridden(self, given: Mapping[str, Any]) -> Self:
        """Returns these options with those given over them. A token among them is concealed.

        Raises:
            FeishuMailError: one of them cannot be used.
        """
        changes: dict[str, Any] = {}
        for name, value in given.items():
            if value is not None:
                changes[name] = self._checked(name, value)
        if "access_token" in changes:
            changes["tokens"] = changes.pop("access_token")
        url, client = changes.get("base_url", self.base_url), changes.get("http_client", self.http_client)
        if url is not self.base_url or client is not self.http_client:
            route = _route(self.connections, url, client, self.allow_insecure_http)
            changes |= {"route": route, "service": _service(url)}
        return replace(self, **changes) if changes else self

    def _checked(self, name: str, value: object) -> object:
        match name:
            case "base_url":
                return check_base_url(value, allow_insecure_http=self.allow_insecure_http)
            case "timeout":
                return check_timeout(value)
            case "retry":
                return check_instance(name, value, RetryPolicy)
            case "access_token":
                return self.new_source(check_access_token(value))
            case "http_client":
                return check_instance(name, value, self.client_type)
            case "on_retry":
                return check_callable(name, value)
            case _:
                raise TypeError(f"unexpected keyword argument {name!r}")


def options_of_a_client(
    given: Mapping[str, Any],
    *,
    client_type: type[ClientType],
    new_source: Callable[..., SourceType],
    connections: Connections[OwnTransport] | Connections[OwnAsyncTransport],
) -> Options[ClientType, SourceType]:
    """Returns the options that a client is constructed with; what is not given comes from the environment or a default.

    Raises:
        FeishuMailError: one of them cannot be used.
    """
    given = dict(given)
    allow_insecure_http = check_instance("allow_insecure_http", given.pop("allow_insecure_http"), bool)
    url = check_base_url(given.pop("base_url"), allow_insecure_http=allow_insecure_http)
    client = given.get("http_client")
    timeout = client.timeout if isinstance(client, httpx.Client | httpx.AsyncClient) else DEFAULT_TIMEOUT
    source = new_source(check_access_token(given.pop("access_token")))
    return Options(
        connections=connections,
        client_type=client_type,
        new_source=new_source,
        allow_insecure_http=allow_insecure_http,
        base_url=url,
        service=_service(url),
        route=_route(connections, url, client, allow_insecure_http),
        tokens=source,
        timeout=check_timeout(timeout),
        retry=RetryPolicy(),
    ).overridden(given)


def _service(url: httpx.URL) -> str:
    return str(url.copy_with(host="localhost") if is_loopback(url) else url).rstrip("/")


def _route(connections: Connections[Any], url: httpx.URL, http_client: object, allow_insecure_http: bool) -> Route:
    # A caller's own client has its own proxies and certificates.
    if http_client is not None:
        return Route(None, None)
    return check_environment(connections.route(url, allow_insecure_http=allow_insecure_http))
