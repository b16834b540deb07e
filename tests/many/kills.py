"""Kills, suspends and interrupts runs at named points and at moments by chance, takes their database and disk away.

Each draft must go out once, and the ledger must say in the end what the sandbox saw. An engine that trusts a refusal of
a draft that may be out must be convicted.
"""

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import IO, Final

from feishu_mail.commands.results import EXIT_SENT, EXIT_UNKNOWN
from feishu_mail.many.states import DraftState
from tests.attacks.signals import HEEDING
from tests.many.alterations import POINTS
from tests.many.programs import ROOT, Findings, Part, run
from tests.many.watched_sandbox import Arrival, WatchedSandbox, create_drafts, rate_limited, watched_sandbox
from tests.many.worker import EXIT_LEDGER_FAILED, Order
from tests.postgresql import PostgreSQL, running_postgresql

DRAFTS: Final = 30
MAILBOXES: Final = 4
CALLS, SECONDS = 15, 1.5
LEASE: Final = 2.0
LONGEST: Final = 90.0
"""Seconds that a crew may need."""
SCRIPTS: Final[Mapping[int, Sequence[str]]] = {
    2: ["vanish_after_accept"],
    5: ["drop_after_accept"],
    9: ["vanish_after_accept"],
    12: ["drop_before_accept"],
    16: ["truncated_body"],
    20: ["vanish_after_accept"],
    23: ["vanish_after_accept"],
}
"""What befalls some of the drafts besides."""


@dataclass(slots=True)
class Crew:
    """Workers on one ledger. One that is killed is replaced, one that is suspended goes on after its lease is over."""

    box: WatchedSandbox
    order: Order
    fates: deque[str]
    """Of those that are started, in turn: ``POINT TIME SIGNAL``, with ``left`` for a request that has left, or
    ``after SECONDS SIGNAL``. When they are used up, the others live."""
    stderr: IO[bytes]
    met: list[str] = field(default_factory=list[str])
    """The fates that were met."""
    _running: dict[int, tuple["subprocess.Popen[bytes]", str, float]] = field(default_factory=dict)
    _suspended: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.box.on_arrival = self._signal_on_arrival

    def work(self, workers: int) -> Iterator[str]:
        """Lets so many work until all are done; iterates over what goes wrong."""
        for _ in range(workers):
            self._start()
        deadline = time.monotonic() + LONGEST
        while self._running:
            time.sleep(0.01)
            for process, fate, began in list(self._running.values()):
                yield from self._look_after(process, fate, began)
            if time.monotonic() > deadline:
                yield f"{len(self._running)} workers hang"
                break
        for process, _, _ in self._running.values():
            process.kill()
            process.wait()

    def _start(self) -> None:
        fate = self.fates.popleft() if self.fates else ""
        altered = [*self.order.alterations, fate] if fate.split(" ")[0] in POINTS else self.order.alterations
        process = replace(self.order, alterations=altered).start(self.stderr)
        self._running[process.pid] = process, fate, time.monotonic()

    def _look_after(self, process: "subprocess.Popen[bytes]", fate: str, began: float) -> Iterator[str]:
        point, _, rest = fate.partition(" ")
        code = process.poll()
        if code is not None:
            del self._running[process.pid]
            if code == -signal.SIGKILL:
                self.met.append(point)
                self._start()
            elif code:
                yield f"a worker ended with {code}"
        elif point == "after" and time.monotonic() > began + float(rest.split(" ")[0]):
            self._running[process.pid] = process, "", began
            process.send_signal(signal.Signals[rest.split(" ")[1]])
            if rest.endswith("SIGSTOP"):
                self._suspended[process.pid] = time.monotonic()
            self.met += [point] if rest.endswith("SIGSTOP") else []
        elif rest.endswith("SIGSTOP") and os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOHANG):
            self.met.append(point)
            self._suspended[process.pid] = time.monotonic()
        elif time.monotonic() > self._suspended.get(process.pid, time.monotonic()) + 2 * LEASE:
            del self._suspended[process.pid]
            process.send_signal(signal.SIGCONT)

    def _signal_on_arrival(self, arrival: Arrival) -> None:
        _, fate, _ = self._running.get(arrival.process, (None, "", 0.0))
        if fate.startswith("left "):
            _, time_, name = fate.split(" ")
            if sum(other.process == arrival.process for other in self.box.arrivals) == int(time_):
                os.kill(arrival.process, signal.Signals[name])


