"""Makes the calls of one client: takes the mailbox's turn, drives the call, and raises what it comes to."""

import copy
import inspect
import threading
import time
from collections.abc import Awaitable, Callable, Hashable, Mapping
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any, Final, Generic, Self

import anyio
import httpx

from feishu_mail.calls.arguments import check_callable, check_ids, no_token
from feishu_mail.calls.call import Call, Completed, Plan, data_of
from feishu_mail.calls.drivers import drive, drive_async
from feishu_mail.calls.generated import describe_request, import_for_calls
from feishu_mail.calls.options import (
    AsyncCallOptions,
    CallOptions,
    ClientType,
    Options,
    SourceType,
    options_of_a_client,
)
from feishu_mail.calls.pace import Pace, Wanted, check_pace
from feishu_mail.calls.permits import permit_source
from feishu_mail.calls.remembered_calls import CallKey, RememberedCalls, call_key
from feishu_mail.outcomes.exceptions import exception_for
from feishu_mail.outcomes.facts import Idempotency, Operation
from feishu_mail.outcomes.failures import failure_of
from feishu_mail.outcomes.own_facts import CLIENT_CLOSED
from feishu_mail.wire.access_tokens import NOT_ASYNC, AsyncTokenSource, TokenSource
from feishu_mail.wire.connections import Connections, OwnAsyncTransport, OwnTransport
from feishu_mail.wire.event_loops import current_event_loop, import_for_tasks
from feishu_mail.wire.exchange import exchange, exchange_async
from feishu_mail.wire.locks import Locks
from feishu_mail.wire.messages import Attempt
from feishu_mail.wire.requests import build_request
from feishu_mail.wire.secrecy import AccessToken, conceal

_SLACK: Final = 1.0
"""Seconds beyond its timeouts that a request may take to leave."""


