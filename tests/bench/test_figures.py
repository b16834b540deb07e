"""Figures are found by name, compared by their medians, and survive a file."""

import json

import pytest

from bench.figures import figures_of
from tests.bench.conftest import SOME_FIGURES


def test_ratio_is_that_of_the_medians() -> None:
    assert SOME_FIGURES.ratio("cold-start", "wall", "sdk", "bare_httpx") == pytest.approx(1.1)


def test_there_is_no_ratio_where_one_side_was_not_measured() -> None:
    assert SOME_FIGURES.ratio("sync", "cpu", "sdk", "bare_httpx") is None


def test_subjects_are_named_once() -> None:
    assert SOME_FIGURES.subjects("cold-start") == ["bare_httpx", "sdk", "official_sdk"]


def test_figures_survive_a_file() -> None:
    assert figures_of(json.loads(json.dumps(SOME_FIGURES.as_json()))).all == SOME_FIGURES.all
