"""What is said at the end of a run."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from fuzzing.direct_call import DirectCalls
from fuzzing.documented import load_documented
from fuzzing.draft_source import Draft, ListedDrafts
from fuzzing.observed_run import FuzzRun
from fuzzing.report import FoundFailure, verdict, write_commands


@pytest.fixture
def run() -> Iterator[FuzzRun]:
    calls = DirectCalls("http://127.0.0.1:1", "Bearer u-test")
    yield FuzzRun(load_documented(), calls, ListedDrafts([]), Random(1), "Bearer u-test")
    calls.close()


def test_a_run_with_enough_successes_is_good(run: FuzzRun) -> None:
    run.statuses.update({200: 25, 404: 75})
    assert verdict(run) == (True, "100 cases, 25 of them (25%) reached a 200; the floor is 25%.")


def test_a_run_with_too_few_is_not(run: FuzzRun) -> None:
    run.statuses.update({200: 24, 404: 76})
    good, text = verdict(run)
    assert not good
    assert text.endswith("The answers: 76 x 404, 24 x 200.")
    assert "ran out" not in text


def test_it_says_when_the_drafts_ran_out(run: FuzzRun) -> None:
    run.take(Draft("me", "wanted"))
    assert "ran out" in verdict(run)[1]


def test_a_run_without_cases_is_not_good(run: FuzzRun) -> None:
    assert not verdict(run)[0]


def test_a_failure_is_written_once_as_commands(tmp_path: Path) -> None:
    path = tmp_path / "failures.sh"
    failures = [FoundFailure("check", "first line\nsecond", ["curl one"]), FoundFailure("check", "first line\nsecond")]
    shown = write_commands(failures, path)
    assert "# check: first line\n# second\ncurl one\n" in shown
    assert path.read_text(encoding="utf-8").count("first line") == 1


def test_nothing_to_repeat(tmp_path: Path) -> None:
    assert write_commands([], tmp_path / "failures.sh") == "No check failed."
