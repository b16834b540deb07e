"""Any number of cancellations, at any await, leaves a client as new: connections, turns, and what it knows of drafts.

Calls that read, send, wait for their mailbox's turn, for a token or in a retry are cancelled at each of their awaits
and at moments by chance, as asyncio and anyio can, once and twice. The sandbox's ledger says what went out.
"""

import asyncio
import gc
import warnings
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import nullcontext, suppress
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import anyio
import httpx

from feishu_mail import AsyncFeishuMail, FeishuMailError, RetryPolicy
from feishu_mail.wire import exchange
from feishu_mail.wire.connections import OwnAsyncTransport
from feishu_mail_sandbox import SandboxControl
from tests.attacks.attack import Attack, Tally, run
from tests.attacks.sandbox_process import sandbox_process
from tests.faults.connections import listening, wait_until_left

AT_ONCE = 60
"""Calls that are on their way together."""
MOST_IDLE = 20
"""Connections that a client keeps for its reads."""
MOST_AWAITS = 26
"""In one call, about."""
LONGEST_ROUND = 60
"""Seconds after which what still goes on hangs."""
BUSY = "busy@example.com"
KINDS = ("send", "get", "own client", "turn", "token", "retry")
PATIENT = RetryPolicy(max_attempts=200, initial_backoff=0.001, jitter=0.002, max_backoff=0.004)

Finishing = Coroutine[Any, Any, None]
Cancel = Callable[[Finishing], Coroutine[Any, Any, None]]


class CancelledAt(Awaitable[None]):
    """Awaits something, and cancels at its so many-th await; ``twice``: at the one after it again."""

    def __init__(self, finishing: Finishing, at: int, cancel: Callable[[], object], *, twice: bool) -> None:
        self._finishing = finishing
        self._at = (at, at + twice)
        self._cancel = cancel

    def __await__(self) -> Generator[Any, Any, None]:
        """Hands on what is awaited."""
        inner: Any = self._finishing.__await__()
        go_on, value, awaits = inner.send, None, 0
        while True:
            try:
                awaited = go_on(value)
            except StopIteration:
                return
            awaits += 1
            if awaits in self._at:
                self._cancel()
            try:
                go_on, value = inner.send, (yield awaited)
            except BaseException as error:  # noqa: BLE001 -- it is the inner one's to see
                go_on, value = inner.throw, error


async def scope_at(at: int, twice: bool, finishing: Finishing) -> None:
    """Cancels through anyio's scope."""
    with anyio.CancelScope() as scope:
        await CancelledAt(finishing, at, scope.cancel, twice=twice)


async def task_at(at: int, twice: bool, finishing: Finishing) -> None:
    """Cancels the task, as asyncio does it."""

    async def count() -> None:
        await CancelledAt(
            finishing,
            at,
            lambda: task.cancel(),  # noqa: PLW0108 -- there is none yet
            twice=twice,
        )

    task = asyncio.ensure_future(count())
    await asyncio.wait([task])


async def scope_after(seconds: float, twice: bool, finishing: Finishing) -> None:
    """Cancels through anyio's scope, at a moment."""
    with anyio.move_on_after(seconds):
        await finishing


async def task_after(seconds: float, twice: bool, finishing: Finishing) -> None:
    """Cancels the task, at a moment, and at another."""
    task = asyncio.ensure_future(finishing)
    for number in range(1 + twice):
        asyncio.get_running_loop().call_later(seconds + number * 0.0003, task.cancel)
    await asyncio.wait([task])


async def time_out(seconds: float, twice: bool, finishing: Finishing) -> None:
    """Cancels as asyncio's own timeouts do."""
    with suppress(TimeoutError):
        if twice:
            await asyncio.wait_for(finishing, seconds)
        else:
            async with asyncio.timeout(seconds):
                await finishing


def slow_tokens() -> Callable[[], Awaitable[str]]:
    """Returns a callable whose first token is refused."""
    tokens = ["u-x", "u-expired"]

    async def token() -> str:
        await anyio.sleep(0.001)
        return tokens.pop() if len(tokens) > 1 else tokens[0]

    return token


