"""The page about clients in other languages: its commands are those that are run, and both languages tell the same."""

import re
from pathlib import Path

import pytest

from clients.languages import DOCUMENT, LANGUAGES, SOURCES, Language

PAGES = [(SOURCES / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")]


def as_shown(language: Language) -> list[str]:
    """The commands as a reader types them, in a copy of the folder with the document in it."""
    shown = []
    for step in language.steps:
        program, *arguments = (DOCUMENT.name if word == DOCUMENT else str(word) for word in step)
        name = program.replace("node_modules/.bin/", "npx ").rsplit("/", 1)[-1]
        shown.append(" ".join([name, *(word for word in arguments if word not in {"--silent", "--quiet"})]))
    return shown


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
@pytest.mark.parametrize("language", LANGUAGES[1:], ids=lambda language: language.name)
def test_the_commands_are_those_that_make_clients_runs(language: Language, page: str) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert "\n".join(as_shown(language)) + "\n" in blocks


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_every_language_has_its_section_and_its_program(page: str) -> None:
    for language in LANGUAGES[1:]:
        assert f"\n## {language.name}\n" in page
        row = rf"^\| `{language.source.name}/`.*\| (.*) \| (`.*`) \|$"
        ((operations, programs),) = re.findall(row, page, re.MULTILINE)
        assert re.findall(r"`(.+?)`", operations) == list(language.operations)
        for program in re.findall(r"`(.+?)`", programs):
            assert (language.source / program).is_file()


def test_the_chinese_page_is_as_complete_as_the_english_one() -> None:
    for pattern in (r"^#+ ", r"^\|", r"^```", r"^- ", r"\]\("):
        english, chinese = (len(re.findall(pattern, page, re.MULTILINE)) for page in PAGES)
        assert english == chinese, pattern


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page):
        assert Path(SOURCES, target).exists(), target
