"""`make bench`: measures what the SDK costs beside other clients, against one server on this machine's loopback.

Exit codes: 0 measured; 1 measured, but a demand is not held (of a quick run, which is too short to judge by, nothing is
demanded); 2 could not measure or publish; 130 interrupted.
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.children import BenchError
from bench.contender_table import CONTENDERS, RESULTS, ROOT
from bench.figures import PARTS
from bench.machine import machine
from bench.publishing import CannotPublish, publish
from bench.report import Report, UnreadableReport, to_json
from bench.sizes import FULL, QUICK
from bench.tables import tables
from bench.thresholds import judge, judge_duration

DOCS: Final = ROOT / "docs"
DATA: Final = RESULTS / "results.json"
PLOT: Final = RESULTS / "performance.png"
PYPERF_DATA: Final = RESULTS / "pyperf.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what the arguments say, and returns the exit code."""
    options = _parser().parse_args(arguments)
    # Whoever ends this process ends those that it started, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        match options.command:
            case "run":
                return _run(options.parts, quick=options.quick)
            case "gate":
                from bench.gate import hold

                return hold(_Progress())
            case _:
                return _publish()
    except (BenchError, CannotPublish, UnreadableReport, OSError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="measure, print tables, and write build/bench/")
    run.add_argument("--quick", action="store_true", help="few rounds, within a minute; instructions are not counted")
    run.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="measure these only")
    commands.add_parser("gate", help="hold the start, the import and a call against bare httpx")
    commands.add_parser("publish", help="put the figures of the newest full run into the docs")
    return parser


class _Progress:
    """Tells on standard error what is being measured, and since when."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began

    def __call__(self, text: str) -> None:
        print(f"[{self.seconds:3.0f} s] {text}", file=sys.stderr, flush=True)


def _run(chosen: Sequence[str], *, quick: bool) -> int:
    # These need pyperf, which no other command does.
    from bench.measurements import measure
    from bench.recording import Recording

    parts = tuple(part for part in PARTS if part in chosen)
    progress, recording, sizes = _Progress(), Recording(), QUICK if quick else FULL
    load = os.getloadavg()[0]
    measure(parts, sizes, CONTENDERS, progress, recording)
    figures = recording.figures()
    verdicts = list(judge(figures))
    if set(parts) == set(PARTS):
        verdicts.append(judge_duration(progress.seconds, quick=quick))
    report = Report(
        command=_command(parts, quick=quick),
        date=datetime.now(UTC).date().isoformat(),
        commit=_commit(),
        seconds=round(progress.seconds, 1),
        load=round(load, 2),
        counter=recording.counter,
        quick=quick,
        parts=parts,
        looks=(sizes.memory_first_look, sizes.memory_sends),
        machine=machine(),
        figures=figures,
        verdicts=tuple(verdicts),
    )
    _write(report)
    recording.write(PYPERF_DATA)
    print(tables(report, "en", heading="#"))
    print(
        f"Took {report.seconds:.0f} s, without installing the environments. "
        f"Written: {_relative(DATA, PLOT, PYPERF_DATA)}"
    )
    if quick:
        print("This was a quick run: too short to judge by, or to be published.")
        return 0
    return 0 if report.all_held else 1


def _write(report: Report) -> None:
    from bench.plot import draw

    DATA.parent.mkdir(parents=True, exist_ok=True)
    DATA.write_text(to_json(report), encoding="utf-8")
    draw(report.figures, PLOT)


def _publish() -> int:
    report = publish(DATA, PLOT, DOCS)
    print(f"Published the run of {report.date} at commit {report.commit}")
    return 0


def _command(parts: Sequence[str], *, quick: bool) -> str:
    words = ["make", "bench", *(["QUICK=1"] if quick else [])]
    if set(parts) != set(PARTS):
        words.append(f"PARTS={shlex.quote(' '.join(parts))}")
    return " ".join(words)


def _commit() -> str:
    try:
        commit = _git("rev-parse", "--short=12", "HEAD")
        return f"{commit}-changed" if _git("status", "--porcelain", "--untracked-files=no") else commit
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _relative(*paths: Path) -> str:
    return ", ".join(str(path.relative_to(ROOT)) for path in paths)