class Job:
    """A call that is cancelled, and its draft: gone when it is sent again, whether it went out or not."""

    def __init__(self, kind: str, number: int, cancel: Cancel, sandbox: SandboxControl) -> None:
        self.kind = kind
        self.cancel = cancel
        self.outcome = "cancelled"
        self.mailbox = BUSY if kind == "turn" else f"{number}@example.com"
        script = ["drop_after_accept" if kind == "retry" else "unknown_members", 1234050]
        self.draft_id = sandbox.create_draft(user_mailbox_id=self.mailbox, script=script)

    async def finish(self, mail: AsyncFeishuMail, http_client: httpx.AsyncClient) -> None:
        """Makes the call, and notes how it ended if it did."""
        try:
            if self.kind == "get":
                found = await mail.drafts.get(self.draft_id, user_mailbox_id=self.mailbox)
                self.outcome = "read" if found.id == self.draft_id else f"read {found.id}"
            else:
                options: Any = {"http_client": http_client} if self.kind == "own client" else {}
                options |= {"access_token": slow_tokens()} if self.kind == "token" else {}
                await mail.drafts.send(self.draft_id, user_mailbox_id=self.mailbox, **options)
                self.outcome = "done"
        except FeishuMailError as error:
            self.outcome = str(error.outcome)


