"""The ways of calling the SDK: send or get, sync or async, over its own connections or through a caller's client."""

import ssl
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, NamedTuple
from unittest.mock import patch

import anyio
import httpx

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, RetryPolicy, SentDraft
from feishu_mail.wire.limits import ReadLimits
from tests.faults.fault_table import OperationId

AMPLE = 30.0
"""Seconds that no honest answer takes."""


@dataclass(slots=True)
class Call:
    """A call to make, and a call for another draft that follows it through the same client."""

    base_url: str
    draft_id: str
    policy: RetryPolicy
    timeout: httpx.Timeout
    next_draft_id: str
    new_draft: Callable[[], str]
    """Writes the same mail as another draft, which no honest client does."""
    places: Sequence[str | None] = ()
    """For each attempt: the base URL of where it ends up, None for the service."""
    fixed_token: bool = False
    hurried_attempt: int | None = None
    """The only attempt that the timeout is for; the others have time, because a busy machine is not the matter."""
    requests: Counter[str] = field(default_factory=Counter[str])
    """Those that left, by draft, wherever they went."""
    waited: float = 0
    tokens: int = 0
    _places: deque[str | None] = field(init=False)

    def __post_init__(self) -> None:
        self._places = deque(self.places)

    def lead(self, request: httpx.Request) -> None:
        """Counts an attempt, and leads it to where it is to end up."""
        self.requests[draft_in(request.url.path)] += 1
        if self.hurried_attempt not in (None, self.requests.total()):
            limits = ReadLimits(AMPLE, 1024 * 1024)
            request.extensions["timeout"] = {**httpx.Timeout(AMPLE).as_dict(), "read": limits}
        place = self._places.popleft() if self._places else None
        if place is not None:
            url = httpx.URL(place)
            request.url = httpx.URL(request.url, scheme=url.scheme, host=url.host, port=url.port)

    async def lead_async(self, request: httpx.Request) -> None:
        """Does the same, as a hook of a client for tasks."""
        self.lead(request)

    @property
    def access_token(self) -> str | Callable[[], str]:
        """A token, or a callable that has another one each time."""
        return "u-only" if self.fixed_token else self._next_token

    def _next_token(self) -> str:
        self.tokens += 1
        return f"u-{self.tokens}"

    def sleep(self, seconds: float) -> None:
        """Takes no time."""
        self.waited += seconds

    async def sleep_async(self, seconds: float) -> None:
        """Takes no time."""
        self.waited += seconds


def draft_in(path: str) -> str:
    """Returns the draft that the path of a request names."""
    return path.split("/drafts/")[1].removesuffix("/send")


@dataclass(frozen=True, slots=True)
class Report:
    """What the SDK reported."""

    outcome: str
    """Of a read that failed: not_done. Or the name of an exception that is not ours."""
    attempts: int | None
    """None where a result does not say."""
    id: str | None = None
    """Of the message that went out, or of the draft that was read."""


Caller = Callable[[Call], Sequence[Report]]
"""Makes both calls."""


def report_on(call: Callable[[], object]) -> Report:
    """Calls, and reports what was returned or raised."""
    try:
        return _success(call())
    except Exception as error:  # noqa: BLE001 -- what escapes is what is judged
        return _failure(error)


async def report_on_async(call: Awaitable[object]) -> Report:
    """Does the same for tasks."""
    try:
        return _success(await call)
    except Exception as error:  # noqa: BLE001
        return _failure(error)


def _success(result: object) -> Report:
    if isinstance(result, SentDraft):
        return Report("done", result.attempts, result.message_id)
    return Report("done", None, getattr(result, "id", None))


def _failure(error: Exception) -> Report:
    if not isinstance(error, FeishuMailError):
        return Report(type(error).__name__, 0)
    if error.operation == "getDraft":
        return Report("not_done" if error.outcome is None else "a read with an outcome", error.attempts)
    return Report(str(error.outcome), error.attempts)


@cache
def _tls() -> ssl.SSLContext:
    # Loading certificates for each client would take longer than the calls.
    return ssl.create_default_context()


@contextmanager
def _led(call: Call) -> Iterator[None]:
    """Leads every attempt over connections of ours, where tools for tests reach requests: at httpx's transports."""
    handle, handle_async = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request

    def lead(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        call.lead(request)
        return handle(self, request)

    async def lead_async(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        call.lead(request)
        return await handle_async(self, request)

    with (
        patch.object(httpx.HTTPTransport, "handle_request", lead),
        patch.object(httpx.AsyncHTTPTransport, "handle_async_request", lead_async),
    ):
        yield


def _call(callers_client: bool, operation: OperationId, call: Call) -> Sequence[Report]:
    with ExitStack() as stack:
        http_client = None
        if callers_client:
            hooks: dict[str, list[Any]] = {"request": [call.lead]}
            http_client = stack.enter_context(httpx.Client(verify=_tls(), event_hooks=hooks))
        else:
            stack.enter_context(_led(call))
        mail = stack.enter_context(
            FeishuMail(
                access_token=call.access_token,
                base_url=call.base_url,
                timeout=call.timeout,
                retry=call.policy,
                http_client=http_client,
                sleep=call.sleep,
            )
        )
        method = mail.drafts.send if operation == "sendDraft" else mail.drafts.get
        return [report_on(partial(method, draft_id)) for draft_id in (call.draft_id, call.next_draft_id)]


async def _call_async(callers_client: bool, operation: OperationId, call: Call) -> Sequence[Report]:
    async with AsyncExitStack() as stack:
        http_client = None
        if callers_client:
            hooks: dict[str, list[Any]] = {"request": [call.lead_async]}
            http_client = await stack.enter_async_context(httpx.AsyncClient(verify=_tls(), event_hooks=hooks))
        else:
            stack.enter_context(_led(call))
        mail = await stack.enter_async_context(
            AsyncFeishuMail(
                access_token=call.access_token,
                base_url=call.base_url,
                timeout=call.timeout,
                retry=call.policy,
                http_client=http_client,
                sleep=call.sleep_async,
            )
        )
        method = mail.drafts.send if operation == "sendDraft" else mail.drafts.get
        return [await report_on_async(method(draft_id)) for draft_id in (call.draft_id, call.next_draft_id)]


def _run(backend: str, callers_client: bool, operation: OperationId, call: Call) -> Sequence[Report]:
    return anyio.run(_call_async, callers_client, operation, call, backend=backend)


class Way(NamedTuple):
    """A way of calling."""

    operation: OperationId
    call: Caller
    through_callers_client: bool = False


SYNC: Caller = partial(_call, False, "sendDraft")
WAYS: dict[str, Way] = {
    "send, sync": Way("sendDraft", SYNC),
    "send, asyncio": Way("sendDraft", partial(_run, "asyncio", False, "sendDraft")),
    "send, trio": Way("sendDraft", partial(_run, "trio", False, "sendDraft")),
    "send, a caller's client": Way("sendDraft", partial(_call, True, "sendDraft"), True),
    "send, a caller's async client": Way("sendDraft", partial(_run, "asyncio", True, "sendDraft"), True),
    "get, sync": Way("getDraft", partial(_call, False, "getDraft")),
    "get, asyncio": Way("getDraft", partial(_run, "asyncio", False, "getDraft")),
}