class _Caller(Generic[ClientType, SourceType]):
    """What both kinds of caller share. Not a word here waits."""

    def __init__(
        self, pace: Pace | None, options: Options[ClientType, SourceType], new_lock: Callable[[], Any]
    ) -> None:
        import_for_calls()
        self.options: Options[ClientType, SourceType] = options
        self._turns = Locks(new_lock)
        self._remembered = RememberedCalls()
        self._pace = check_pace(pace)
        self._permits = permit_source(self._pace)

    def may_be_done(self, operation: Operation, parameters: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        """Returns whether a call of this client was done or may have been, as far as the client knows."""
        service = self.options.overridden(given).service
        return self._remembered.may_be_done(_key(service, operation, _ids(check_ids(parameters))))

    def with_options(self, given: CallOptions | AsyncCallOptions) -> Self:
        """Returns a caller with other options, and the same connections, turns, permits and memory."""
        other = copy.copy(self)
        other.options = self.options.overridden(concealed(given))
        return other

    def _plan(
        self,
        operation: Operation,
        parameters: Mapping[str, Any],
        options: Options[ClientType, SourceType],
        member: str | None,
    ) -> Plan:
        if (options.http_client or options.connections).is_closed:
            raise exception_for(failure_of(operation, CLIENT_CLOSED))
        ids = _ids(parameters)
        is_notable = operation.idempotency in (Idempotency.KEYED, Idempotency.IDEMPOTENT)
        timeout = options.timeout.as_dict()
        wanted = Wanted(
            options.service,
            operation,
            operation.rate_limit if self._pace is None else self._pace.limit_of(operation),
            leave_within=(timeout["pool"] or 0) + (timeout["connect"] or 0) + _SLACK,
            answer_within=(timeout["write"] or 0) + (timeout["read"] or 0),
        )
        return Plan(
            wanted=wanted,
            ids=ids,
            policy=options.retry,
            can_refresh=options.tokens.can_refresh,
            member=member,
            key=_key(options.service, operation, ids) if is_notable else None,
            on_retry=options.on_retry,
        )

    def _turn(self, parameters: Mapping[str, Any], options: Options[ClientType, SourceType], scope: object) -> Any:
        mailbox: str = parameters["user_mailbox_id"]
        # "me" is another mailbox for every user.
        owner = _hashable(options.tokens.given) if mailbox == "me" else None
        return self._turns.of((options.service, mailbox.casefold(), owner, scope))


class Caller(_Caller[Any, TokenSource]):
    """Makes calls for threads."""

    def __init__(self, sleep: Callable[[float], object] | None, pace: Pace | None, **given: Any) -> None:
        super().__init__(
            pace,
            options_of_a_client(
                given, client_type=httpx.Client, new_source=new_token_source, connections=Connections(OwnTransport)
            ),
            threading.Lock,
        )
        self._sleep: Callable[[float], object] = check_callable("sleep", time.sleep if sleep is None else sleep)

    def call(
        self,
        operation: Operation,
        parameters: Mapping[str, Any],
        given: CallOptions,
        result: Callable[[Completed], Any] = data_of,
        *,
        member: str | None = None,
        before_request: Callable[[int], object] | None = None,
    ) -> Any:
        """Makes one call.

        Args:
            operation: what to do.
            parameters: the parameters, as the generated client names them.
            given: options for this call. A token among them is removed from there.
            result: makes of the completed call what is returned; by default its data.
            member: the member of ``data`` that is wanted.
            before_request: called with the attempt's number right before its request leaves. It may do I/O; what it
                raises prevents the attempt and ends the call.

        Raises:
            FeishuMailError: it failed.
        """
        options = self.options.overridden(concealed(given))
        parameters = check_ids(parameters)
        call = Call(self._plan(operation, parameters, options, member), self._remembered)
        prepare = preparation(operation, parameters, options)
        send = partial(exchange, options.http_client or options.connections)
        try:
            with self._turn(parameters, options, None) if operation.writes else nullcontext():
                ended = drive(
                    call, options.tokens, self._permits, prepare, send, sleep=self._sleep, before_request=before_request
                )
            if isinstance(ended, Completed):
                return result(ended)
        except BaseException:
            # Whoever is interrupted does not learn what came of it, up to the very end.
            call.interrupted()
            raise
        finally:
            self._permits.leave(call)
        raise ended.exception()

    def close(self) -> None:
        """Closes the connections, except those of a caller's own client."""
        for transport in self.options.connections.closing():
            transport.close()
        self._permits.close()


class AsyncCaller(_Caller[Any, AsyncTokenSource]):
    """Makes calls for tasks, under asyncio or trio."""

    def __init__(self, sleep: Callable[[float], Awaitable[object]] | None, pace: Pace | None, **given: Any) -> None:
        import_for_tasks()
        super().__init__(
            pace,
            options_of_a_client(
                given,
                client_type=httpx.AsyncClient,
                new_source=AsyncTokenSource,
                connections=Connections(OwnAsyncTransport),
            ),
            partial(anyio.Lock, fast_acquire=True),
        )
        self._sleep: Callable[[float], Awaitable[object]] = check_callable(
            "sleep", anyio.sleep if sleep is None else sleep
        )

    async def call(
        self,
        operation: Operation,
        parameters: Mapping[str, Any],
        given: AsyncCallOptions,
        result: Callable[[Completed], Any] = data_of,
        *,
        member: str | None = None,
        before_request: Callable[[int], object] | None = None,
    ) -> Any:
        """Makes one call; the words are those of ``Caller.call``."""
        options = self.options.overridden(concealed(given))
        parameters = check_ids(parameters)
        call = Call(self._plan(operation, parameters, options, member), self._remembered)
        prepare = preparation(operation, parameters, options)
        send = partial(exchange_async, options.http_client or options.connections)
        # A lock cannot be awaited from two event loops.
        loop = current_event_loop()
        try:
            async with self._turn(parameters, options, loop) if operation.writes else nullcontext():
                ended = await drive_async(
                    call, options.tokens, self._permits, prepare, send, sleep=self._sleep, before_request=before_request
                )
            if isinstance(ended, Completed):
                return result(ended)
        except BaseException:
            call.interrupted()
            raise
        finally:
            self._permits.leave(call)
        raise ended.exception()

    async def aclose(self) -> None:
        """Closes the connections, except those of a caller's own client."""
        for transport in self.options.connections.closing(current_event_loop()):
            await transport.aclose()
        self._permits.close()


def concealed(given: CallOptions | AsyncCallOptions) -> dict[str, Any]:
    """Returns the options with their token concealed, and takes it out of ``given``, which a frame above holds."""
    token = conceal(given.pop("access_token", None))
    return {**given, "access_token": token}


def new_token_source(given: Any) -> TokenSource:
    """Returns a source for threads.

    Raises:
        AuthenticationError: the callable is async.
    """
    is_async = False
    with suppress(Exception):  # of a class of the caller's
        is_async = inspect.iscoroutinefunction(given)
    if is_async:
        raise no_token(NOT_ASYNC)
    return TokenSource(given)


def preparation(
    operation: Operation, parameters: Mapping[str, Any], options: Options[Any, Any]
) -> Callable[[AccessToken, float], Attempt]:
    """Returns what makes the request of each attempt, from its token and the time by which it must leave."""

    def prepare(token: AccessToken, leave_by: float) -> Attempt:
        request = build_request(
            describe_request(operation, parameters),
            base_url=options.base_url,
            token=token,
            timeout=options.timeout,
            leave_by=leave_by,
            writes=operation.writes,
            http_client=options.http_client,
        )
        return Attempt(request, options.route, operation.writes, leave_by)

    return prepare


def _ids(parameters: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: value for name, value in parameters.items() if name.endswith("_id") and name != "user_mailbox_id"}


def _key(service: str, operation: Operation, ids: Mapping[str, str]) -> CallKey:
    return call_key(service, operation.name, *ids.values())


def _hashable(value: object) -> Hashable:
    try:
        hash(value)
    except Exception:  # noqa: BLE001 -- of a class of the caller's
        return id(value)
    return value
