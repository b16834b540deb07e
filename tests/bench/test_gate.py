"""The gate fails for a ratio above its limit, for one that is missing, and for a module that must not be loaded."""

from collections.abc import Sequence

import pytest

pytest.importorskip("pyperf", reason="the tests' environment need not hold pyperf: make test-bench")

from bench.figures import Figures
from bench.gate import beyond, exit_code, rendered, unwanted
from bench.thresholds import GATE, Verdict, judge
from tests.bench.conftest import figure


def figures(ratio: float) -> Figures:
    measured = [("cold-start", "cpu"), ("import", "cpu"), ("sync", "cpu")]
    return Figures(
        [
            figure(part, subject, measure, seconds)
            for part, measure in measured
            for subject, seconds in (("sdk", ratio), ("bare_httpx", 1.0))
        ]
    )


def verdicts(ratio: float) -> Sequence[Verdict]:
    return judge(figures(ratio), GATE)


@pytest.mark.parametrize(("ratio", "code"), [(1.1, 0), (1.5, 1)])
def test_ratios_decide(ratio: float, code: int) -> None:
    assert exit_code(verdicts(ratio), []) == code


def test_a_ratio_that_is_missing_fails() -> None:
    assert exit_code(verdicts(1.1)[1:], []) == 1


def test_an_unwanted_module_fails() -> None:
    assert exit_code(verdicts(1.1), ["anyio", "yaml.nodes"]) == 1


def test_what_is_loaded_beyond_the_foundation_is_found() -> None:
    additional = beyond(["httpx", "feishu_mail.client", "feishu_mail_client", "yaml.nodes", "anyio"], ["httpx"])

    assert additional == ["anyio", "yaml.nodes"]
    assert unwanted(additional) == ["yaml"]
    assert unwanted(["feishu_mail_sandbox.server"]) == ["feishu_mail_sandbox"]


def test_figures_are_printed() -> None:
    text = rendered(figures(1.5), verdicts(1.5), ["argparse"])

    assert "cold start, CPU time: times bare httpx | at most 1.350 | 1.500 | **not held**" in text
    assert "It must not load argparse" in text
