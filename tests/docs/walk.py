"""Walks through a page in a copy of the project: applies its diffs, runs its commands, compares what they print."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.scripts.change_gate.repository import commit_everything, git

ROOT = Path(__file__).parents[2]
DOCUMENT = Path("openapi/feishu-mail.yaml")
FOLDERS = ("clients", "docs", "generated", "openapi", "overlay", "sandbox", "scripts", "tests")
PACKAGES = ("overlay", "generated", "sandbox", ".")

COMMANDS: Mapping[str, Sequence[str]] = {
    "make regenerate": (sys.executable, "scripts/regenerate.py"),
    "make clients LANGUAGES=python": (sys.executable, "-m", "clients", "python"),
    "make check-changes BASE=HEAD": (
        *(sys.executable, "scripts/check_changes.py", "--base", "HEAD"),
        *("--oasdiff", str(ROOT / "build/tools/oasdiff")),
    ),
}
"""What the make targets run. The copy has no environment of its own, and needs none."""
OF_THE_GATE = ("make check-changes BASE=HEAD", "cat build/changes.md")


@dataclass(frozen=True)
class Block:
    """A block of code of a page."""

    language: str
    text: str

    def commands(self) -> Iterator[tuple[str, str]]:
        """Yields each command with the output that is shown."""
        yield from re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n?)*)", self.text, re.MULTILINE)


def read_blocks(page: Path) -> list[Block]:
    """Returns the blocks of code of a page, in order."""
    return [Block(*found) for found in re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", page.read_text(encoding="utf-8"))]


def copy_of_the_project(folder: Path) -> Path:
    """Makes a repository of what the walk needs, with version 1.0.0 of the document, where the page begins."""
    project = folder / "project"
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / name, project / name, ignore=ignored)
    shutil.copyfile(ROOT / "pyproject.toml", project / "pyproject.toml")
    (project / "feishu_mail_openapi").symlink_to("openapi")
    document = (project / DOCUMENT).read_text(encoding="utf-8")
    in_version_1 = re.sub("(?m)^  version: .*$", "  version: 1.0.0", document)
    if document != in_version_1:
        (project / DOCUMENT).write_text(in_version_1, encoding="utf-8")
        assert run(project, *COMMANDS["make regenerate"]).returncode == 0
    git(project, "init", "--quiet")
    commit_everything(project)
    return project


def walk(blocks: Sequence[Block], project: Path, *, with_gate: bool) -> None:
    """Does what the blocks say, in order."""
    for block in blocks:
        if block.language == "diff":
            apply(block, project)
            continue
        assert block.language == "console", block.language
        for command, shown in block.commands():
            if with_gate or command not in OF_THE_GATE:
                completed = run(project, *_arguments(command))
                assert completed.returncode == 0, f"{command}\n{completed.stdout}"
                assert looks_like(shown, completed.stdout), f"$ {command}\n{completed.stdout}"


def apply(diff: Block, project: Path) -> None:
    """Applies a diff, as `git apply` does."""
    command = ["git", "apply", "--recount", "-"]
    completed = subprocess.run(
        command, cwd=project, input=diff.text, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert completed.returncode == 0, f"{diff.text}\n{completed.stderr}"


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in the copy, with the copy's packages; standard error is part of the output."""
    path = os.pathsep.join(str(project / package) for package in PACKAGES)
    return subprocess.run(
        command,
        cwd=project,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )


def _arguments(command: str) -> Sequence[str]:
    if command in COMMANDS:
        return COMMANDS[command]
    program, *arguments = shlex.split(command)
    assert program in ("cat", "grep", "feishu-mail"), f"what does {command} run?"
    return [sys.executable, "-m", "feishu_mail", *arguments] if program == "feishu-mail" else [program, *arguments]


def looks_like(shown: str, printed: str) -> bool:
    """Compares; three dots stand for anything in their line, and for any lines where they have one to themselves."""
    lines = [
        "(.*\n)*" if line == "...\n" else re.escape(line).replace(r"\.\.\.", ".*")
        for line in shown.splitlines(keepends=True)
    ]
    return re.fullmatch("".join(lines), printed) is not None
