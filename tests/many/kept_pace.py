"""Sends many drafts at a limit: each goes out once, none is refused for the pace, and it takes no longer than it must.

Beside that, a service that counts late, before which a pace that counts from the grant, and a token bucket, must fail.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from typing import IO, Final, NamedTuple

from feishu_mail import Pace
from feishu_mail.many.run import send_many_async
from feishu_mail.many.states import DraftState
from tests.many.programs import ROOT, Findings, Part, run
from tests.many.watched_sandbox import WatchedSandbox, create_drafts, rate_limited, token_of, watched_sandbox
from tests.many.worker import Order
from tests.postgresql import PostgreSQL

MOST_OF_THE_OPTIMUM: Final = 1.05
MAILBOXES: Final = 3
COMMAND: Final = (sys.executable, "-m", "feishu_mail")


class Load(NamedTuple):
    """How much is sent, and at what limit."""

    drafts: int
    calls: int
    seconds: float

    @property
    def optimum(self) -> float:
        """The seconds between the first send and the last, at least."""
        return (self.drafts - 1) // self.calls * self.seconds


SCALED: Final = Load(60, 20, 9.0)
LESS_SCALED: Final = Load(60, 20, 15.0)
"""For workers who spend more on each draft, which is little beside the true limit."""
TRUE: Final = Load(60, 20, 60.0)
MANY_WINDOWS: Final = Load(60, 10, 2.0)
"""For a service that counts late."""


Start = Callable[[WatchedSandbox, Load, Path, list[tuple[str, str]], IO[bytes]], int]
"""Sends all, and returns the highest exit code."""


def at_the_limit(
    start: Start, load: Load, url: str | None, chance: Random, *, weak: bool = False, late: float = 0
) -> Findings:
    """Sends the load and judges it."""
    findings = Findings(convicted_of="refused for the pace" if weak else None)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stderr = stack.enter_context((folder / "stderr").open("w+b"))
        box = stack.enter_context(watched_sandbox(slow_to_count=late, seed=chance.randrange(1000)))
        box.control.settings(rate_limit={"calls": load.calls, "seconds": load.seconds})
        drafts = create_drafts(box, load.drafts, MAILBOXES)
        ledger = url or f"sqlite:///{folder / 'run.db'}"
        code = start(box, load, folder, [(ledger, ""), *drafts], stderr)
        stderr.seek(0)
        findings.judge(code == 0, f"exit code {code}: {stderr.read()[-2000:].decode()}")
        expected = dict.fromkeys((draft_id for _, draft_id in drafts), DraftState.SENT)
        findings.violations += box.judge(ledger, expected)
        refused, requests = rate_limited(box), len(box.arrivals)
        findings.judge(refused == 0, f"{refused} of {requests} requests were refused for the pace")
        findings.seen = f"{load.drafts} drafts {requests} requests {refused} with 429"
        if code == 0 and not late:
            ratio = box.makespan() / load.optimum
            findings.seen += f" {box.makespan():6.2f} s = {ratio:.3f} x optimum"
            findings.judge(
                ratio <= MOST_OF_THE_OPTIMUM, f"it took {ratio:.3f} times the optimum of {load.optimum:.0f} s"
            )
    return findings


def by_command(
    workers: int,
    options: tuple[str, ...],
    box: WatchedSandbox,
    load: Load,
    folder: Path,
    work: list[tuple[str, str]],
    stderr: IO[bytes],
) -> int:
    """Runs so many ``feishu-mail send-many`` on one ledger."""
    (ledger, _), *drafts = work
    file = folder / "drafts.tsv"
    file.write_text("".join(f"{mailbox}\t{draft_id}\n" for mailbox, draft_id in drafts), "utf-8")
    environment = {**os.environ, "FEISHU_BASE_URL": box.control.base_url}
    command = [*COMMAND, "send-many", ledger, str(file), "--pace", f"{load.calls}/{load.seconds}"]
    command += ["--tokens-from", "printf u-0-%.4s", *options]
    processes = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr
        )
        for _ in range(workers)
    ]
    return max(abs(process.wait()) for process in processes)


def in_an_event_loop(
    box: WatchedSandbox, load: Load, _folder: Path, work: list[tuple[str, str]], _stderr: IO[bytes]
) -> int:
    """Calls ``send_many_async``."""
    (ledger, _), *drafts = work
    pace = Pace(calls=load.calls, seconds=load.seconds)
    report = asyncio.run(
        send_many_async(drafts, ledger=ledger, tokens=token_of, pace=pace, base_url=box.control.base_url)
    )
    return 0 if report.all_sent else 1


def by_worker(
    alterations: tuple[str, ...],
    box: WatchedSandbox,
    load: Load,
    folder: Path,
    work: list[tuple[str, str]],
    stderr: IO[bytes],
) -> int:
    """Runs one worker, altered."""
    import json

    (ledger, _), *drafts = work
    file = folder / "drafts.json"
    file.write_text(json.dumps(drafts), "utf-8")
    order = Order(
        ledger=ledger,
        base_url=box.control.base_url,
        drafts=str(file),
        calls=load.calls,
        seconds=load.seconds,
        timeout=10,
        lease=20,
        alterations=alterations,
    )
    return abs(order.start(stderr).wait())


def parts(profile: str, server: PostgreSQL) -> Mapping[str, Part]:
    """Returns what is run."""

    def part(start: Start, load: Load, *, shared: bool = False, weak: bool = False, late: float = 0.0) -> Part:
        def findings(chance: Random) -> Findings:
            def once() -> Findings:
                url = server.new_database() if shared else None
                return at_the_limit(start, load, url, chance, weak=weak, late=late)

            found = once()
            # A machine that was busy with something else gets a second chance; nothing but time is forgiven.
            was_slow = ["times the optimum" in violation for violation in found.violations] == [True]
            return once() if was_slow else found

        return findings

    late = partial(part, load=MANY_WINDOWS, late=0.4)
    of_fleet = ("--work", "--drain")
    found = {
        "PostgreSQL, two of a fleet": part(partial(by_command, 2, of_fleet), LESS_SCALED, shared=True),
        "SQLite, one process": part(partial(by_command, 1, ()), SCALED),
        "PostgreSQL, two processes": part(partial(by_command, 2, ()), SCALED, shared=True),
        "an event loop": part(in_an_event_loop, SCALED),
        "a service that counts late": late(partial(by_worker, ())),
        "counts from the grant": late(partial(by_worker, ("counts-from-the-grant",)), weak=True),
        "a token bucket": late(partial(by_worker, ("token-bucket",)), weak=True),
    }
    if profile == "long":
        found["PostgreSQL, four of a fleet"] = part(partial(by_command, 4, of_fleet), LESS_SCALED, shared=True)
        found["PostgreSQL, four processes"] = part(partial(by_command, 4, ()), SCALED, shared=True)
        found["20 in 60 s"] = part(partial(by_command, 1, ()), TRUE)
    return found


if __name__ == "__main__":
    run(parts, at_once=4, longest=900, apart=1.75)
