"""Collects values while they are measured. pyperf keeps them, and does the statistics."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyperf

from bench.figures import Figure, Figures

_DIGITS: Final = 9
"""Behind the point, in seconds: nanoseconds."""


class Recording:
    """The values of a run so far."""

    def __init__(self) -> None:
        self._benchmarks: dict[tuple[str, str, str], pyperf.Benchmark] = {}
        self._notes: list[Figure] = []
        self.counter = "none"
        """What counted instructions."""

    def add(self, part: str, subject: str, measure: str, unit: str, values: Sequence[float]) -> None:
        """Adds the values, all above zero, of one more run."""
        metadata = {"name": f"{part}/{subject}/{measure}", "unit": unit}
        run = pyperf.Run(values, metadata=metadata, collect_metadata=False)
        key = part, subject, measure
        if key in self._benchmarks:
            self._benchmarks[key].add_run(run)
        else:
            self._benchmarks[key] = pyperf.Benchmark([run])

    def note(self, part: str, subject: str, measure: str, unit: str, value: int) -> None:
        """Adds what is seen but once, and may be zero or less."""
        self._notes.append(Figure(part, subject, measure, unit, value, 0, (value,)))

    def figures(self) -> Figures:
        """Returns the medians and spreads of everything so far."""
        return Figures([*(_figure(*key, benchmark) for key, benchmark in self._benchmarks.items()), *self._notes])

    def write(self, path: Path) -> None:
        """Writes the values for ``python -m pyperf stats`` and ``compare_to``."""
        if self._benchmarks:
            suite = pyperf.BenchmarkSuite(list(self._benchmarks.values()))
            suite.dump(str(path), replace=True)


def _figure(part: str, subject: str, measure: str, benchmark: pyperf.Benchmark) -> Figure:
    values = benchmark.get_values()
    # A median has no deviation to tell of when there is but one value.
    spread = benchmark.median_abs_dev() if len(values) > 1 else 0
    rounded = tuple(round(value, _DIGITS) for value in values)
    return Figure(
        part,
        subject,
        measure,
        benchmark.get_unit(),
        round(benchmark.median(), _DIGITS),
        round(spread, _DIGITS),
        rounded,
    )


def values_in(path: Path) -> dict[str, list[tuple[float, ...]]]:
    """Returns the values in a file of pyperf's, by benchmark, a tuple for each of its runs."""
    suite = pyperf.BenchmarkSuite.load(str(path))
    return {
        benchmark.get_name(): [run.values for run in benchmark.get_runs() if run.values]
        for benchmark in suite.get_benchmarks()
    }
