"""One request and what came back: nothing is followed, nothing is read without bounds, and nothing is raised."""

import math
import ssl
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import anyio
import httpx

from feishu_mail.wire.connections import Connections, OwnAsyncTransport, OwnTransport
from feishu_mail.wire.event_loops import current_event_loop
from feishu_mail.wire.foreign_code import Departures, is_from_httpx_alone, is_from_logging, is_no_answer
from feishu_mail.wire.library_logs import OwnExchange
from feishu_mail.wire.messages import Attempt, Loss, NoAnswer, RawAnswer
from feishu_mail.wire.requests import longest_body

_NEVER_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

_TOO_LATE: Final = NoAnswer(Loss.UNREACHABLE, httpx.ConnectTimeout("it is too late to leave"))


def exchange(through: httpx.Client | Connections[OwnTransport], attempt: Attempt) -> RawAnswer | NoAnswer:
    """Sends the request through a caller's own client or connections of ours, and reads the answer."""
    if through.is_closed:
        return NoAnswer(Loss.CLOSED, RuntimeError("the client has been closed"))
    try:
        if isinstance(through, httpx.Client):
            # auth=None: the client must not replace the token. Redirects would carry it to another host.
            if time.monotonic() > attempt.leave_by:
                return _TOO_LATE
            departures = Departures(attempt.request)
            response = through.send(attempt.request, stream=True, auth=None, follow_redirects=False)
            return _read(response, attempt)._replace(is_repetition=departures.count > 1)
        with OwnExchange():
            return _exchange_own(through, attempt)
    except Exception as error:  # noqa: BLE001 -- becomes a value
        return lost(error, attempt, is_own=not isinstance(through, httpx.Client))
    except BaseException as error:
        # Whoever reports it must not find the token in the frames that sent it.
        traceback.clear_frames(error.__traceback__)
        raise


async def exchange_async(
    through: httpx.AsyncClient | Connections[OwnAsyncTransport], attempt: Attempt
) -> RawAnswer | NoAnswer:
    """Does the same for tasks."""
    if through.is_closed:
        return NoAnswer(Loss.CLOSED, RuntimeError("the client has been closed"))
    try:
        if isinstance(through, httpx.AsyncClient):
            if time.monotonic() > attempt.leave_by:
                return _TOO_LATE
            departures = Departures(attempt.request, for_tasks=True)
            response = await through.send(attempt.request, stream=True, auth=None, follow_redirects=False)
            return (await _read_async(response, attempt))._replace(is_repetition=departures.count > 1)
        with OwnExchange():
            return await _exchange_own_async(through, attempt)
    except Exception as error:  # noqa: BLE001 -- becomes a value
        return lost(error, attempt, is_own=not isinstance(through, httpx.AsyncClient))
    except BaseException as error:
        traceback.clear_frames(error.__traceback__)
        raise


def _exchange_own(through: Connections[OwnTransport], attempt: Attempt) -> RawAnswer:
    transport = through.idle(attempt)
    while transport is not None and not transport.can_be_used_again():
        transport.close()
        transport = through.idle(attempt)
    is_kept, transport = False, transport or through.new(attempt)
    try:
        answer = _read(transport.handle_request(attempt.request), attempt)
        is_kept = through.keeps(transport, attempt, answer)
        return answer
    finally:
        if not is_kept:
            with suppress(Exception):
                transport.close()


async def _exchange_own_async(through: Connections[OwnAsyncTransport], attempt: Attempt) -> RawAnswer:
    loop = current_event_loop()
    transport = through.idle(attempt, loop)
    while transport is not None and not transport.can_be_used_again():
        await transport.aclose()
        transport = through.idle(attempt, loop)
    is_kept, transport = False, transport or through.new(attempt)
    try:
        answer = await _read_async(await transport.handle_async_request(attempt.request), attempt)
        is_kept = through.keeps(transport, attempt, answer, loop)
        return answer
    finally:
        if not is_kept:
            # A cancelled task closes it all the same.
            with anyio.CancelScope(shield=True), suppress(Exception):
                await transport.aclose()


def _read(response: httpx.Response, attempt: Attempt) -> RawAnswer:
    body = _Body(response, attempt)
    try:
        # A mock or a hook may have read it already.
        for chunk in [response.content] if response.is_stream_consumed else response.iter_raw():
            if not body.takes(chunk):
                break
    except Exception as error:  # noqa: BLE001 -- the status is known, whatever broke
        body.broke_off(error)
    finally:
        with suppress(Exception):
            response.close()
    return body.answer()


async def _read_async(response: httpx.Response, attempt: Attempt) -> RawAnswer:
    body = _Body(response, attempt)
    try:
        if response.is_stream_consumed:
            body.takes(response.content)
        else:
            async for chunk in response.aiter_raw():
                if not body.takes(chunk):
                    break
    except Exception as error:  # noqa: BLE001 -- the status is known, whatever broke
        body.broke_off(error)
    finally:
        with suppress(Exception):
            await response.aclose()
    return body.answer()


class _Body:
    """The body of an answer while it arrives, within its limits."""

    def __init__(self, response: httpx.Response, attempt: Attempt, clock: Callable[[], float] = time.monotonic) -> None:
        self._response = response
        self._most_bytes = longest_body(writes=attempt.writes)
        self._clock = clock
        # Connections of ours keep the time by themselves, from the first byte on; a caller's client does not.
        self._ends = clock() + _read_timeout(attempt.request)
        self._content = bytearray()
        self._problem: str | None = None
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("", "identity") and not response.is_stream_consumed:
            self._problem = "the body is compressed, which was not asked for"

    def takes(self, chunk: bytes) -> bool:
        """Adds what arrived, and returns whether more is wanted."""
        if self._problem is None:
            self._content += chunk
            if len(self._content) > self._most_bytes:
                self._problem = f"the body is over {self._most_bytes // 1024**2} MiB"
            elif self._clock() > self._ends:
                self._problem = "the answer was not whole in time"
        return self._problem is None

    def broke_off(self, error: Exception) -> None:
        """Notes that no more arrives."""
        self._problem = self._problem or f"the body broke off ({type(error).__name__})"

    def answer(self) -> RawAnswer:
        """Returns what came."""
        content = b"" if self._problem else bytes(self._content)
        return RawAnswer(self._response.status_code, self._response.headers, content, self._problem)


def _read_timeout(request: httpx.Request) -> float:
    try:
        return float(request.extensions["timeout"]["read"])
    except (LookupError, TypeError, ValueError):  # a hook of a caller's client took it away
        return math.inf


def lost(error: Exception, attempt: Attempt, *, is_own: bool) -> NoAnswer:
    """Returns what an exception says about a request that brought no answer; ``is_own``: over connections of ours."""
    is_evidence = not is_from_logging(error) if is_own else is_from_httpx_alone(error)
    if is_evidence and isinstance(error, _NEVER_CONNECTED):
        return NoAnswer(Loss.CERTIFICATE if _is_about_a_certificate(error) else Loss.UNREACHABLE, error)
    if is_evidence and isinstance(error, httpx.UnsupportedProtocol):
        return NoAnswer(Loss.NOT_MADE, error)
    return NoAnswer(Loss.UNANSWERED if is_own or is_no_answer(error, attempt.request) else Loss.FOREIGN, error)


def _is_about_a_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
