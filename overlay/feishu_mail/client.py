"""``FeishuMail`` and ``AsyncFeishuMail``: the entry to everything, and the owner of the connections."""

import os
from types import TracebackType
from typing import Final, Self

import httpx

from feishu_mail.access_tokens import AsyncTokenCallable, AsyncTokenSource, TokenCallable, TokenSource, conceal
from feishu_mail.arguments import DEFAULT_BASE_URL, DEFAULT_TIMEOUT, check_base_url, check_timeout
from feishu_mail.drafts import AsyncDrafts, Drafts
from feishu_mail.http_clients import new_async_client, new_client
from feishu_mail.options import Options, check_http_client, check_policy
from feishu_mail.retry_policy import RetryPolicy

BASE_URL_VARIABLE: Final = "FEISHU_BASE_URL"
_DEFAULT_POLICY: Final = RetryPolicy()


class FeishuMail:
    """A client for Feishu and Lark mail drafts. Safe to use from several threads.

    Use it as a context manager, or call ``close``.

    Args:
        access_token: a user access token, or a callable that returns one and is asked again when the service calls the
            token expired or invalid. Default: the environment variable ``FEISHU_USER_ACCESS_TOKEN``.
        base_url: where the service is. Default: the environment variable ``FEISHU_BASE_URL``, else Feishu; Lark is
            ``https://open.larksuite.com``.
        timeout: seconds, or an ``httpx.Timeout``, for each attempt. Default: 30, or that of ``http_client``.
        retry: how long a send keeps trying.
        http_client: your own ``httpx.Client``, for proxies, certificates or limits. You close it.
        allow_insecure_http: allow ``http://`` to another machine, which sends the token in the clear.

    Raises:
        InvalidArgument: an argument cannot be used.
        AuthenticationError: there is no access token.
    """

    def __init__(
        self,
        *,
        access_token: str | TokenCallable | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = None,
        retry: RetryPolicy = _DEFAULT_POLICY,
        http_client: httpx.Client | None = None,
        allow_insecure_http: bool = False,
    ) -> None:
        token = conceal(access_token)
        del access_token
        self._base_url: httpx.URL | None = None
        url = _base_url(base_url, allow_insecure_http=allow_insecure_http)
        self._base_url = url
        policy = check_policy(retry)
        tokens = TokenSource(token)
        limits = _timeout(timeout, http_client)
        self._own_client: httpx.Client | None = None
        if http_client is None:
            http_client = self._own_client = new_client(url, limits)
        self.drafts: Final = Drafts(
            Options(
                base_url=url,
                timeout=limits,
                retry=policy,
                allow_insecure_http=allow_insecure_http,
                http_client=check_http_client(http_client, httpx.Client),
                client_type=httpx.Client,
                tokens=tokens,
            )
        )
        """The drafts of the user's mailboxes."""

    def close(self) -> None:
        """Closes the connections, except those of your own ``http_client``."""
        if self._own_client is not None:
            self._own_client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"FeishuMail(base_url={None if self._base_url is None else str(self._base_url)!r})"


class AsyncFeishuMail:
    """The same for tasks, under asyncio or trio: ``await mail.drafts.send(...)``.

    Use it as an async context manager, or await ``aclose``. ``access_token`` may also be an async callable, and
    ``http_client`` is an ``httpx.AsyncClient``; all else is as in ``FeishuMail``.

    Raises:
        InvalidArgument: an argument cannot be used.
        AuthenticationError: there is no access token.
    """

    def __init__(
        self,
        *,
        access_token: str | AsyncTokenCallable | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = None,
        retry: RetryPolicy = _DEFAULT_POLICY,
        http_client: httpx.AsyncClient | None = None,
        allow_insecure_http: bool = False,
    ) -> None:
        token = conceal(access_token)
        del access_token
        self._base_url: httpx.URL | None = None
        url = _base_url(base_url, allow_insecure_http=allow_insecure_http)
        self._base_url = url
        policy = check_policy(retry)
        tokens = AsyncTokenSource(token)
        limits = _timeout(timeout, http_client)
        self._own_client: httpx.AsyncClient | None = None
        if http_client is None:
            http_client = self._own_client = new_async_client(url, limits)
        self.drafts: Final = AsyncDrafts(
            Options(
                base_url=url,
                timeout=limits,
                retry=policy,
                allow_insecure_http=allow_insecure_http,
                http_client=check_http_client(http_client, httpx.AsyncClient),
                client_type=httpx.AsyncClient,
                tokens=tokens,
            )
        )
        """The drafts of the user's mailboxes."""

    async def aclose(self) -> None:
        """Closes the connections, except those of your own ``http_client``."""
        if self._own_client is not None:
            await self._own_client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncFeishuMail(base_url={None if self._base_url is None else str(self._base_url)!r})"


def _base_url(given: str | None, *, allow_insecure_http: bool) -> httpx.URL:
    if given is None:
        # Set but blank is a mistake, not a wish for the real service.
        given = os.environ.get(BASE_URL_VARIABLE, DEFAULT_BASE_URL)
    return check_base_url(given, allow_insecure_http=allow_insecure_http)


def _timeout(given: object, http_client: object) -> httpx.Timeout:
    if given is None:
        given = http_client.timeout if isinstance(http_client, httpx.Client | httpx.AsyncClient) else DEFAULT_TIMEOUT
    return check_timeout(given)
