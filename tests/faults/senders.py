"""Sending one draft with the SDK, sync and async, with attempts that can be led elsewhere, and what it reports."""

import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

import anyio
import httpx

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, RetryPolicy, SentDraft

AMPLE = 10.0
"""Seconds that no honest answer takes."""


@dataclass(slots=True)
class Call:
    """One call to make."""

    base_url: str
    draft_id: str
    policy: RetryPolicy
    timeout: httpx.Timeout
    new_draft: Callable[[], str]
    """Writes the same mail as another draft, which no honest client does."""
    places: Sequence[str | None] = ()
    """For each attempt: the base URL of where it ends up, None for the service."""
    fixed_token: bool = False
    hurried_attempt: int | None = None
    """The only attempt that the timeout is for; the others have time, because a busy machine is not the matter."""
    made_attempts: int = 0
    tokens: int = 0
    _places: deque[str | None] = field(init=False)

    def __post_init__(self) -> None:
        self._places = deque(self.places)

    def lead(self, request: httpx.Request) -> None:
        """Counts an attempt, and leads it to where it is to end up."""
        self.made_attempts += 1
        if self.hurried_attempt not in (None, self.made_attempts):
            request.extensions["timeout"] = httpx.Timeout(AMPLE).as_dict()
        place = self._places.popleft() if self._places else None
        if place is not None:
            url = httpx.URL(place)
            request.url = httpx.URL(request.url, scheme=url.scheme, host=url.host, port=url.port)

    @property
    def access_token(self) -> str | Callable[[], str]:
        """A token, or a callable that has another one each time."""
        return "u-only" if self.fixed_token else self._next_token

    def _next_token(self) -> str:
        self.tokens += 1
        return f"u-{self.tokens}"


@dataclass(frozen=True, slots=True)
class Report:
    """What the SDK told."""

    outcome: str
    """Or the name of an exception that is not ours."""
    attempts: int


Sender = Callable[[Call], Report]


def report_on(send: Callable[[], SentDraft]) -> Report:
    """Sends, and reports what was returned or raised."""
    try:
        return Report("sent", send().attempts)
    except Exception as error:  # noqa: BLE001 -- what escapes is what is judged
        return _report(error)


async def report_on_async(send: Awaitable[SentDraft]) -> Report:
    """Does the same for tasks."""
    try:
        return Report("sent", (await send).attempts)
    except Exception as error:  # noqa: BLE001
        return _report(error)


def _report(error: Exception) -> Report:
    if isinstance(error, FeishuMailError):
        return Report(error.outcome.value, error.attempts)
    return Report(type(error).__name__, 0)


@cache
def _tls() -> ssl.SSLContext:
    # Loading certificates anew for each call would take longer than the calls.
    return ssl.create_default_context()


class _Transport(httpx.HTTPTransport):
    def __init__(self, call: Call) -> None:
        super().__init__(verify=_tls())
        self._call = call

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._call.lead(request)
        return super().handle_request(request)


class _AsyncTransport(httpx.AsyncHTTPTransport):
    def __init__(self, call: Call) -> None:
        super().__init__(verify=_tls())
        self._call = call

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._call.lead(request)
        return await super().handle_async_request(request)


def send_sync(call: Call) -> Report:
    """Sends with ``FeishuMail``."""
    with httpx.Client(transport=_Transport(call)) as http_client:
        mail = FeishuMail(
            access_token=call.access_token,
            base_url=call.base_url,
            timeout=call.timeout,
            retry=call.policy,
            http_client=http_client,
        )
        return report_on(lambda: mail.drafts.send(call.draft_id))


async def _send_async(call: Call) -> Report:
    async with httpx.AsyncClient(transport=_AsyncTransport(call)) as http_client:
        mail = AsyncFeishuMail(
            access_token=call.access_token,
            base_url=call.base_url,
            timeout=call.timeout,
            retry=call.policy,
            http_client=http_client,
        )
        return await report_on_async(mail.drafts.send(call.draft_id))


def _run_async(backend: str, call: Call) -> Report:
    return anyio.run(_send_async, call, backend=backend)


SENDERS: dict[str, Sender] = {
    "sync": send_sync,
    "asyncio": partial(_run_async, "asyncio"),
    "trio": partial(_run_async, "trio"),
}
