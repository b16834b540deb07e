"""The HTTP clients that are made for a user who brings none."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.request import getproxies

import anyio
import httpx

from feishu_mail.arguments import is_loopback

_HEADERS: Final = {"Accept": "application/json"}


class OwnClient(httpx.Client):
    """A client that nobody else can reach: no setting, hook or transport of a caller's has to be respected."""


class OwnAsyncClient(httpx.AsyncClient):
    """The same for tasks, of which one at a time chooses its connection.

    httpcore offers a free connection to every request that asks before the first one has taken it. All the others then
    ask anew, and again in vain, so that of 16 requests at once each asks about ten times.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._turns = anyio.Lock(fast_acquire=True)

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Sends the request, as the base class does.

        Raises:
            httpx.PoolTimeout: the turn did not come in the time that the request may wait for a connection.
        """
        await self._take_turn(request)
        is_choosing = True
        trace = request.extensions["trace"]

        async def end_turn(event: str, info: Mapping[str, Any]) -> None:
            # A request's events are those of its connection: with the first of them it has one.
            nonlocal is_choosing
            if is_choosing:
                is_choosing = False
                self._turns.release()
            await trace(event, info)

        request.extensions["trace"] = end_turn
        try:
            return await super().send(request, **options)
        finally:
            if is_choosing:
                self._turns.release()

    async def _take_turn(self, request: httpx.Request) -> None:
        try:
            self._turns.acquire_nowait()
        except anyio.WouldBlock:
            try:
                with anyio.fail_after(request.extensions["timeout"]["pool"]):
                    await self._turns.acquire()
            except TimeoutError:
                raise httpx.PoolTimeout("no connection was free in time", request=request) from None


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
