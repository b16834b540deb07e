"""Demands are held or not, at their limits, too; what was not measured has no verdict."""

import pytest

from bench.figures import Figures
from bench.thresholds import DEMANDS, GATE, Demand, judge, judge_duration
from bench.words import DEMANDS as WORDS
from bench.words import KINDS
from tests.bench.conftest import SOME_FIGURES, figure


@pytest.mark.parametrize(
    ("kind", "measured", "held"),
    [
        ("at most", 1.0, True),
        ("at most", 1.01, False),
        ("at least", 1.0, True),
        ("at least", 0.99, False),
        ("below", 0.99, True),
        ("below", 1.0, False),
        ("is", 1.0, True),
        ("is", 2.0, False),
    ],
)
def test_a_limit_is_kept_or_not(kind: str, measured: float, *, held: bool) -> None:
    demand = Demand("any", "memory", "threads", "sdk", None, 1, kind)
    (verdict,) = judge(Figures([figure("memory", "sdk", "threads", measured, unit="integer")]), [demand])

    assert (verdict.measured, verdict.held) == (measured, held)


def test_sends_a_second_are_compared_where_seconds_a_send_were_measured() -> None:
    (demand,) = (each for each in DEMANDS if each.name == "async-rate-httpx")
    (verdict,) = judge(SOME_FIGURES, [demand])

    assert verdict.measured == pytest.approx(2)
    assert verdict.held


def test_what_was_not_measured_has_no_verdict() -> None:
    assert judge(Figures([])) == []


def test_nothing_at_all_is_a_measurement_like_any_other() -> None:
    (demand,) = (each for each in DEMANDS if each.name == "memory-sockets")
    (verdict,) = judge(Figures([figure("memory", "sdk", "sockets", 0, unit="integer")]), [demand])

    assert verdict.held


@pytest.mark.parametrize(("seconds", "quick", "held"), [(59, True, True), (61, True, False), (61, False, True)])
def test_a_quick_run_has_a_minute_and_a_full_one_ten(seconds: float, *, quick: bool, held: bool) -> None:
    assert judge_duration(seconds, quick=quick).held == held


def test_every_demand_has_its_words() -> None:
    names = {demand.name for demand in (*DEMANDS, *GATE)} | {"duration", "duration-quick"}

    assert names == set(WORDS)
    assert {demand.kind for demand in (*DEMANDS, *GATE)} == set(KINDS)


def test_the_gate_holds_ratios_only() -> None:
    assert {demand.against for demand in GATE} == {"bare_httpx"}
