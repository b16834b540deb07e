"""The rounds of a run: contenders take turns at one server, and pyperf keeps what they yield."""

import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench.plan import EVERYBODY, LARK_OAPI, SDK, Figures, Part

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "build" / "bench"
LONGEST_SECONDS: Final = 300


class BenchError(Exception):
    """Why there is nothing to report."""


def measure(parts: Sequence[Part], *, quick: bool, report: Callable[[str], None]) -> Figures:
    """Measures the parts one after the other.

    Raises:
        BenchError: a contender or the server failed.
    """
    figures = defaultdict[tuple[str, str], list[float]](list)
    with serving() as url:
        for part in parts:
            size = part.quick if quick else part.full
            report(f"{part.name}: rounds: {size.rounds}, calls in each: {size.calls:,}")
            for number in range(size.rounds):
                # Every other round runs backwards, so that a slow moment of the machine hits no contender alone.
                for contender in part.contenders[:: -1 if number % 2 else 1]:
                    slow = contender == LARK_OAPI
                    if slow and number % size.slow_every:
                        continue
                    calls = size.slow_calls if slow else size.calls
                    for figure, value in _measured(contender, url, part.name, calls).items():
                        figures[contender, f"{part.name}: {figure}"].append(value)
    return dict(figures)


def _measured(contender: str, url: str, part: str, calls: int) -> Mapping[str, float]:
    program = ROOT / "bench" / "contenders" / f"{contender}.py"
    figures: Mapping[str, float] = json.loads(
        output_of(contender, str(ROOT / "bench" / "worker.py"), str(program), url, part, str(calls))
    )
    return figures


def output_of(contender: str, *arguments: str) -> str:
    """Runs a contender's Python to its end and returns what it prints.

    Raises:
        BenchError: it is not installed, failed, or took too long.
    """
    python = RESULTS / contender / "bin" / "python"
    if not python.exists():
        raise BenchError(f"{contender} is not installed: make bench")
    with subprocess.Popen(
        [python, "-I", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(),
        process_group=0,
    ) as process:
        try:
            output, errors = process.communicate(timeout=LONGEST_SECONDS)
        except BaseException as interruption:
            # With the process that it measures.
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(interruption, subprocess.TimeoutExpired):
                raise BenchError(f"{contender} took more than {LONGEST_SECONDS} s") from None
            raise
    if process.returncode:
        raise BenchError(f"{contender} failed with exit code {process.returncode}\n{errors[-2000:]}")
    return output


def _environment() -> dict[str, str]:
    # No variable that points a client to a proxy, or Python to other modules.
    return {name: os.environ[name] for name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}


@contextmanager
def serving() -> Generator[str]:
    """Runs the server in a process of its own; yields its base URL."""
    command = [sys.executable, "-I", str(ROOT / "bench" / "loopback_server.py")]
    with subprocess.Popen(
        command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout  # noqa: S101
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def modules_after(statement: str) -> set[str]:
    """Returns the names of the packages that the SDK's Python has loaded after a statement."""
    # Nothing is imported beside it: that would hide that the statement imports the same.
    modules = output_of(SDK, "-c", f"{statement}\nimport sys\nprint(*sys.modules)").split()
    return {module.partition(".")[0] for module in modules}


def table(figures: Figures) -> str:
    """Writes a file of pyperf's for each contender, for ``pyperf compare_to`` a later run, and returns all medians."""
    import pyperf

    suites = {}
    for contender in EVERYBODY:
        benchmarks = []
        for name in [name for measured, name in figures if measured == contender]:
            metadata = {"name": name, "unit": "byte" if "memory" in name else "second"}
            runs = [pyperf.Run([value], metadata=metadata) for value in figures[contender, name]]
            benchmarks.append(pyperf.Benchmark(runs))
        pyperf.BenchmarkSuite(benchmarks).dump(str(RESULTS / f"{contender}.json"), replace=True)
        suites[contender] = {each.get_name(): each for each in benchmarks}
    lines = [["median ± deviation", *EVERYBODY], ["---"] * (1 + len(EVERYBODY))]
    for name in suites[SDK]:
        measured = [suites[contender].get(name) for contender in EVERYBODY]
        lines.append([name, *(" ± ".join(each.format_values(_median(each))) if each else "–" for each in measured)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _median(benchmark: Any) -> tuple[float, float]:
    return benchmark.median(), benchmark.median_abs_dev() if benchmark.get_nvalue() > 1 else 0
