"""Sends 50,000 drafts, or 2,000 in the short profile, to a service that answers at once; measures what it costs.

The service is a transport inside the process, so that all time and memory are the run's. The run is ended half-way, and
resumed. Writes build/many-drafts.json; with ``--plot`` draws docs/many-drafts.svg, both ledgers side by side.
"""

import argparse
import inspect
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import httpx

from feishu_mail.many.ledger import Ledger
from feishu_mail.many.run import send_many
from tests.many.plot import plot
from tests.many.programs import ROOT
from tests.postgresql import running_postgresql

MOST_MIB: Final = 100.0
MOST_CLAIM: Final = 0.005
MOST_LOAD: Final = 5.0
MOST_RESUME: Final = 2.0
MAILBOXES: Final = 200
POINTS: Final = 50
"""Of the plot."""
RESULTS: Final = ROOT / "build" / "many-drafts.json"


class Service(httpx.BaseTransport):
    """Answers each send at once, and raises SIGTERM after so many."""

    def __init__(self, ends_after: int | None) -> None:
        self.sent = 0
        self._ends_after = ends_after
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answers."""
        with self._lock:
            self.sent += 1
            if self.sent == self._ends_after:
                os.kill(os.getpid(), signal.SIGTERM)
        return httpx.Response(200, json={"code": 0, "msg": "success", "data": {"message_id": "m", "thread_id": "t"}})


class Measured:
    """Times a method of the ledger, and the memory beside it."""

    def __init__(self, name: str, memory: Callable[[], float]) -> None:
        self.rows: list[tuple[float, float]] = []
        self.first: float = 0.0
        self.seen = 0
        original: Callable[..., Any] = getattr(Ledger, name)

        def measured(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            found = original(*arguments, **named)
            ended = time.perf_counter()
            if not self.seen:
                self.first = ended
            self.seen += 1
            # Of every claim the time, of every hundredth the memory; a list of pairs is itself memory.
            self.rows.append((ended - began, memory() if len(self.rows) % 100 == 0 else 0.0))
            return found

        setattr(Ledger, name, measured)
        self.restore: Callable[[], None] = lambda: setattr(Ledger, name, original)


def resident_mib() -> float:
    """Returns the memory of this process, as Linux counts it."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def measure(ledger: str, drafts: int) -> dict[str, Any]:
    """Loads, sends half, resumes and sends the rest; returns the figures. In a process of its own, for the memory."""
    before = resident_mib()

    def ids() -> Any:
        for number in range(drafts):
            yield f"box{number % MAILBOXES}@example.com", f"draft-{number}"

    def run_(service: Service) -> float:
        claims.seen = 0
        began = time.perf_counter()
        with httpx.Client(transport=service) as client:
            send_many(ids(), ledger=ledger, tokens=lambda mailbox: "u-x", pace=None, http_client=client, at_once=1)
        return claims.first - began

    claims = Measured("claim", lambda: resident_mib() - before)
    began = time.perf_counter()
    first = Service(drafts // 2)
    load = run_(first)
    second = Service(None)
    resume = run_(second)
    seconds = time.perf_counter() - began
    claims.restore()
    size = max(1, len(claims.rows) // POINTS)
    stretches = [claims.rows[start : start + size] for start in range(0, len(claims.rows), size)]
    stretches = [stretch for stretch in stretches if len(stretch) >= size // 2]
    with_ledger = Ledger(ledger)
    counts = {str(state): count for state, count in with_ledger.counts().items()}
    with_ledger.close()
    return {
        "drafts": drafts,
        "counts": counts,
        "requests": first.sent + second.sent,
        "load_seconds": load,
        "resume_seconds": resume,
        "seconds": seconds,
        "claim_seconds": [statistics.median(row[0] for row in stretch) for stretch in stretches],
        # What it takes where nothing else was going on in the machine.
        "least_seconds": [statistics.quantiles((row[0] for row in stretch), n=10)[0] for stretch in stretches],
        "mib": [max(row[1] for row in stretch) for stretch in stretches],
    }


def judge(name: str, figures: dict[str, Any]) -> bool:
    """Prints the figures, and returns whether every demand is met."""
    claims, mib = figures["least_seconds"], figures["mib"]
    begin, end = statistics.median(claims[:5]), statistics.median(claims[-5:])
    met = {
        f"{figures['counts'].get('sent')} of {figures['drafts']} sent, {figures['requests']} requests": (
            figures["counts"].get("sent") == figures["requests"] == figures["drafts"]
        ),
        f"load {figures['load_seconds']:.1f} s": figures["load_seconds"] <= MOST_LOAD,
        f"resume {figures['resume_seconds']:.2f} s": figures["resume_seconds"] <= MOST_RESUME,
        f"claim {begin * 1000:.1f} ms, at the end {end * 1000:.1f} ms": max(begin, end) <= MOST_CLAIM,
        f"{max(mib):.0f} MiB": max(mib) <= MOST_MIB,
    }
    print(f"{name:10} {'; '.join(met)}; {figures['seconds']:.0f} s", flush=True)
    for text, is_met in met.items():
        if not is_met:
            print(f"  NOT MET: {text}", file=sys.stderr)
    return all(met.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what the arguments say."""
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("--profile", choices=("short", "long"), default="short", help="how much (default: %(default)s)")
    parser.add_argument("--plot", action="store_true", help="draw docs/many-drafts.svg")
    parser.add_argument("--measure", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    drafts = 50_000 if options.profile == "long" else 2_000
    if options.measure:
        print(json.dumps(measure(options.measure, drafts)))
        return 0

    def child(url: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.many.scale", "--profile", options.profile, "--measure", url]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures

    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": child(f"sqlite:///{folder}/run.db")}
    if options.profile == "long":
        with running_postgresql() as server:
            found["PostgreSQL"] = child(server.new_database())
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=1), "utf-8")
    if options.plot:
        (ROOT / "docs" / "many-drafts.svg").write_text(plot(found), "utf-8")
    return 0 if min([judge(name, figures) for name, figures in found.items()]) else 1


if __name__ == "__main__":
    sys.exit(main())
