"""Values become medians and spreads, by pyperf."""

import json
from pathlib import Path

import pytest

pytest.importorskip("pyperf", reason="the tests' environment need not hold pyperf: make test-bench")

from bench.recording import Recording, values_in


def test_rounds_are_put_together() -> None:
    recording = Recording()
    recording.add("sync", "sdk", "cpu", "second", [1.0, 2.0])
    recording.add("sync", "sdk", "cpu", "second", [6.0])
    (figure,) = recording.figures().all

    assert (figure.median, figure.spread, figure.values) == (2.0, 1.0, (1.0, 2.0, 6.0))


def test_what_is_seen_once_may_be_nothing() -> None:
    recording = Recording()
    recording.note("memory", "sdk", "growth", "byte", -4096)
    (figure,) = recording.figures().all

    assert (figure.median, figure.spread, figure.unit) == (-4096, 0, "byte")


def test_pyperf_reads_what_was_recorded(tmp_path: Path) -> None:
    recording = Recording()
    recording.add("sync", "sdk", "cpu", "second", [1.0])
    recording.write(tmp_path / "pyperf.json")

    assert values_in(tmp_path / "pyperf.json") == {"sync/sdk/cpu": [(1.0,)]}
    assert "hostname" not in json.dumps((tmp_path / "pyperf.json").read_text(encoding="utf-8"))