@contextmanager
def scene(url: str | None, scripts: Mapping[int, Sequence[str]]) -> Iterator[tuple[WatchedSandbox, Order, IO[bytes]]]:
    """Prepares a sandbox with drafts, and the order for workers."""
    with tempfile.TemporaryDirectory() as name, (Path(name) / "stderr").open("w+b") as stderr, watched_sandbox() as box:
        box.control.settings(rate_limit={"calls": CALLS, "seconds": SECONDS}, send_seconds=0.1)
        drafts = create_drafts(box, DRAFTS, MAILBOXES, scripts)
        file = Path(name) / "drafts.json"
        file.write_text(json.dumps(drafts), "utf-8")
        ledger = url or f"sqlite:///{name}/run.db"
        base_url = box.control.base_url
        yield (
            box,
            Order(ledger=ledger, base_url=base_url, drafts=str(file), calls=CALLS, seconds=SECONDS, lease=LEASE),
            stderr,
        )


def judge(findings: Findings, box: WatchedSandbox, order: Order, scripts: Mapping[int, Sequence[str]]) -> None:
    """Compares the ledger with the sandbox, and counts what was refused for the pace."""
    expected = {
        f"draft-{number}": DraftState.UNKNOWN if scripts.get(number) == ["vanish_after_accept"] else DraftState.SENT
        for number in range(DRAFTS)
    }
    findings.violations += box.judge(order.ledger, expected)
    refused = rate_limited(box)
    findings.judge(refused == 0, f"{refused} requests were refused for the pace")
    findings.seen = f"{DRAFTS} drafts {len(box.arrivals):3} requests"


def killed(
    fates: Callable[[Random], Sequence[str]],
    chance: Random,
    *,
    workers: int = 1,
    url: Callable[[], str] | None = None,
    scripts: Mapping[int, Sequence[str]] = SCRIPTS,
    weakness: str | None = None,
    of_fleet: bool = False,
) -> Findings:
    """Lets workers die or be suspended, one after the other."""
    findings = Findings(convicted_of="is not_sent in the ledger" if weakness else None)
    planned = fates(chance)
    with scene(url and url(), scripts) as (box, order, stderr):
        altered = replace(order, alterations=[weakness] if weakness else [], of_fleet=of_fleet)
        crew = Crew(box, altered, deque(planned), stderr)
        findings.violations += crew.work(workers)
        judge(findings, box, order, scripts)
        findings.seen += f", {len(crew.met):2} fates met"
        findings.judge(2 * len(crew.met) > len(planned), f"only {len(crew.met)} of {len(planned)} met their fate")
        if not findings.is_as_it_must_be:
            stderr.seek(0)
            findings.violations.append(stderr.read()[-2000:].decode("utf-8", "replace"))
    return findings


def at_each_point(chance: Random, name: str = "SIGKILL") -> Sequence[str]:
    """Returns a fate at each named point."""
    points = [*POINTS, "left"]
    chance.shuffle(points)
    return [f"{point} {1 if point == 'loading' else chance.randint(1, 4)} {name}" for point in points]


def at_moments(times: int, chance: Random) -> Sequence[str]:
    """Returns so many fates at moments by chance."""
    return [f"after {chance.uniform(0.3, 2.5):.3f} SIGKILL" for _ in range(times)]


def suspended(chance: Random) -> Sequence[str]:
    """Returns fates of two workers that hang where it hurts."""
    points = chance.sample(["permitted", "begun", "left", "settling", "handed-over", "answered"], 2)
    return [f"{point} {chance.randint(1, 3)} SIGSTOP" for point in points]


def restarted(chance: Random, *, times: int) -> Findings:
    """Restarts PostgreSQL in mid-run, in good order and as after a crash."""
    findings = Findings()
    restarts = 0
    with running_postgresql() as server, scene(server.new_database(), SCRIPTS) as (box, order, stderr):
        crew = Crew(box, order, deque(), stderr)
        problems: list[str] = []
        thread = threading.Thread(target=lambda: problems.extend(crew.work(2)))
        thread.start()
        for number in range(times):
            seen = len(box.arrivals)
            while thread.is_alive() and len(box.arrivals) < seen + 4:
                time.sleep(0.01)
            if thread.is_alive():
                time.sleep(chance.uniform(0, 0.2))
                server.restart(immediate=bool(number % 2))
                restarts += 1
        thread.join()
        findings.violations += problems
        judge(findings, box, order, SCRIPTS)
        findings.seen += f", {restarts} restarts"
        findings.judge(restarts > 1, "the run was over too soon")
        if findings.violations:
            stderr.seek(0)
            findings.violations.append(stderr.read()[-2000:].decode("utf-8", "replace"))
    return findings


