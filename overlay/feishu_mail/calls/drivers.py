"""The two drivers of a call, sync and async: they do its I/O, and nothing else."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import anyio

from feishu_mail.calls.call import Call, Completed, Failed, Pause
from feishu_mail.calls.pace import Permit, PermitSource
from feishu_mail.wire.access_tokens import AsyncTokenSource, TokenProblem, TokenSource
from feishu_mail.wire.event_loops import in_thread
from feishu_mail.wire.messages import Attempt, NoAnswer, RawAnswer
from feishu_mail.wire.secrecy import AccessToken

Step = Completed | Failed | Pause


def drive(
    call: Call,
    tokens: TokenSource,
    permits: PermitSource,
    prepare: Callable[[AccessToken, float], Attempt],
    send: Callable[[Attempt], RawAnswer | NoAnswer],
    *,
    sleep: Callable[[float], object],
    before_request: Callable[[int], object] | None = None,
) -> Completed | Failed:
    """Makes attempts until the call has ended."""

    def attempt(token: AccessToken) -> Step:
        reply = None
        granted = permits.take(call, call.wanted, call.waited_until)
        try:
            permit = call.before_attempt(granted)
            if not isinstance(permit, Permit):
                return permit
            ready = prepare(token, permit.leave_by)
            if before_request is not None:
                before_request(call.next_attempt)
            call.begin_attempt(token, ready)
            reply = send(ready)
            return call.step(reply)
        finally:
            if isinstance(granted, Permit):
                _give_back(permits, granted, call, reply)

    try:
        while True:
            token = tokens.token(call.refused_token)
            step = call.step(token) if isinstance(token, TokenProblem) else attempt(token)
            if not isinstance(step, Pause):
                return step
            sleep(call.begin_wait(step))
    except Exception as error:  # noqa: BLE001 -- becomes a value
        return call.broken(error)


async def drive_async(
    call: Call,
    tokens: AsyncTokenSource,
    permits: PermitSource,
    prepare: Callable[[AccessToken, float], Attempt],
    send: Callable[[Attempt], Awaitable[RawAnswer | NoAnswer]],
    *,
    sleep: Callable[[float], Awaitable[object]],
    before_request: Callable[[int], object] | None = None,
) -> Completed | Failed:
    """Does the same for tasks; what may block is done in a thread."""

    async def attempt(token: AccessToken) -> Step:
        reply = None
        granted = await _take(permits, call) if permits.does_io else permits.take(call, call.wanted, call.waited_until)
        try:
            permit = call.before_attempt(granted)
            if not isinstance(permit, Permit):
                return permit
            ready = prepare(token, permit.leave_by)
            if before_request is not None:
                await in_thread(before_request, call.next_attempt)
            call.begin_attempt(token, ready)
            reply = await send(ready)
            return call.step(reply)
        except GeneratorExit:
            # What is closed can await nothing.
            granted = granted if not permits.does_io else 0.0
            raise
        finally:
            if isinstance(granted, Permit) and permits.does_io:
                # A cancelled task leaves no slot behind that could be free.
                with anyio.CancelScope(shield=True), suppress(Exception):
                    await in_thread(_give_back, permits, granted, call, reply)
            elif isinstance(granted, Permit):
                _give_back(permits, granted, call, reply)

    try:
        while True:
            token = await tokens.token(call.refused_token)
            step = call.step(token) if isinstance(token, TokenProblem) else await attempt(token)
            if not isinstance(step, Pause):
                return step
            await sleep(call.begin_wait(step))
    except Exception as error:  # noqa: BLE001 -- becomes a value
        return call.broken(error)


async def _take(permits: PermitSource, call: Call) -> Permit | float:
    is_awaited = True

    def take() -> Permit | float:
        granted = permits.take(call, call.wanted, call.waited_until)
        if isinstance(granted, Permit) and not is_awaited:
            permits.unused(granted)
        return granted

    try:
        # A cancelled task does not wait for a slow database.
        return await in_thread(take, abandon=True)
    except BaseException:
        is_awaited = False
        raise


def _give_back(permits: PermitSource, permit: Permit, call: Call, reply: RawAnswer | NoAnswer | None) -> None:
    # What goes wrong here must not turn the outcome of a call; the slot then expires by itself.
    with suppress(Exception):
        if isinstance(reply, RawAnswer):
            if call.pause_of_all:
                permits.pause(call.wanted, call.pause_of_all)
            permits.answered(permit)
        elif not (call.may_have_left if reply is None else reply.may_have_left):
            permits.unused(permit)
