"""One AsyncFeishuMail serves several event loops, at once and one after the other, asyncio's and trio's, as if each had
its own: no call hangs, gets another's answer, or suffers from a loop that ended in the midst of its calls.
"""

import asyncio
import gc
import threading
import warnings
from contextlib import ExitStack
from random import Random
from unittest.mock import patch

import anyio

from feishu_mail import AsyncFeishuMail, FeishuMailError, RetryPolicy
from feishu_mail_sandbox import SandboxControl
from tests.attacks.attack import Attack, Tally, run
from tests.attacks.sandbox_process import sandbox_process

CALLS = 4
"""That each loop makes together."""
# Each loop takes turns of its own; the service has one lock for all.
PATIENT = RetryPolicy(max_attempts=1_000, initial_backoff=0.002, jitter=0.004, max_backoff=0.006)


class Trial:
    """A client, made where no loop runs, and what loops in threads do with it at the same time."""

    def __init__(self, sandbox: SandboxControl, tally: Tally, chance: Random, seconds: float) -> None:
        self.sandbox = sandbox
        self.tally = tally
        self.seconds = seconds
        self.kinds = [chance.choice(["asyncio", "trio", "left", "closed"]) for _ in range(chance.choice([2, 3, 10]))]
        self.asked = 0
        self.drafts: list[str] = []
        self.mail = AsyncFeishuMail(
            access_token=self._slow_token, base_url=sandbox.base_url, retry=PATIENT, timeout=10, pace=None
        )

    async def _slow_token(self) -> str:
        self.asked += 1
        await anyio.sleep(0.005)
        return "u-expired" if self.asked == 1 else "u-x"

    def run(self) -> None:
        """Runs the loops at once, and then another that closes the client."""
        threads = [threading.Thread(target=self._run_loop, args=[kind], daemon=True) for kind in self.kinds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(self.seconds + 5)
            self.tally.judge(not thread.is_alive(), f"a loop hangs, beside {self.kinds}")
        # One refresh is shared within a loop; every loop may ask once at first, and once for what was refused.
        self.tally.judge(self.asked <= 2 * len(threads), f"{len(threads)} loops asked {self.asked} times for a token")
        delivered = {mail["draft_id"] for mail in self.sandbox.deliveries()}
        self.tally.judge(delivered >= set(self.drafts), "a draft that was said to be sent is not out")
        try:
            anyio.run(self.mail.aclose)
        except RuntimeError as error:
            self.tally.judge(False, f"the client cannot be closed: {error!r}")
        self.sandbox.reset()
        self.sandbox.settings(rate_limit=None)

    def _run_loop(self, kind: str) -> None:
        self.tally.faults += 1
        try:
            if kind == "left":
                asyncio.run(self._begin())
            elif kind == "closed":
                loop = asyncio.new_event_loop()
                # It would say which tasks are pending, as is intended.
                loop.set_exception_handler(lambda loop, context: None)
                loop.run_until_complete(self._begin())
                loop.close()
            else:
                anyio.run(self._call_all, backend=kind)
        except Exception as error:  # noqa: BLE001 -- whatever two loops make of each other
            self.tally.judge(False, f"{kind}, beside {self.kinds}: {error!r}")

    async def _begin(self) -> None:
        """Begins calls, and ends before they do: cancelled by ``asyncio.run``, or never gone on with."""
        self.tasks = [asyncio.ensure_future(self._call_once()) for _ in range(CALLS)]
        await asyncio.sleep(0.004)

    async def _call_all(self) -> None:
        try:
            with anyio.fail_after(self.seconds):
                async with anyio.create_task_group() as tasks:
                    for _ in range(CALLS):
                        tasks.start_soon(self._call_once)
        except TimeoutError:
            self.tally.judge(False, f"a call hangs in a loop beside {self.kinds}")

    async def _call_once(self) -> None:
        draft_id = self.sandbox.create_draft()
        self.tally.calls += 2
        try:
            found = await self.mail.drafts.get(draft_id)
            await self.mail.drafts.send(draft_id)
        except FeishuMailError as error:
            self.tally.judge(False, f"a call failed in a loop beside {self.kinds}: {error}")
        else:
            self.tally.judge(found.id == draft_id, "a read got another's answer")
            self.drafts.append(draft_id)


def call_from_loops(times: int, chance: Random, seconds: float = 20) -> Tally:
    """Makes so many trials."""
    tally = Tally()
    with sandbox_process() as box, warnings.catch_warnings():
        # A loop that is closed in the midst of calls leaves them, and connections, to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        for _ in range(times):
            Trial(box.control, tally, chance, seconds).run()
        gc.collect()
    return tally


def call_as_if_there_were_one(times: int, chance: Random) -> Tally:
    """Does the same to a client that takes all loops for one."""
    with ExitStack() as stack:
        for module in ("calls.callers", "wire.exchange", "wire.access_tokens"):
            stack.enter_context(patch(f"feishu_mail.{module}.current_event_loop", return_value="the loop"))
        return call_from_loops(min(times, 3), chance, seconds=1)


ATTACK = Attack(on_the_sdk=call_from_loops, on_a_weak_client=call_as_if_there_were_one, short=25, long=1_000)

if __name__ == "__main__":
    run(ATTACK)
