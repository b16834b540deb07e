"""Each contender that the tests' environment holds is measured; what is started ends with whoever started it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

import httpx
import pytest

from bench.__main__ import main
from bench.measuring import ROOT, serving
from bench.plan import BARE_HTTPX, EVERYBODY, PARTS, SDK
from feishu_mail_sandbox import SandboxControl

FIGURES = {
    "cold start": {"wall", "CPU", "peak memory"},
    "send": {"CPU"},
    "read": {"CPU"},
    "16 in flight": {"wall", "CPU"},
    "endurance": {"memory", "sockets", "threads"},
}


def measured(contender: str, url: str, part: str, calls: int) -> Mapping[str, float]:
    program = ROOT / "bench" / "contenders" / f"{contender}.py"
    command = [sys.executable, "-I", str(ROOT / "bench" / "worker.py"), str(program), url, part, str(calls)]
    figures: Mapping[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return figures


@pytest.mark.parametrize("part", FIGURES)
@pytest.mark.parametrize("contender", [SDK, BARE_HTTPX])
def test_each_part_is_measured(contender: str, part: str) -> None:
    with serving() as url:
        figures = measured(contender, url, part, 20)

    assert set(figures) == FIGURES[part]
    if part == "endurance":
        assert (figures["sockets"], figures["threads"]) == (0, 0)
    else:
        assert all(value > 0 for value in figures.values())


def test_every_send_is_one_that_the_sandbox_takes(feishu_mail_sandbox: SandboxControl) -> None:
    feishu_mail_sandbox.settings(rate_limit=None)
    for number in range(20):
        feishu_mail_sandbox.create_draft(f"draft-{number}")
    measured(SDK, feishu_mail_sandbox.base_url, "endurance", 20)

    assert len(feishu_mail_sandbox.deliveries()) == 20


def test_a_call_that_fails_is_no_measurement() -> None:
    with serving() as url, pytest.raises(subprocess.CalledProcessError):
        measured(BARE_HTTPX, url + "/elsewhere", "send", 1)


def test_the_peak_memory_is_that_of_the_small_process_alone() -> None:
    """Not of this one, with pytest in it, which started it."""
    with serving() as url:
        assert 10 * 2**20 < measured(BARE_HTTPX, url, "cold start", 1)["peak memory"] < 50 * 2**20


def test_everybody_has_a_program() -> None:
    assert {path.stem for path in (ROOT / "bench" / "contenders").glob("*.py")} == set(EVERYBODY)
    assert {contender for part in PARTS for contender in part.contenders} == set(EVERYBODY)


def test_the_server_ends_with_the_run() -> None:
    with suppress(KeyboardInterrupt), serving() as url:
        raise KeyboardInterrupt

    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])

    assert end.value.code == 0
    assert "Exit codes" in capsys.readouterr().out
