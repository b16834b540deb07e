"""Tables tell medians with spread, and ratios to bare httpx, and both languages tell the same."""

import re

import pytest

from bench.contender_table import CONTENDERS
from bench.figures import PARTS
from bench.tables import part_table, significant, tables
from bench.words import SUBJECTS, TITLES
from tests.bench.conftest import SOME_FIGURES, NewReport


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234.5, "1,234"), (99.95, "100.0"), (12.34, "12.3"), (1.234, "1.23"), (0.0634, "0.063")],
)
def test_numbers_have_digits_that_mean_something(value: float, text: str) -> None:
    assert significant(value) == text


def test_a_cell_has_median_spread_and_ratio() -> None:
    table = part_table(SOME_FIGURES, "cold-start", "en")

    assert "| feishu-mail | 110 ± 0 ms (1.10) | 30.0 MiB |" in table
    assert "| bare httpx | 100 ± 0 ms | – |" in table
    assert "| lark-oapi | 2,500 ms (25.00) | – |" in table


def test_rates_are_told_as_rates() -> None:
    table = part_table(SOME_FIGURES, "async", "en")

    assert "sends a second, 16 in flight" in table
    assert "| feishu-mail | 1,000 ± 0 (2.00) |" in table
    assert "| bare httpx | 500 |" in table


def test_memory_is_told_with_the_sends_before_it() -> None:
    table = part_table(SOME_FIGURES, "memory", "en", (10_000, 100_000))

    assert "| RSS after 10,000 |" in table
    assert "| -0.004 MiB |" in table


def test_both_languages_tell_the_same(new_report: NewReport) -> None:
    english, chinese = (tables(new_report(), language) for language in ("en", "zh"))
    numbers = [re.findall(r"^\|.*\|$", text, re.MULTILINE) for text in (english, chinese)]

    assert len(numbers[0]) == len(numbers[1])
    assert len(re.findall("^### ", english, re.MULTILINE)) == len(re.findall("^### ", chinese, re.MULTILINE)) == 8


def test_a_demand_that_is_not_held_is_told_so(new_report: NewReport) -> None:
    text = tables(new_report(), "en")

    assert "| at most 1.150 | 1.100 | held |" in text
    assert "| below 1.00 MiB | 2.00 MiB | **not held** |" in text


def test_only_what_was_measured_is_told(new_report: NewReport) -> None:
    assert "Import alone" not in tables(new_report(parts=("cold-start",)), "en")


def test_everything_has_its_words() -> None:
    assert set(TITLES) == {"demands", *PARTS}
    assert {each.key for each in CONTENDERS} <= set(SUBJECTS)
