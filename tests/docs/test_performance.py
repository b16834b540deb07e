"""The pages about performance: both languages say the same, name commands that exist, and the limits that are held."""

import re
from fractions import Fraction

import pytest

from bench.plan import PARTS
from tests.docs.walk import ROOT

PAGES = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("performance.md", "performance.zh-CN.md")]


@pytest.mark.parametrize("pattern", [r"^#+ ", r"^\|", r"^```", r"\]\(", r"`[^`\n]+`", r"\d+(?:[.,]\d+)*"])
def test_both_languages_say_the_same(pattern: str) -> None:
    english, chinese = (sorted(re.findall(pattern, page, re.MULTILINE)) for page in PAGES)

    assert chinese == english


@pytest.mark.parametrize("page", PAGES)
def test_commands_exist(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for command in re.findall(r"\bmake ([a-z-]+)", page):
        assert re.search(f"(?m)^{command}:", makefile), command


@pytest.mark.parametrize("page", PAGES)
def test_the_limits_are_those_that_are_held(page: str) -> None:
    rows = [re.split(r" *\| *", row.strip("| ")) for row in re.findall(r"(?m)^\|.*\|$", page)]
    shown = [row[1] for row in rows if re.fullmatch(r"[≤≥] [\d/]+(\.\d+)?", row[1])]
    limits = [demand.limit for part in PARTS for demand in part.demands]

    assert len(shown) == len(limits)
    for text, limit in zip(shown, limits, strict=True):
        number = Fraction(text[2:])  # such as 1/14
        assert limit == pytest.approx(float(1 / number if text.startswith("≥") else number))
