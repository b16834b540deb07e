"""Measures one thing about one contender, in the contender's own environment: CONTENDER URL MEASURE COUNT.

Prints a JSON object of figures: seconds and bytes for each process, seconds for each call. It imports nothing but the
standard library, so that a contender finds only what it brought.
"""

import asyncio
import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any, Final

IN_FLIGHT: Final = 16


def cold_start(program: str, url: str, _count: int) -> dict[str, float]:
    """A process that imports, makes a client, sends one draft and exits."""
    began = time.perf_counter()
    # Begun by this small process: a child begins with the peak memory of the process that it came from.
    child = os.posix_spawn(sys.executable, [sys.executable, "-I", program, url], os.environ)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - began
    if status:
        raise RuntimeError("the draft was not sent")
    return {"wall": wall, "CPU": usage.ru_utime + usage.ru_stime, "peak memory": usage.ru_maxrss * 1024}


def send(program: str, url: str, count: int) -> dict[str, float]:
    """Sends, one after the other, of a process that has sent before."""
    with _opened(program, "opened", url) as send_one:
        return _cpu_of(lambda number: send_one("me", f"draft-{number}"), count)


def read(program: str, url: str, count: int) -> dict[str, float]:
    """Reads, one after the other, of a process that has read before."""
    with _opened(program, "opened_for_reads", url) as read_one:
        return _cpu_of(lambda number: read_one(f"draft-{number}"), count)


def in_flight(program: str, url: str, count: int) -> dict[str, float]:
    """Sends of several tasks, each those of a mailbox of its own."""

    async def send_all(send_one: Any, sends: int) -> None:
        drafts = iter(range(sends))

        async def send_drafts(mailbox: str) -> None:
            for draft in drafts:
                _demand(await send_one(mailbox, f"draft-{draft}"))

        async with asyncio.TaskGroup() as tasks:
            for number in range(IN_FLIGHT):
                tasks.create_task(send_drafts(f"mailbox-{number}@example.com"))

    async def measure() -> dict[str, float]:
        async with _opened(program, "opened_async", url) as send_one:
            await send_all(send_one, IN_FLIGHT)
            wall, cpu = time.perf_counter(), time.process_time()
            await send_all(send_one, count)
            return {"wall": (time.perf_counter() - wall) / count, "CPU": (time.process_time() - cpu) / count}

    return asyncio.run(measure())


def endure(program: str, url: str, count: int) -> dict[str, float]:
    """Very many sends: the memory added since a tenth of them, and what is still open after the client was closed."""
    before = _held()
    with _opened(program, "opened", url) as send_one:
        for number in range(count // 10):
            _demand(send_one("me", f"draft-{number}"))
        early = _held()
        for number in range(count // 10, count):
            _demand(send_one("me", f"draft-{number}"))
        late = _held()
    after = _held()
    return {
        "memory": late["memory"] - early["memory"],
        **{name: after[name] - before[name] for name in ("sockets", "threads")},
    }


def _held() -> dict[str, int]:
    resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    sockets = sum(file.is_socket() for file in Path("/proc/self/fd").iterdir())
    return {"memory": resident, "sockets": sockets, "threads": len(list(Path("/proc/self/task").iterdir()))}


def _opened(program: str, name: str, url: str) -> Any:
    sys.path.append(str(Path(program).parent))
    return getattr(import_module(Path(program).stem), name)(url)


def _cpu_of(call: Any, count: int) -> dict[str, float]:
    for number in range(count // 10 + 1):
        _demand(call(number))
    began = time.process_time()
    for number in range(count):
        _demand(call(number))
    return {"CPU": (time.process_time() - began) / count}


def _demand(answer: object) -> None:
    if not answer:
        raise RuntimeError("the call did not succeed")


MEASURES: Final = {"cold start": cold_start, "send": send, "read": read, "16 in flight": in_flight, "endurance": endure}

if __name__ == "__main__":
    _, chosen, base_url, measure_name, calls = sys.argv
    print(json.dumps(MEASURES[measure_name](chosen, base_url, int(calls))))
