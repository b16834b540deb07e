"""The options of a client, and those of one call over them."""

from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

import httpx

from feishu_mail.access_tokens import AsyncTokenSource, TokenSource
from feishu_mail.arguments import check_base_url, check_timeout, invalid_argument
from feishu_mail.retry_policy import RetryPolicy

ClientType = TypeVar("ClientType", httpx.Client, httpx.AsyncClient)
SourceType = TypeVar("SourceType", TokenSource, AsyncTokenSource)


@dataclass(kw_only=True, eq=False, repr=False)
class Options(Generic[ClientType, SourceType]):
    """Everything a send needs besides its ids; already checked."""

    base_url: httpx.URL
    timeout: httpx.Timeout
    retry: RetryPolicy
    allow_insecure_http: bool
    http_client: ClientType
    client_type: type[ClientType]
    """What a client given for one call has to be."""
    tokens: SourceType
    service: str = field(init=False)
    """The base URL as a text, which serves as a key at a fraction of the cost."""

    def __post_init__(self) -> None:
        self.service = str(self.base_url)

    def overridden(
        self,
        *,
        base_url: str | None,
        timeout: float | httpx.Timeout | None,
        retry: RetryPolicy | None,
        http_client: ClientType | None,
        tokens: SourceType | None,
    ) -> "Options[ClientType, SourceType]":
        """Returns these options with those of one call over them."""
        options = self
        if base_url is not None:
            url = check_base_url(base_url, allow_insecure_http=self.allow_insecure_http)
            options = replace(options, base_url=url)
        if timeout is not None:
            options = replace(options, timeout=check_timeout(timeout))
        if retry is not None:
            options = replace(options, retry=check_policy(retry))
        if http_client is not None:
            options = replace(options, http_client=check_http_client(http_client, self.client_type))
        if tokens is not None:
            options = replace(options, tokens=tokens)
        return options


def check_policy(value: object) -> RetryPolicy:
    """Returns the policy.

    Raises:
        InvalidArgument: it is something else.
    """
    if not isinstance(value, RetryPolicy):
        raise invalid_argument(f"retry must be a RetryPolicy, not {type(value).__name__}")
    return value


def check_http_client(value: object, kind: type[ClientType]) -> ClientType:
    """Returns the caller's own HTTP client.

    Raises:
        InvalidArgument: it is of the other kind, or something else.
    """
    if not isinstance(value, kind):
        raise invalid_argument(f"http_client must be an httpx.{kind.__name__}, not {type(value).__name__}")
    return value
