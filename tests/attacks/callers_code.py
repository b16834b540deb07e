"""Whatever log handlers, filters, token callables, waits and ``on_retry`` raise: no outcome is turned.

Each of them raises at its n-th call, whatever the n; afterwards the draft is sent again by the same client, which must
not call a mail unsent that went out.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any
from unittest.mock import patch

import httpcore
import httpx

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, RetryPolicy, SentDraft
from feishu_mail.wire import exchange
from feishu_mail_sandbox import SandboxControl, running_sandbox
from tests.attacks.attack import Attack, Tally, run

Found = tuple[object, int]
INTERRUPTS = (SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError)
ERRORS: list[type[BaseException]] = [*INTERRUPTS, OSError, RuntimeError, StopIteration, StopAsyncIteration, MemoryError]
ERRORS += [httpx.ConnectError, httpx.UnsupportedProtocol, httpcore.ConnectError, httpcore.ConnectTimeout, TimeoutError]
LOGGERS = ["", "feishu_mail", "httpcore", "httpcore.connection", "httpcore.http11"]
SCRIPTS: list[list[Any]] = [[], ["drop_after_accept"], ["drop_after_accept", 99991663], ["vanish_after_accept"]]
SCRIPTS += [[1236006], [99991663], ["drop_after_accept", 1236006, 1234050], ["automation_disabled"], [1234050]]
POLICIES = [RetryPolicy(max_attempts=1), RetryPolicy(max_attempts=3), RetryPolicy(after_unknown="raise")]
JUNK: list[Any] = [None, "", "u-\nx", 5, b"u-x", ["u-x"], object(), "Bearer u-x", len]


@dataclass(slots=True)
class Fuse:
    """Raises at its n-th call, or from then on; only in the main thread, because the sandbox has one of its own."""

    error: type[BaseException]
    at: int
    goes_on: bool
    calls: int = 0

    def __call__(self, *_: object) -> bool:
        is_here = threading.current_thread() is threading.main_thread()
        self.calls += is_here
        if is_here and (self.calls == self.at or (self.goes_on and self.calls > self.at)):
            raise self.error("of the caller's")
        return True


class Failing(logging.Handler):
    """A handler that raises."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__(logging.DEBUG)
        self.fuse = fuse

    def emit(self, record: logging.LogRecord) -> None:
        record.getMessage()
        self.fuse()


@contextmanager
def logging_to(fuse: Fuse, name: str, *, as_filter: bool) -> Iterator[None]:
    """Lets a logger at DEBUG have a handler, or a filter, that raises."""
    logger = logging.getLogger(name)
    below = [logging.getLogger(each) for each in LOGGERS]
    levels = [each.level for each in below]
    for each in below:
        each.setLevel(logging.DEBUG)
    handler = logging.NullHandler(logging.DEBUG) if as_filter else Failing(fuse)
    if as_filter:
        handler.addFilter(fuse)
        # A handler that does nothing does not ask its filters.
        handler.handle = handler.filter  # type: ignore[method-assign]
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        for each, level in zip(below, levels, strict=True):
            each.setLevel(level)


@contextmanager
def nothing() -> Iterator[None]:
    """Changes nothing."""
    yield


def spoilt(where: str, fuse: Fuse, chance: Random) -> tuple[dict[str, Any], Any]:
    """Returns the options of a client that has the fuse somewhere, and a context in which to call."""
    tokens, junk = [f"u-{number}" for number in range(99, 0, -1)], chance.choice(JUNK)

    def token() -> Any:
        fuse()
        return junk if fuse.calls == fuse.at - 1 and chance.random() < 0.5 else tokens.pop()

    if where in LOGGERS:
        return {}, logging_to(fuse, where, as_filter=chance.random() < 0.5)
    return {where: token if where == "access_token" else fuse}, nothing()


