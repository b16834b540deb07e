"""The pages about performance: their tables are those of the published data, and both languages tell the same."""

import re

import pytest

from bench.publishing import DATA, PAGES, PLOT, figures_in, section
from bench.report import Report, read_report
from tests.docs.walk import ROOT

DOCS = ROOT / "docs"


def published() -> Report | None:
    return read_report(DOCS / DATA) if (DOCS / DATA).exists() else None


@pytest.mark.parametrize("language", PAGES)
def test_figures_are_those_of_the_data(language: str) -> None:
    page = (DOCS / PAGES[language]).read_text(encoding="utf-8")

    assert figures_in(page) == section(published(), language)


def test_a_full_run_is_published_or_none() -> None:
    report = published()

    assert report is None or report.is_complete
    assert (DOCS / PLOT).exists() == (report is not None)


def test_nothing_tells_whose_machine_it_was() -> None:
    for path in (DOCS / DATA, *(DOCS / name for name in PAGES.values())):
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert re.findall(r"hostname|(?<![\w.`/])/(?:home|root|tmp|work|Users)/", text) == []


def test_the_chinese_page_is_as_complete_as_the_english_one() -> None:
    english, chinese = ((DOCS / PAGES[language]).read_text(encoding="utf-8") for language in ("en", "zh"))
    for pattern in (r"^#+ ", r"^\|", r"^```", r"\]\("):
        found = [len(re.findall(pattern, page, re.MULTILINE)) for page in (english, chinese)]
        assert found[0] == found[1], pattern


@pytest.mark.parametrize("language", PAGES)
def test_commands_exist(language: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    page = (DOCS / PAGES[language]).read_text(encoding="utf-8")

    named = set(re.findall(r"make (bench[a-z-]*)", page))
    assert named == {"bench", "bench-docs", "bench-gate"}
    assert named <= targets
