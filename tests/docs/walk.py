"""Walks through a page in a copy of the project: puts its blocks into files, runs its commands, compares the output."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.docs.insertion import insert_python, insert_yaml
from tests.scripts.change_gate.repository import commit_everything, git

ROOT = Path(__file__).parents[2]
DOCUMENT = Path("openapi/feishu-mail.yaml")
MADE_BY_COMMANDS = (
    ".git",
    ".*_cache",
    ".hypothesis",
    ".venv",
    "__pycache__",
    "build",
    "node_modules",
    "*.egg-info",
    "reference.html",
)
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
LEFT_TO_TOOLCHAINS = ("make check-changes BASE=HEAD", "make clients LANGUAGES=python")


@dataclass(frozen=True)
class Block:
    """A block of code of a page; behind the language may stand the file that it belongs to."""

    language: str
    file: str
    text: str

    def commands(self) -> Iterator[tuple[str, str]]:
        """Yields each command with the output that is shown."""
        yield from re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n?)*)", self.text, re.MULTILINE)


def read_blocks(page: Path) -> list[Block]:
    """Returns the blocks of code of a page, in order."""
    found = re.findall(r"(?ms)^```(\w+) ?(\S*)\n(.*?)^```$", page.read_text(encoding="utf-8"))
    return [Block(*each) for each in found]


def copy_of_the_project(folder: Path) -> Path:
    """Makes a repository of the project, with version 1.0.0 of the document, where the page begins."""
    project = folder / "project"
    shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(*MADE_BY_COMMANDS))
    (project / "feishu_mail_openapi").symlink_to("openapi")
    document = (project / DOCUMENT).read_text(encoding="utf-8")
    (project / DOCUMENT).write_text(re.sub("(?m)^  version: .*$", "  version: 1.0.0", document), encoding="utf-8")
    git(project, "init", "--quiet")
    commit_everything(project)
    return project


def walk(blocks: Sequence[Block], project: Path, *, with_toolchains: bool) -> None:
    """Does what the blocks say, in order."""
    for block in blocks:
        if block.language == "console":
            for command, shown in block.commands():
                if with_toolchains or command not in LEFT_TO_TOOLCHAINS:
                    completed = run(project, *_arguments(command))
                    assert completed.returncode == 0, f"{command}\n{completed.stdout}"
                    assert looks_like(shown, completed.stdout), f"$ {command}\n{completed.stdout}"
        elif not (project / block.file).exists():
            (project / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "yaml":
            insert_yaml(project / block.file, block.text)
        else:
            insert_python(project / block.file, block.text)
            # Where an import goes among the others, people leave to ruff, too.
            for order in (("check", "--quiet", "--select", "I", "--fix"), ("format", "--quiet")):
                assert run(project, sys.executable, "-m", "ruff", *order, block.file).returncode == 0


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
    programs = {"grep": ["grep"], "python": [sys.executable], "feishu-mail": [sys.executable, "-m", "feishu_mail"]}
    return [*programs[program], *arguments]


def looks_like(shown: str, printed: str) -> bool:
    """Compares; three dots stand for anything in their line, and for any lines where they have one to themselves."""
    lines = [
        "(.*\n)*" if line == "...\n" else re.escape(line).replace(r"\.\.\.", ".*")
        for line in shown.splitlines(keepends=True)
    ]
    return re.fullmatch("".join(lines), printed) is not None
