"""The two drivers of a call, sync and async: they do its I/O, and nothing else."""

from collections.abc import Awaitable, Callable

from feishu_mail.calls.call import Call, Completed, Failed, Pause
from feishu_mail.wire.access_tokens import AsyncTokenSource, TokenSource
from feishu_mail.wire.messages import Attempt, NoAnswer, RawAnswer
from feishu_mail.wire.secrecy import AccessToken


def drive(
    call: Call,
    tokens: TokenSource,
    prepare: Callable[[AccessToken], Attempt],
    send: Callable[[Attempt], RawAnswer | NoAnswer],
    sleep: Callable[[float], object],
) -> Completed | Failed:
    """Makes attempts until the call has ended."""
    try:
        while True:
            step = call.before_attempt(tokens.token(call.refused_token))
            if isinstance(step, AccessToken):
                attempt = prepare(step)
                call.begin_attempt(step, attempt)
                step = call.step(send(attempt))
            if not isinstance(step, Pause):
                return step
            sleep(step.seconds)
    except Exception as error:  # noqa: BLE001 -- becomes a value
        return call.broken(error)


async def drive_async(
    call: Call,
    tokens: AsyncTokenSource,
    prepare: Callable[[AccessToken], Attempt],
    send: Callable[[Attempt], Awaitable[RawAnswer | NoAnswer]],
    sleep: Callable[[float], Awaitable[object]],
) -> Completed | Failed:
    """Does the same for tasks."""
    try:
        while True:
            step = call.before_attempt(await tokens.token(call.refused_token))
            if isinstance(step, AccessToken):
                attempt = prepare(step)
                call.begin_attempt(step, attempt)
                step = call.step(await send(attempt))
            if not isinstance(step, Pause):
                return step
            await sleep(step.seconds)
    except Exception as error:  # noqa: BLE001 -- becomes a value
        return call.broken(error)