def send(given: dict[str, Any], around: Any, call: Callable[[], tuple[str, int]]) -> list[Found]:
    """Sends a draft three times, with the fuse at work in the first, and returns what came of it and the ledger."""
    found: list[Found] = []
    sleep = given.pop("sleep", lambda _: None)
    with FeishuMail(timeout=5, sleep=sleep, **given) as mail:
        for context in (around, nothing(), nothing()):
            try:
                with context:
                    result: object = mail.drafts.send(call()[0])
            except (Exception, *INTERRUPTS) as error:  # noqa: BLE001
                result = error
            found.append((result, call()[1]))
    return found


async def send_for_tasks(given: dict[str, Any], around: Any, call: Callable[[], tuple[str, int]]) -> list[Found]:
    """Does the same for tasks."""
    found: list[Found] = []
    wait = given.pop("sleep", lambda _: None)

    async def sleep(seconds: float) -> None:
        wait(seconds)

    async with AsyncFeishuMail(timeout=5, sleep=sleep, **given) as mail:
        for context in (around, nothing(), nothing()):
            try:
                with context:
                    result: object = await mail.drafts.send(call()[0])
            except (Exception, *INTERRUPTS) as error:  # noqa: BLE001
                result = error
            found.append((result, call()[1]))
    return found


def _once(sandbox: SandboxControl, chance: Random, tally: Tally) -> None:
    where = chance.choice([*LOGGERS, "feishu_mail", "on_retry", "sleep", "access_token", "access_token"])
    at = chance.randrange(1, 14 if where == "" or where.startswith("httpcore") else 4)
    fuse = Fuse(chance.choice(ERRORS), at, goes_on=chance.random() < 0.3)
    script, for_tasks = chance.choice(SCRIPTS), chance.random() < 0.5
    draft_id = sandbox.create_draft(script=script)

    def call() -> tuple[str, int]:
        return draft_id, [mail["draft_id"] for mail in sandbox.deliveries()].count(draft_id)

    options, around = spoilt(where, fuse, chance)
    given = {"access_token": "u-x", "base_url": sandbox.base_url, "retry": chance.choice(POLICIES), **options}
    found = asyncio.run(send_for_tasks(given, around, call)) if for_tasks else send(given, around, call)
    tally.calls += len(found)
    tally.faults += fuse.calls >= fuse.at
    for result, delivered in found:
        outcome = "done" if isinstance(result, SentDraft) else getattr(result, "outcome", None)
        said = f"{fuse} at {where or 'root'}, {for_tasks=}, {script}: {delivered} delivered, {result!r}"
        is_interrupt = isinstance(result, INTERRUPTS) and isinstance(result, fuse.error)
        is_ours = isinstance(result, SentDraft | FeishuMailError) or is_interrupt
        tally.judge(is_ours, f"a foreign exception escaped: {said}")
        tally.judge(not (delivered and outcome == "not_done"), f"delivered, and called not sent: {said}")
        tally.judge(bool(delivered) or outcome != "done", f"called sent, and not delivered: {said}")
        tally.judge(delivered < 2, f"delivered twice: {said}")


def raise_everywhere(times: int, chance: Random) -> Tally:
    """Makes so many calls, each with something of the caller's that raises."""
    tally = Tally()
    with running_sandbox() as sandbox:
        for _ in range(times):
            sandbox.reset()
            sandbox.settings(rate_limit=None)
            _once(sandbox, chance, tally)
    return tally


def raise_to_one_that_believes_it(times: int, chance: Random) -> Tally:
    """Raises errors of connections alone, to a client that takes those of log handlers for the network's."""
    believed = [httpx.ConnectError, httpcore.ConnectError]
    with patch.dict(globals(), ERRORS=believed), patch.object(exchange, "is_from_logging", return_value=False):
        return raise_everywhere(times, chance)


ATTACK = Attack(on_the_sdk=raise_everywhere, on_a_weak_client=raise_to_one_that_believes_it, short=200, long=10_000)

if __name__ == "__main__":
    run(ATTACK)
