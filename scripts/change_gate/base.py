"""Finds the state of the document that an edit is compared with, in the history that git keeps."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

FETCH_THE_HISTORY = "Fetch the history: git fetch --unshallow --tags"


class NoBase(Exception):
    """There is nothing to compare with; the message says why and what to do."""


def default_base(root: Path, document: Path) -> str:
    """Returns the newest tag before or at the present commit that contains the document, else the first such commit.

    Raises:
        NoBase: this is no repository, or only the end of its history is here.
    """
    repository = _run(root, "rev-parse", "--git-dir")
    if repository.returncode != 0:
        raise NoBase(f"there is no history to find an earlier document in: {repository.stderr.decode().strip()}")
    for tag in (_git(root, "tag", "--merged", "HEAD", "--sort=-creatordate") or "").splitlines():
        if _contains(root, tag, document):
            return tag
    if _is_shallow(root):
        raise NoBase(
            f"no tag contains the document, and this clone is shallow, its first commit unknown. {FETCH_THE_HISTORY}"
        )
    for commit in _commits_that_added(root, document):
        if _contains(root, commit, document):
            return commit
    raise NoBase(f"no commit contains {document.as_posix()}")


def read_base(root: Path, document: Path, reference: str) -> bytes:
    """Returns the document's content at `reference`: a tag, a branch or a commit.

    Raises:
        NoBase: there is no such reference, or no document in it.
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if commit is None:
        hint = f". This clone is shallow. {FETCH_THE_HISTORY}" if _is_shallow(root) else ""
        raise NoBase(f"no such commit, branch or tag: {reference}{hint}")
    content = _run(root, "show", f"{commit.strip()}:./{document.as_posix()}")
    if content.returncode != 0:
        raise NoBase(f"{reference} does not contain {document.as_posix()}")
    return content.stdout


def _commits_that_added(root: Path, document: Path) -> Iterator[str]:
    log = _git(root, "log", "--diff-filter=A", "--format=%h", "--reverse", "--", document.as_posix())
    yield from (log or "").splitlines()


def _contains(root: Path, reference: str, document: Path) -> bool:
    return _git(root, "cat-file", "-e", f"{reference}:./{document.as_posix()}") is not None


def _is_shallow(root: Path) -> bool:
    return (_git(root, "rev-parse", "--is-shallow-repository") or "").strip() == "true"


def _git(root: Path, *arguments: str) -> str | None:
    completed = _run(root, *arguments)
    return completed.stdout.decode() if completed.returncode == 0 else None


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise NoBase("git is needed to find the earlier document") from error
