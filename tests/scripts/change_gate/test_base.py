"""The earlier document is found in the history, and where it cannot be, the message says what to do."""

from pathlib import Path

import pytest

from change_gate.base import NoBase, first_commit, newest_tag, read_base
from tests.scripts.change_gate.repository import commit_everything, git

DOCUMENT = Path("openapi/document.yaml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose second commit is the first with a document."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit_everything(folder)
    write(folder, "first")
    return folder


def write(project: Path, text: str) -> str:
    (project / DOCUMENT).parent.mkdir(exist_ok=True)
    (project / DOCUMENT).write_text(text, encoding="utf-8")
    return commit_everything(project)


def default_base(project: Path, document: Path) -> str:
    return newest_tag(project, document) or first_commit(project, document)


def test_without_a_tag_it_is_the_first_commit_that_has_a_document(project: Path) -> None:
    first = git(project, "rev-parse", "--short", "HEAD")
    write(project, "second")
    assert default_base(project, DOCUMENT) == first
    assert read_base(project, DOCUMENT, first) == b"first"


def test_a_document_that_came_and_went_and_came_again_counts_from_its_first_coming(project: Path) -> None:
    first = git(project, "rev-parse", "--short", "HEAD")
    (project / DOCUMENT).unlink()
    commit_everything(project)
    write(project, "again")
    assert default_base(project, DOCUMENT) == first


def test_the_newest_tag_is_preferred_however_it_is_called(project: Path) -> None:
    git(project, "tag", "v2")
    write(project, "second")
    git(project, "tag", "--annotate", "--message", "Release", "v1", date="2026-02-01T00:00:00Z")
    write(project, "third")
    assert default_base(project, DOCUMENT) == "v1"
    assert read_base(project, DOCUMENT, "v1") == b"second"


def test_a_tag_without_a_document_does_not_count(project: Path) -> None:
    first = git(project, "rev-parse", "--short", "HEAD")
    git(project, "tag", "before-it", "HEAD~1")
    assert default_base(project, DOCUMENT) == first


def test_a_tag_of_another_branch_does_not_count(project: Path) -> None:
    first = git(project, "rev-parse", "--short", "HEAD")
    git(project, "switch", "--quiet", "--create", "other")
    write(project, "other")
    git(project, "tag", "v9")
    git(project, "switch", "--quiet", "main")
    assert default_base(project, DOCUMENT) == first


def test_a_project_may_lie_in_a_folder_of_its_repository(project: Path) -> None:
    first = git(project, "rev-parse", "--short", "HEAD")
    assert default_base(project / "openapi", Path("document.yaml")) == first
    assert read_base(project / "openapi", Path("document.yaml"), first) == b"first"


@pytest.mark.parametrize("reference", ["v9", "", "-h", "--all", "HEAD~1:openapi", "main..HEAD"])
def test_a_reference_that_names_no_commit_is_refused(reference: str, project: Path) -> None:
    with pytest.raises(NoBase, match="no such commit, branch or tag"):
        read_base(project, DOCUMENT, reference)


def test_a_commit_without_a_document_is_refused(project: Path) -> None:
    with pytest.raises(NoBase, match=r"^HEAD~1 does not contain openapi/document.yaml$"):
        read_base(project, DOCUMENT, "HEAD~1")


def test_a_history_without_a_document_is_refused(project: Path) -> None:
    with pytest.raises(NoBase, match=r"no commit contains other.yaml"):
        default_base(project, Path("other.yaml"))


def test_outside_of_a_repository_there_is_no_earlier_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(NoBase, match=r"no history.*not a git repository"):
        default_base(tmp_path, DOCUMENT)


def test_a_shallow_clone_without_a_tag_is_not_compared_with_itself(project: Path, tmp_path: Path) -> None:
    """Its only commit seems to be the first with a document, and against that nothing ever changes."""
    write(project, "second")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{project}", "shallow")
    with pytest.raises(NoBase, match=r"shallow.*git fetch --unshallow --tags"):
        default_base(tmp_path / "shallow", DOCUMENT)
    with pytest.raises(NoBase, match=r"shallow.*git fetch --unshallow --tags"):
        read_base(tmp_path / "shallow", DOCUMENT, "HEAD~1")


def test_a_shallow_clone_with_a_tag_is_enough(project: Path, tmp_path: Path) -> None:
    git(project, "tag", "v1")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=v1", f"file://{project}", "shallow")
    assert default_base(tmp_path / "shallow", DOCUMENT) == "v1"
