"""Only a full and complete run gets into the docs, and then into all of them at once."""

from pathlib import Path

import pytest

from bench.publishing import BEGIN, DATA, END, PAGES, PLOT, CannotPublish, figures_in, publish, section, with_figures
from bench.report import UnreadableReport, read_report, to_json
from tests.bench.conftest import NewReport

PAGE = f"# Title\n\n{BEGIN}\n\nwhat was there\n\n{END}\n\n## After\n"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name in PAGES.values():
        (folder / name).write_text(PAGE, encoding="utf-8")
    return folder


@pytest.fixture
def results(tmp_path: Path) -> Path:
    (tmp_path / "performance.png").write_bytes(b"a picture")
    return tmp_path / "results.json"


def test_a_full_run_is_published(new_report: NewReport, results: Path, docs: Path) -> None:
    results.write_text(to_json(new_report()), encoding="utf-8")
    publish(results, results.with_name("performance.png"), docs)

    published = read_report(docs / DATA)
    assert to_json(published) == to_json(new_report())
    assert (docs / PLOT).read_bytes() == b"a picture"
    for language, name in PAGES.items():
        page = (docs / name).read_text(encoding="utf-8")
        assert figures_in(page) == section(published, language)
        assert page.startswith("# Title\n")
        assert page.endswith("\n## After\n")
        assert "what was there" not in page


def test_publishing_twice_changes_nothing(new_report: NewReport, results: Path, docs: Path) -> None:
    results.write_text(to_json(new_report()), encoding="utf-8")
    publish(results, results.with_name("performance.png"), docs)
    before = [path.read_bytes() for path in sorted(docs.iterdir())]
    publish(results, results.with_name("performance.png"), docs)

    assert [path.read_bytes() for path in sorted(docs.iterdir())] == before


@pytest.mark.parametrize(
    ("options", "reason"), [({"quick": True}, "quick run"), ({"parts": ("cold-start", "sync")}, "lack import, async")]
)
def test_less_than_a_full_run_is_refused(
    options: dict[str, object], reason: str, new_report: NewReport, results: Path, docs: Path
) -> None:
    results.write_text(to_json(new_report(**options)), encoding="utf-8")

    with pytest.raises(CannotPublish, match=reason):
        publish(results, results.with_name("performance.png"), docs)
    assert sorted(path.name for path in docs.iterdir()) == sorted(PAGES.values())
    assert (docs / PAGES["en"]).read_text(encoding="utf-8") == PAGE


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 0}'])
def test_what_is_no_report_is_refused(text: str, results: Path, docs: Path) -> None:
    results.write_text(text, encoding="utf-8")

    with pytest.raises(UnreadableReport):
        publish(results, results.with_name("performance.png"), docs)


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(CannotPublish, match="markers"):
        with_figures("# Title\n", "figures")


def test_the_section_names_the_machine_and_the_command(new_report: NewReport) -> None:
    for language in PAGES:
        text = section(new_report(), language)
        for fact in (
            "`make bench`",
            "2026-01-01",
            "0123456789ab",
            "A processor",
            "8 GiB",
            "Linux 6.1",
            "CPython 3.11.7",
        ):
            assert fact in text