def disk_full(chance: Random) -> Findings:
    """Lets writes to the ledger fail in mid-run, from some size of its files on; then there is space again."""
    findings = Findings()
    failures = 0
    with scene(None, SCRIPTS) as (box, order, stderr):
        for kib in sorted(chance.sample(range(120, 700), 4)):
            code = replace(order, largest_file=kib * 1024).start(stderr).wait()
            failures += code == EXIT_LEDGER_FAILED
            findings.judge(code in (0, EXIT_LEDGER_FAILED), f"a worker on a full disk ended with {code}")
        findings.violations += Crew(box, order, deque(), stderr).work(1)
        judge(findings, box, order, SCRIPTS)
        findings.seen += f", {failures} runs on a full disk"
        findings.judge(failures > 0, "the disk was never full")
    return findings


def interrupted_twice(numbers: Sequence[signal.Signals], chance: Random) -> Findings:
    """Sends a signal twice, and runs the command again, which takes over once the lease is over."""
    findings = Findings()
    with scene(None, SCRIPTS) as (box, order, stderr):
        box.control.settings(send_seconds=10)
        tsv = Path(order.drafts).with_suffix(".tsv")
        drafts = json.loads(Path(order.drafts).read_text("utf-8"))
        tsv.write_text("".join(f"{mailbox}\t{draft_id}\n" for mailbox, draft_id in drafts), "utf-8")
        command = [*HEEDING, "send-many", order.ledger, str(tsv), "--pace", f"{CALLS}/{SECONDS}"]
        command += ["--tokens-from", "printf u-0-%.4s"]
        environment = {**os.environ, "FEISHU_BASE_URL": box.control.base_url}

        def start() -> "subprocess.Popen[bytes]":
            return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=stderr)

        for number in numbers:
            seen = len(box.arrivals)
            process = start()
            while len(box.arrivals) <= seen and process.poll() is None:
                time.sleep(0.01)
            time.sleep(chance.uniform(0.1, 0.5))
            process.send_signal(number)
            time.sleep(0.3)
            in_flight = len(box.arrivals)
            began = time.monotonic()
            process.send_signal(number)
            code = process.wait(20)
            findings.judge(code == 128 + number, f"it ended with {code} after two signals {number}")
            findings.judge(time.monotonic() - began < 6, "the second signal did not end it at once")
            findings.judge(len(box.arrivals) == in_flight, "a request left after the first signal")
        box.control.settings(send_seconds=0.05)
        findings.judge(start().wait() in (EXIT_SENT, EXIT_UNKNOWN), "the run that resumes failed")
        judge(findings, box, order, SCRIPTS)
        findings.seen += f", {len(numbers)} times interrupted twice"
        if findings.violations:
            stderr.seek(0)
            findings.violations.append(stderr.read()[-2000:].decode("utf-8", "replace"))
    return findings


def parts(profile: str, server: PostgreSQL) -> Mapping[str, Part]:
    """Returns what is run."""
    rounds, moments = (1, 4) if profile == "short" else (4, 13)
    numbers = [signal.SIGINT] if profile == "short" else [signal.SIGINT, signal.SIGTERM]
    vanishing = {number: ["vanish_after_accept"] for number in range(DRAFTS // 2)}
    found: dict[str, Part] = {"SQLite, interrupted twice": partial(interrupted_twice, numbers)}
    for number in range(1, rounds + 1):
        for name, url in {"SQLite": None, "PostgreSQL": server.new_database}.items():
            for workers in (1, 2, 4) if profile == "long" else (1 if url is None else 2,):
                found[f"{name}, {workers} killed at points {number}"] = partial(
                    killed, at_each_point, url=url, workers=workers
                )
            for workers in (1, 2, 4) if profile == "long" else (4 if url is None else 3,):
                by_chance = partial(at_moments, moments)
                found[f"{name}, {workers} killed at moments {number}"] = partial(
                    killed, by_chance, url=url, workers=workers
                )
            found[f"{name}, 2 suspended {number}"] = partial(killed, suspended, url=url, workers=2)
    of_fleet = partial(killed, url=server.new_database, of_fleet=True)
    found["fleet of 2 killed at points"] = partial(of_fleet, at_each_point, workers=2)
    found["fleet of 3 suspended"] = partial(of_fleet, suspended, workers=3)
    if profile == "long":
        found["fleet of 4 killed at moments"] = partial(of_fleet, partial(at_moments, moments), workers=4)
    found["PostgreSQL restarted"] = partial(restarted, times=2 if profile == "short" else 6)
    found["SQLite, disk full"] = disk_full
    in_flight = partial(killed, lambda _: ["left 2 SIGKILL", "left 3 SIGKILL"])
    found["trusts not_sent"] = partial(in_flight, scripts=vanishing, weakness="trusts-not-sent")
    return found


if __name__ == "__main__":
    run(parts, at_once=5, longest=3000)
