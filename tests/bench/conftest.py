"""Figures and reports that nobody measured, and the server of the measurements."""

import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from bench.children import serving
from bench.figures import PARTS, Figure, Figures
from bench.report import Report
from bench.thresholds import Verdict

ROOT = Path(__file__).parents[2]

NewReport = Callable[..., Report]


def figure(part: str, subject: str, measure: str, *values: float, unit: str = "second") -> Figure:
    """A figure whose median is the middle one of an odd number of values."""
    middle = sorted(values)[len(values) // 2]
    spread = sorted(abs(value - middle) for value in values)[len(values) // 2]
    return Figure(part, subject, measure, unit, middle, spread, values)


SOME_FIGURES = Figures(
    [
        figure("cold-start", "bare_httpx", "wall", 0.1, 0.1, 0.2),
        figure("cold-start", "sdk", "wall", 0.11, 0.12, 0.11),
        figure("cold-start", "official_sdk", "wall", 2.5),
        figure("cold-start", "sdk", "peak", 30 * 2**20, unit="byte"),
        figure("import", "sdk", "modules", 222, unit="integer"),
        figure("sync", "sdk", "cpu", 0.0004),
        figure("async", "sdk", "wall-16", 0.001, 0.001, 0.0012),
        figure("async", "bare_httpx", "wall-16", 0.002),
        figure("parts", "locks", "cpu", 0.000004),
        figure("memory", "sdk", "growth", -4096, unit="byte"),
        figure("memory", "sdk", "first", 2**25, unit="byte"),
        figure("sandbox", "sandbox", "request", 0.0002),
        figure("sandbox", "regenerate", "wall", 1.5),
    ]
)


@pytest.fixture
def new_report() -> NewReport:
    def new(*, quick: bool = False, parts: tuple[str, ...] = PARTS, figures: Figures = SOME_FIGURES) -> Report:
        return Report(
            command="make bench",
            date="2026-01-01",
            commit="0123456789ab",
            seconds=400.5,
            load=0.1,
            counter="callgrind",
            quick=quick,
            parts=parts,
            looks=(10_000, 100_000),
            machine={
                "processor": "A processor",
                "cores": "2",
                "memory": "8 GiB",
                "kernel": "Linux 6.1, x86_64",
                "python": "CPython 3.11.7",
            },
            figures=figures,
            verdicts=(
                Verdict("cold-start-wall-httpx", "at most", 1.15, 1.1, held=True),
                Verdict("memory-growth", "below", 2**20, 2**21, held=False),
            ),
        )

    return new


@pytest.fixture
def server() -> Generator[str]:
    with serving([sys.executable, "-I", str(ROOT / "bench" / "loopback_server.py")]) as base_url:
        yield base_url
