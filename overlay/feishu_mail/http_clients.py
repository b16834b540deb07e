"""The HTTP clients that are made for a user who brings none."""

from collections.abc import Mapping
from typing import Final
from urllib.request import getproxies

import httpx

from feishu_mail.arguments import is_loopback

_HEADERS: Final = {"Accept": "application/json"}


class OwnClient(httpx.Client):
    """A client that nobody else can reach: no setting, hook or transport of a caller's has to be respected."""


class OwnAsyncClient(httpx.AsyncClient):
    """The same for tasks."""


def new_client(base_url: httpx.URL, timeout: httpx.Timeout) -> OwnClient:
    """Returns a client that follows no redirects and never waits for ever."""
    return OwnClient(headers=_HEADERS, timeout=timeout, follow_redirects=False, mounts=_without_proxy(base_url))


def new_async_client(base_url: httpx.URL, timeout: httpx.Timeout) -> OwnAsyncClient:
    """Returns the same for tasks."""
    return OwnAsyncClient(headers=_HEADERS, timeout=timeout, follow_redirects=False, mounts=_without_proxy(base_url))


def _without_proxy(base_url: httpx.URL) -> Mapping[str, None]:
    # A proxy from the environment cannot reach this machine's own loopback, and must not see the token in the clear.
    # Each exception is looked at for each request, so that there are none where there is no proxy.
    if not getproxies():
        return {}
    hosts = {"localhost", "127.0.0.1", "[::1]"}
    if is_loopback(base_url) and ":" not in base_url.host:
        hosts.add(base_url.host)
    return {f"all://{host}": None for host in hosts}
