"""Sends drafts of different mailboxes with many tasks, and prints wall and CPU seconds a send for each number of tasks.

pyperf times one coroutine after the other, but here several are in flight at once, and two clocks are read.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "contenders"))

Send = Callable[[str, str], Awaitable[str | None]]


async def send_all(send: Send, in_flight: int, sends: int) -> None:
    """Sends as many drafts, each task those of its own mailbox."""
    drafts = iter(range(sends))

    async def of_one_mailbox(mailbox: str) -> None:
        for draft in drafts:
            if not await send(mailbox, f"draft-{draft}"):
                raise RuntimeError("the draft was not sent")

    async with asyncio.TaskGroup() as tasks:
        for number in range(in_flight):
            tasks.create_task(of_one_mailbox(f"mailbox-{number}@example.com"))


async def measure(contender: str, base_url: str, in_flight: int, sends: int) -> dict[str, float]:
    """Returns the seconds a send once every task has its connection."""
    async with import_module(contender).opened_async(base_url) as send:
        await send_all(send, in_flight, min(in_flight, sends))
        wall, cpu = time.perf_counter(), time.process_time()
        await send_all(send, in_flight, sends)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"in_flight": in_flight, "wall": wall / sends, "cpu": cpu / sends}


def main() -> None:
    """Takes the contender, the base URL, and pairs like 16:2000 (in flight: sends)."""
    contender, base_url, *plan = sys.argv[1:]
    import_module(contender)
    for pair in plan:
        in_flight, sends = map(int, pair.split(":"))
        print(json.dumps(asyncio.run(measure(contender, base_url, in_flight, sends))), flush=True)


if __name__ == "__main__":
    main()
