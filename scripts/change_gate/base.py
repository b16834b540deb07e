"""Finds the state of the document that an edit is compared with, in the history that git keeps."""

import subprocess
from pathlib import Path

FETCH_THE_HISTORY = "Fetch the history: git fetch --unshallow --tags"


class NoBase(Exception):
    """There is nothing to compare with; the message says why and what to do."""


def newest_tag(root: Path, document: Path) -> str | None:
    """Returns the newest tag before or at the present commit that contains the document, if any.

    Raises:
        NoBase: this is no repository.
    """
    repository = _run(root, "rev-parse", "--git-dir")
    if repository.returncode != 0:
        raise NoBase(f"there is no history to find an earlier document in: {repository.stderr.decode().strip()}")
    tags = _git(root, "tag", "--merged", "HEAD", "--sort=-creatordate").splitlines()
    return next((tag for tag in tags if _run(root, "cat-file", "-e", _at(tag, document)).returncode == 0), None)


def first_commit(root: Path, document: Path) -> str:
    """Returns the first commit that contains the document.

    Raises:
        NoBase: there is none, or only the end of the history is here.
    """
    if _git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        raise NoBase(
            f"no tag contains the document, and this clone is shallow, its first commit unknown. {FETCH_THE_HISTORY}"
        )
    commits = _git(root, "log", "--diff-filter=A", "--format=%h", "--reverse", "--", document.as_posix()).splitlines()
    if not commits:
        raise NoBase(f"no commit contains {document.as_posix()}")
    return commits[0]


def read_base(root: Path, document: Path, reference: str) -> bytes:
    """Returns the document's content at `reference`: a tag, a branch or a commit.

    Raises:
        NoBase: there is no such reference, or no document in it.
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}").strip()
    if not commit:
        raise NoBase(f"no such commit, branch or tag: {reference}. In a shallow clone: {FETCH_THE_HISTORY}")
    content = _run(root, "show", _at(commit, document))
    if content.returncode != 0:
        raise NoBase(f"{reference} does not contain {document.as_posix()}")
    return content.stdout


def _at(reference: str, document: Path) -> str:
    return f"{reference}:./{document.as_posix()}"


def _git(root: Path, *arguments: str) -> str:
    completed = _run(root, *arguments)
    return completed.stdout.decode() if completed.returncode == 0 else ""


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
