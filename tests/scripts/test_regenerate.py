"""Everything derived is in step with the document, and whoever breaks that is told what to do.

The generator runs twice here, over one copy of the project in which something is wrong with every kind of derived file.
"""

import shutil
from pathlib import Path

import pytest

from regenerate import derived_files, derived_texts, install, main, out_of_step, report
from tests.scripts.document_edits import ANOTHER_TEXT, NOT_OPENAPI, NOT_YAML, edit

ROOT = Path(__file__).parents[2]
EDITED = ("generated/feishu_mail_client/client.py", "openapi/error-codes.json")
STRAY = ("generated/feishu_mail_client/mine.py", "generated/mine/__init__.py")
MISSING = "generated/feishu_mail_client/models/draft.py"


def copy_project(folder: Path) -> Path:
    """Copies what regeneration reads and writes."""
    for path in {*derived_files(ROOT), *((ROOT / "openapi").glob("*")), *((ROOT / "scripts").glob("*.jinja"))}:
        source = ROOT / path
        if source.is_file():
            target = folder / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_project(tmp_path)


def test_files_that_are_out_of_step_are_named_then_mended_and_what_is_committed_is_in_step(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in EDITED:
        with (project / path).open("a", encoding="utf-8") as file:
            file.write("\n# mine\n")
    for path in STRAY:
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_text("", encoding="utf-8")
    (project / MISSING).unlink()
    wrong = sorted((*EDITED, *STRAY, MISSING))

    assert main(["--check", "--root", str(project)]) == 1
    assert capsys.readouterr().err.splitlines()[1:-1] == [f"  {path}" for path in wrong]

    assert main(["--root", str(project)]) == 0
    assert capsys.readouterr().out.splitlines()[:-1] == [f"regenerate: changed {path}" for path in wrong]

    # What was made in the copy is what is committed: this is the check that derived files are in step.
    assert sorted(out_of_step(ROOT, project)) == [], "run `make regenerate` and commit what it changes"


def test_whoever_is_out_of_step_is_told_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(["openapi/feishu-mail.json"]) == 1
    said = capsys.readouterr().err
    assert "openapi/feishu-mail.json" in said
    assert "Run `make regenerate` and commit what it changes" in said
    assert report([]) == 0


@pytest.mark.parametrize("path", sorted(path.as_posix() for path in derived_files(ROOT)))
def test_every_derived_file_counts(path: str, project: Path) -> None:
    (project / path).write_bytes(b"mine")
    assert list(out_of_step(project, ROOT)) == [path]
    install(ROOT, project)
    assert list(out_of_step(project, ROOT)) == []


@pytest.mark.parametrize(
    ("old", "new", "noticed"),
    [
        (*ANOTHER_TEXT, {"openapi/feishu-mail.json", "openapi/error-codes.json", "docs/error-codes.md"}),
        # Even a comment, because the digest is recorded.
        ("# Feishu/Lark Mail: the", "# Feishu/Lark Mail! The", {"openapi/regenerated.json"}),
    ],
)
def test_an_edit_of_the_document_is_noticed(old: str, new: str, noticed: set[str], project: Path) -> None:
    edit(project, old, new)
    texts = derived_texts(project)
    assert noticed <= {
        path.as_posix() for path, text in texts.items() if text != (ROOT / path).read_text(encoding="utf-8")
    }
    assert derived_texts(project) == texts


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (*NOT_YAML, "not a valid OpenAPI document"),
        (*NOT_OPENAPI, "not a valid OpenAPI document"),
        ("x-summary-zh: 草稿内容被判定存在风险", "x-other: x", "sendDraft: CONTENT_RISK: x-summary-zh is missing"),
        ("x-idempotency: keyed", "x-idempotency: key", "sendDraft: x-idempotency must be one of"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_and_nothing_is_written(
    old: str, new: str, message: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, old, new)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}

    assert main(["--root", str(project)]) == 2

    assert message in capsys.readouterr().err
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
