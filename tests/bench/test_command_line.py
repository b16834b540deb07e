"""The command line: help, and clear refusals."""

import platform
from pathlib import Path

import pytest

from bench.command_line import main
from bench.machine import machine
from tests.bench.conftest import ROOT


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])

    assert end.value.code == 0
    assert "Exit codes" in capsys.readouterr().out


def test_an_unknown_part_is_refused_and_the_known_ones_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["run", "--parts", "cold-start", "swimming"])

    assert end.value.code == 2
    told = capsys.readouterr().err
    assert "swimming" in told
    assert "cold-start" in told


def test_the_machine_is_described_without_saying_whose_it_is() -> None:
    described = machine()

    assert set(described) == {"processor", "cores", "memory", "kernel", "python"}
    assert all(described.values())
    assert not any(str(Path.home()) in fact or str(ROOT) in fact for fact in described.values())
    assert platform.node() not in described.values()