def open_files() -> int:
    """Returns how many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


class Client:
    """A client in use under an event loop, and who judges it."""

    def __init__(self, mail: AsyncFeishuMail, sandbox: SandboxControl, tally: Tally) -> None:
        self.mail = mail
        self.sandbox = sandbox
        self.tally = tally
        self._open_files = open_files()

    async def cancel_all(self, jobs: list[Job]) -> None:
        """Makes the calls together, cancels each, and judges what is left."""
        # Where httpcore's pool loses a connection of a caller's own client, that is the caller's.
        async with httpx.AsyncClient(verify=False) as http_client, anyio.create_task_group() as tasks:
            for job in jobs:
                tasks.start_soon(job.cancel, job.finish(self.mail, http_client))
        await self.judge(jobs)

    async def judge(self, jobs: list[Job]) -> None:
        """Makes each call another time, which must end as the ledger has it, too."""
        self.tally.calls += 2 * len(jobs)
        self.tally.faults += sum(job.outcome == "cancelled" for job in jobs)
        self._judge_outcomes(jobs)
        with anyio.move_on_after(LONGEST_ROUND):
            async with httpx.AsyncClient(verify=False) as http_client, anyio.create_task_group() as tasks:
                for job in jobs:
                    job.outcome = "hangs"
                    tasks.start_soon(job.finish, self.mail, http_client)
        self._judge_outcomes(jobs)
        turns = [turn() for turn in self.mail._caller._turns._locks.values()]
        held = sum(turn is not None and turn.locked() for turn in turns)
        self.tally.judge(held == 0, f"{held} turns were not given back")
        with anyio.move_on_after(1):
            # A socket is closed a turn of the event loop after its connection.
            while open_files() > self._open_files + MOST_IDLE:  # noqa: ASYNC110
                await anyio.sleep(0.001)
        more = open_files() - self._open_files
        self.tally.judge(more <= MOST_IDLE, f"{more} more files are open")
        self.sandbox.reset()
        self.sandbox.settings(rate_limit=None, send_seconds=0.001)

    def _judge_outcomes(self, jobs: list[Job]) -> None:
        delivered = {mail["draft_id"] for mail in self.sandbox.deliveries()}
        for job in jobs:
            is_out = job.draft_id in delivered
            is_true = {"done": is_out, "not_done": not is_out, "hangs": False, "read": job.kind == "get"}
            self.tally.judge(
                is_true.get(job.outcome, job.outcome in ("cancelled", "unknown")),
                f"{job.kind}, {job.cancel}: {job.outcome}, but it is {'out' if is_out else 'not out'}",
            )


async def cancel_in_a_loop(
    backend: str, times: int, most_awaits: int, chance: Random, sandbox: SandboxControl, tally: Tally
) -> None:
    """Cancels at each await, then by chance until there were so many."""
    is_asyncio = backend == "asyncio"
    async with AsyncFeishuMail(
        access_token="u-x", base_url=sandbox.base_url, retry=PATIENT, timeout=10, pace=None
    ) as mail:
        client = Client(mail, sandbox, tally)
        await client.cancel_all([Job(kind, 0, scope_never, sandbox) for kind in KINDS])
        at_each = [scope_at, task_at] if is_asyncio else [scope_at]
        sweep: list[tuple[str, Cancel]] = [
            (kind, partial(cancel, at, twice))
            for cancel, twice in product(at_each, {False, is_asyncio})
            for at, kind in product(range(1, most_awaits), KINDS)
        ]
        by_chance = [scope_after, task_after, time_out] if is_asyncio else [scope_after]
        while sweep or tally.faults < times:
            while len(sweep) < AT_ONCE:
                cancel = chance.choice(by_chance)
                sweep.append((chance.choice(KINDS), partial(cancel, chance.uniform(0, 0.03), chance.random() < 0.5)))
            some, sweep = sweep[:AT_ONCE], sweep[AT_ONCE:]
            await client.cancel_all([Job(kind, number, cancel, sandbox) for number, (kind, cancel) in enumerate(some)])
            if len(tally.violations) > 100:
                return


async def cancel_handshakes(times: int, chance: Random, tally: Tally) -> None:
    """Cancels while TLS is agreed upon with somebody who says nothing."""
    with listening(wait_until_left) as port:
        async with (
            AsyncFeishuMail(access_token="u-x", base_url=f"https://127.0.0.1:{port}") as mail,
            anyio.create_task_group() as tasks,
        ):

            async def finish(number: int) -> None:
                with suppress(FeishuMailError):
                    await mail.drafts.send("draft", user_mailbox_id=f"{number}@example.com")

            for number in range(times):
                cancel = chance.choice([scope_after, task_after])
                tasks.start_soon(cancel, chance.uniform(0.05, 0.2), False, finish(number))
        tally.calls += times
        tally.faults += times


async def scope_never(finishing: Finishing) -> None:
    """Cancels nothing, and warms the client up."""
    await finishing


def leave_loops(times: int, sandbox: SandboxControl, tally: Tally) -> None:
    """Ends event loops in the midst of calls of one client, which others go on with."""
    mail = AsyncFeishuMail(access_token="u-x", base_url=sandbox.base_url, retry=PATIENT, timeout=10, pace=None)

    async def leave(jobs: list[Job], http_client: httpx.AsyncClient) -> None:
        # asyncio.run cancels what is pending.
        tasks = [asyncio.ensure_future(job.finish(mail, http_client)) for job in jobs]
        await asyncio.wait(tasks, timeout=0.01)

    for _ in range(times):
        jobs = [Job(kind, number, scope_never, sandbox) for number, kind in enumerate(KINDS * 4)]
        asyncio.run(leave(jobs, httpx.AsyncClient(verify=False)))
        asyncio.run(Client(mail, sandbox, tally).judge(jobs))
    asyncio.run(mail.aclose())


def cancel_calls(times: int, chance: Random, most_awaits: int = MOST_AWAITS) -> Tally:
    """Cancels about so many times, most of them under asyncio."""
    tally = Tally()
    with sandbox_process() as box, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ResourceWarning)
        box.control.settings(send_seconds=0.001)
        for backend, share in (("trio", times // 5), ("asyncio", times)):
            before = open_files()
            anyio.run(cancel_in_a_loop, backend, share, most_awaits, chance, box.control, tally, backend=backend)
            more = open_files() - before
            tally.judge(more <= 0, f"{more} files stayed open after {backend}")
        anyio.run(cancel_handshakes, AT_ONCE, chance, tally)
        gc.collect()
        unclosed = [str(warning.message) for warning in warned if "unclosed" in str(warning.message)]
        tally.violations += [f"left to the garbage collector: {words}" for words in unclosed]
        leave_loops(1 + times // 2000, box.control, tally)
    return tally


def cancel_the_careless(times: int, chance: Random) -> Tally:
    """Does the same to a client that lets a cancellation come between it and its connection's end."""
    unshielded = SimpleNamespace(CancelScope=lambda shield: nullcontext())

    async def aclose(self: Any) -> None:
        await anyio.lowlevel.checkpoint()
        await self._pool.aclose()

    with patch.object(exchange, "anyio", unshielded), patch.object(OwnAsyncTransport, "aclose", aclose):
        return cancel_calls(times // 5, chance, most_awaits=2)


ATTACK = Attack(on_the_sdk=cancel_calls, on_a_weak_client=cancel_the_careless, short=800, long=100_000)

if __name__ == "__main__":
    run(ATTACK)
