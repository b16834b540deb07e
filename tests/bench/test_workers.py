"""The programs that run in the contenders' environments tell what they measured."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.children import BenchError, environment, run, started
from bench.contender_table import WORKERS
from feishu_mail_sandbox import SandboxControl


def told(worker: str, *arguments: str) -> str:
    return run([sys.executable, "-I", str(WORKERS / worker), *arguments])[0]


def test_a_whole_process_is_accounted_for() -> None:
    program = (
        "import time\n"
        "block = bytearray(64 * 2**20)\n"
        "ended = time.process_time() + 0.1\n"
        "while time.process_time() < ended: pass"
    )
    arguments = [sys.executable, "-I", "-S", str(WORKERS / "one_process.py"), sys.executable, "-I", "-c", program]
    wall, cpu, peak = map(float, run(arguments)[0].split())

    assert wall > 0.1
    assert 0.1 <= cpu < 10
    assert 64 * 2**20 < peak < 2**30


def test_a_small_process_is_not_charged_with_its_parent_s_memory() -> None:
    arguments = [sys.executable, "-I", "-S", str(WORKERS / "one_process.py"), sys.executable, "-I", "-S", "-c", "pass"]
    _, _, peak = map(float, run(arguments)[0].split())

    # This process, with pytest and httpx in it, is several times as large.
    assert peak < 25 * 2**20


def test_a_process_that_fails_is_no_measurement() -> None:
    arguments = [
        sys.executable,
        "-I",
        "-S",
        str(WORKERS / "one_process.py"),
        sys.executable,
        "-c",
        "raise SystemExit(3)",
    ]
    with pytest.raises(BenchError, match="exit code 3"):
        run(arguments)


def test_tasks_are_measured_at_each_level(server: str) -> None:
    levels = [json.loads(line) for line in told("async_calls.py", "sdk", server, "1:5", "4:10").splitlines()]

    assert [level["in_flight"] for level in levels] == [1, 4]
    assert all(0 < level["cpu"] <= level["wall"] * 2 for level in levels)


def test_memory_sockets_and_threads_are_looked_at(server: str) -> None:
    before, first, last, after = json.loads(told("memory.py", "sdk", server, "5", "20"))

    assert before["rss"] < first["rss"] <= last["rss"] + 2**20
    assert [look["sockets"] - before["sockets"] for look in (first, last, after)] == [1, 1, 0]
    assert after["threads"] == before["threads"] == 1


def test_as_many_drafts_are_sent_as_are_counted(feishu_mail_sandbox: SandboxControl) -> None:
    for number in range(3):
        feishu_mail_sandbox.create_draft(f"draft-{number:06}")
    told("counted_calls.py", "sdk", feishu_mail_sandbox.base_url, "3")

    assert len(feishu_mail_sandbox.deliveries()) == 3


def test_the_sandbox_is_loaded_with_real_sends(feishu_mail_sandbox: SandboxControl) -> None:
    assert float(told("load.py", feishu_mail_sandbox.base_url, "20", "--sandbox")) > 0
    assert len(feishu_mail_sandbox.deliveries()) == 20


def with_pyperf(worker: str, url: str, folder: Path, *options: str) -> dict[str, Sequence[float]]:
    found = find_spec("pyperf")
    if not found or not found.submodule_search_locations:
        pytest.skip("pyperf is not installed: make test-bench")
    tools = str(Path(found.submodule_search_locations[0]).parent)
    short = ("--loops", "2", "--processes", "1", "--values", "1", "--warmups", "1", "--quiet")
    told(worker, tools, "--url", url, "--output", str(folder / "results.json"), *short, *options)

    from bench.recording import values_in

    return {
        name: [value for values in runs for value in values]
        for name, runs in values_in(folder / "results.json").items()
    }


def test_warm_calls_are_measured_with_pyperf(server: str, tmp_path: Path) -> None:
    (seconds,) = with_pyperf("sync_calls.py", server, tmp_path, "--contender", "sdk")["sdk"]

    assert 0 < seconds < 1


def test_each_part_is_measured_with_pyperf(server: str, tmp_path: Path) -> None:
    parts = with_pyperf("part_calls.py", server, tmp_path)

    assert {"policy", "classification", "locks", "send-logging-off", "send-logging-all"} <= set(parts)
    assert all(0 < second < 1 for values in parts.values() for second in values)


def test_children_get_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")

    assert not {"HTTP_PROXY", "PYTHONPATH"} & set(environment())


def test_children_end_with_what_they_started() -> None:
    program = (
        "import subprocess, sys, time\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(inner.pid, flush=True)\n"
        "time.sleep(60)"
    )
    inner = 0
    with suppress(KeyboardInterrupt), started([sys.executable, "-c", program]) as child:
        assert child.stdout
        inner = int(child.stdout.readline())
        raise KeyboardInterrupt

    assert child.returncode is not None
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(inner)], check=False, capture_output=True, text=True).stdout
    assert state.strip()[:1] in {"", "Z"}
