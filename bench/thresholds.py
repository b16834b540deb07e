"""What is demanded of the figures, and what the gate in CI lets through."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.figures import Figures

LONGEST_FULL_SECONDS: Final = 600
LONGEST_QUICK_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Demand:
    """A limit on a ratio of two subjects' medians, or on one subject's median where there is no other."""

    name: str
    part: str
    measure: str
    subject: str
    against: str | None
    limit: float
    kind: str
    """``at most``, ``at least``, ``below`` or ``is``."""
    inverse: bool = False
    """The measure is seconds a send, the demand is about sends a second."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A demand, what was measured for it, and whether it is held."""

    name: str
    kind: str
    limit: float
    measured: float
    held: bool


def _times(name: str, of: str, against: str, limit: float, kind: str = "at most") -> Demand:
    part, measure = of.split("/")
    return Demand(name, part, measure, "sdk", against, limit, kind)


DEMANDS: Final[Sequence[Demand]] = (
    _times("cold-start-wall-httpx", "cold-start/wall", "bare_httpx", 1.15),
    _times("cold-start-cpu-httpx", "cold-start/cpu", "bare_httpx", 1.15),
    _times("cold-start-peak-httpx", "cold-start/peak", "bare_httpx", 1.15),
    _times("cold-start-wall-official", "cold-start/wall", "official_sdk", 1 / 12),
    _times("cold-start-cpu-official", "cold-start/cpu", "official_sdk", 1 / 12),
    _times("sync-cpu-httpx", "sync/cpu", "bare_httpx", 1.10),
    _times("sync-cpu-requests", "sync/cpu", "requests_session", 1, "below"),
    _times("sync-cpu-official", "sync/cpu", "official_sdk", 1, "below"),
    Demand("async-rate-httpx", "async", "wall-16", "sdk", "bare_httpx", 0.90, "at least", inverse=True),
    Demand("async-rate-official", "async", "wall-16", "sdk", "official_sdk", 15, "at least", inverse=True),
    Demand("memory-growth", "memory", "growth", "sdk", None, 2**20, "below"),
    Demand("memory-sockets", "memory", "sockets", "sdk", None, 0, "is"),
    Demand("memory-threads", "memory", "threads", "sdk", None, 0, "is"),
)

# Generous: CI's machines are noisy. The gate is for a change that makes something dear by mistake.
GATE: Final[Sequence[Demand]] = (
    _times("gate-cold-start", "cold-start/cpu", "bare_httpx", 1.35),
    _times("gate-import", "import/cpu", "bare_httpx", 1.40),
    _times("gate-call", "sync/cpu", "bare_httpx", 1.40),
)


def judge(figures: Figures, demands: Sequence[Demand] = DEMANDS) -> Sequence[Verdict]:
    """Returns a verdict for each demand whose figures were measured."""
    verdicts = [_judge(figures, demand) for demand in demands]
    return [verdict for verdict in verdicts if verdict]


def _judge(figures: Figures, demand: Demand) -> Verdict | None:
    if demand.against is None:
        figure = figures.find(demand.part, demand.subject, demand.measure)
        measured = figure.median if figure else None
    else:
        measured = figures.ratio(demand.part, demand.measure, demand.subject, demand.against)
        measured = 1 / measured if measured and demand.inverse else measured
    if measured is None:
        return None
    return Verdict(demand.name, demand.kind, demand.limit, measured, _holds(measured, demand.kind, demand.limit))


def judge_duration(seconds: float, *, quick: bool) -> Verdict:
    """Returns the verdict on the run's own length."""
    limit = LONGEST_QUICK_SECONDS if quick else LONGEST_FULL_SECONDS
    return Verdict("duration-quick" if quick else "duration", "at most", limit, seconds, seconds <= limit)


def _holds(measured: float, kind: str, limit: float) -> bool:
    match kind:
        case "at most":
            return measured <= limit
        case "at least":
            return measured >= limit
        case "below":
            return measured < limit
        case "is":
            return measured == limit
    raise ValueError(f"unknown kind of demand: {kind}")
