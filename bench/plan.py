"""What is measured, how often, and what the SDK may cost: ratios of medians within one run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

SDK, BARE_HTTPX, REQUESTS, LARK_OAPI = "sdk", "bare_httpx", "requests_session", "lark_oapi_client"
EVERYBODY: Final = (SDK, BARE_HTTPX, REQUESTS, LARK_OAPI)

GATE_MARGIN: Final = 1.2
"""The gate in CI measures for a minute on a noisy machine: a ratio may be that many times its limit."""
LARGEST_GROWTH: Final = 2**20
HEAVY: Final = frozenset({"aiohttp", "argparse", "feishu_mail_client", "feishu_mail_sandbox", "yaml"})
"""What ``import feishu_mail`` must not load."""

Figures = Mapping[tuple[str, str], Sequence[float]]
"""The values of each contender and measure, one for each round."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often a part is measured, and of how many calls each time."""

    rounds: int
    calls: int
    slow_every: int = 1
    """Of so many rounds lark-oapi takes part in one: its import alone takes seconds."""
    slow_calls: int = 1


@dataclass(frozen=True, slots=True)
class Demand:
    """The SDK's figure is at most so many times the other's. Rates are compared by the seconds of a call."""

    figure: str
    against: str
    limit: float


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is measured of several contenders, and what is demanded of it."""

    name: str
    contenders: Sequence[str]
    full: Rounds
    quick: Rounds
    demands: Sequence[Demand] = ()


PARTS: Final[Sequence[Part]] = (
    Part(
        "cold start",
        EVERYBODY,
        Rounds(61, 1, slow_every=7),
        Rounds(15, 1, slow_every=10),
        (Demand("wall", BARE_HTTPX, 1.25), Demand("wall", LARK_OAPI, 1 / 14)),
    ),
    Part(
        "send",
        EVERYBODY,
        Rounds(21, 1000, slow_every=5, slow_calls=500),
        Rounds(7, 400, slow_every=7, slow_calls=100),
        (Demand("CPU", BARE_HTTPX, 1.10),),
    ),
    Part(
        "read",
        (SDK, BARE_HTTPX),
        Rounds(21, 1000),
        Rounds(7, 500),
        (Demand("CPU", BARE_HTTPX, 1.15),),
    ),
    Part(
        "16 in flight",
        (SDK, BARE_HTTPX, LARK_OAPI),
        Rounds(9, 1500, slow_every=2, slow_calls=96),
        Rounds(3, 500, slow_every=3, slow_calls=48),
        (Demand("wall", LARK_OAPI, 1 / 10),),
    ),
)
ENDURANCE: Final = Part("endurance", (SDK,), Rounds(1, 100_000), Rounds(1, 10_000))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A demand with what was measured for it, and whether it is met."""

    text: str
    met: bool


def judge_ratios(part: Part, figures: Figures, margin: float = 1.0) -> Sequence[Verdict]:
    """Returns a verdict on each ratio that is demanded of a part.

    Raises:
        KeyError: it was not measured.
    """
    verdicts = []
    for demand in part.demands:
        name = f"{part.name}: {demand.figure}"
        ours, theirs = (median(figures[contender, name]) for contender in (SDK, demand.against))
        text = f"{name}, times {demand.against}: at most {demand.limit * margin:.3f}, is {ours / theirs:.3f}"
        verdicts.append(Verdict(text, met=ours / theirs <= demand.limit * margin))
    return verdicts


def judge_endurance(figures: Figures) -> Sequence[Verdict]:
    """Returns a verdict on what a process holds after very many sends."""
    ((grown,), (sockets,), (threads,)) = (
        figures[SDK, f"endurance: {name}"] for name in ("memory", "sockets", "threads")
    )
    return [
        Verdict(f"memory grown: below 1 MiB, is {grown / 2**20:.3f} MiB", met=grown < LARGEST_GROWTH),
        Verdict(f"sockets left: 0, is {sockets:.0f}", met=sockets == 0),
        Verdict(f"threads left: 0, is {threads:.0f}", met=threads == 0),
    ]


def judge_import(loaded: set[str]) -> Verdict:
    """Returns the verdict on the packages that are loaded after ``import feishu_mail``."""
    heavy = sorted(HEAVY & loaded)
    return Verdict(f"heavy packages that the import loads: none, is {', '.join(heavy) or 'none'}", met=not heavy)
