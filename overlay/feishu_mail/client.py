"""``FeishuMail`` and ``AsyncFeishuMail``: the entry to everything."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Final, Self, Unpack

import httpx

from feishu_mail.calls.call import OnRetry
from feishu_mail.calls.callers import AsyncCaller, Caller
from feishu_mail.calls.options import AsyncCallOptions, CallOptions
from feishu_mail.calls.pace import Pace
from feishu_mail.calls.retry_policy import RetryPolicy
from feishu_mail.resources.drafts import AsyncDrafts, Drafts
from feishu_mail.wire.access_tokens import AsyncTokenCallable, TokenCallable
from feishu_mail.wire.secrecy import conceal

_OF_THE_DOCUMENT: Final = Pace()


class FeishuMail:
    """A client for Feishu and Lark mail. Safe to use from several threads.

    Use it as a context manager, or call ``close``.

    Args:
        access_token: a user access token, or a callable that returns one and is asked again when the service calls the
            token expired or invalid. Default: the environment variable ``FEISHU_USER_ACCESS_TOKEN``.
        base_url: where the service is. Default: the environment variable ``FEISHU_BASE_URL``, else Feishu; Lark is
            ``https://open.larksuite.com``.
        timeout: seconds, or an ``httpx.Timeout``, for each attempt. Default: 30, or that of ``http_client``.
        retry: how long a call keeps trying.
        pace: how many calls leave in how many seconds at most, for all threads and ``with_options`` together. Default:
            ``Pace()``, the service's documented limits; ``SharedPace`` keeps to them together with other processes, and
            None leaves it to the service to refuse. A wait that does not fit ``retry`` is a ``RateLimitError`` at once.
        http_client: your own ``httpx.Client``, for proxies, certificates or limits. You close it.
        allow_insecure_http: allow ``http://`` to another machine, which sends the token in the clear.
        on_retry: called before each wait, with the failure and the seconds; what it raises is ignored.
        sleep: waits between attempts, given the seconds. Default: ``time.sleep``.

    Raises:
        ConfigurationError: an argument, or the environment's proxy or certificates, cannot be used.
        AuthenticationError: there is no access token.
    """

    drafts: Final[Drafts]
    """The drafts of the user's mailboxes."""

    def __init__(
        self,
        *,
        access_token: str | TokenCallable | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = None,
        retry: RetryPolicy | None = None,
        pace: Pace | None = _OF_THE_DOCUMENT,
        http_client: httpx.Client | None = None,
        allow_insecure_http: bool = False,
        on_retry: OnRetry | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        token = conceal(access_token)
        del access_token
        self._caller = Caller(
            sleep,
            pace,
            access_token=token,
            base_url=base_url,
            timeout=timeout,
            retry=retry,
            http_client=http_client,
            allow_insecure_http=allow_insecure_http,
            on_retry=on_retry,
        )
        self.drafts = Drafts(self._caller)

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """Returns this client with other options; both share their connections, and closing one closes both."""
        caller = self._caller.with_options(options)
        other = object.__new__(type(self))
        other.__dict__.update(_caller=caller, drafts=Drafts(caller))
        return other

    def close(self) -> None:
        """Closes the connections, except those of your own ``http_client``."""
        self._caller.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={_shown(getattr(self, '_caller', None))})"


class AsyncFeishuMail:
    """The same for tasks, under asyncio or trio: ``await mail.drafts.send(...)``.

    Use it as an async context manager, or await ``aclose``. ``access_token`` may also be an async callable, ``sleep``
    is one, and ``http_client`` is an ``httpx.AsyncClient``; all else is as in ``FeishuMail``.

    Raises:
        ConfigurationError: an argument, or the environment's proxy or certificates, cannot be used.
        AuthenticationError: there is no access token.
    """

    drafts: Final[AsyncDrafts]
    """The drafts of the user's mailboxes."""

    def __init__(
        self,
        *,
        access_token: str | AsyncTokenCallable | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = None,
        retry: RetryPolicy | None = None,
        pace: Pace | None = _OF_THE_DOCUMENT,
        http_client: httpx.AsyncClient | None = None,
        allow_insecure_http: bool = False,
        on_retry: OnRetry | None = None,
        sleep: Callable[[float], Awaitable[object]] | None = None,
    ) -> None:
        token = conceal(access_token)
        del access_token
        self._caller = AsyncCaller(
            sleep,
            pace,
            access_token=token,
            base_url=base_url,
            timeout=timeout,
            retry=retry,
            http_client=http_client,
            allow_insecure_http=allow_insecure_http,
            on_retry=on_retry,
        )
        self.drafts = AsyncDrafts(self._caller)

    def with_options(self, **options: Unpack[AsyncCallOptions]) -> Self:
        """Returns this client with other options; both share their connections, and closing one closes both."""
        caller = self._caller.with_options(options)
        other = object.__new__(type(self))
        other.__dict__.update(_caller=caller, drafts=AsyncDrafts(caller))
        return other

    async def aclose(self) -> None:
        """Closes the connections, except those of your own ``http_client``."""
        await self._caller.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={_shown(getattr(self, '_caller', None))})"


def _shown(caller: Caller | AsyncCaller | None) -> str | None:
    return None if caller is None else repr(str(caller.options.base_url))
