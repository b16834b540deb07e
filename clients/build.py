"""Generates and compiles a language's client in a copy of its folder, and takes no warning."""

import re
import shutil
import subprocess

from clients.languages import GENERATED, Command, Language

# A word of its own, so that a file name or a flag such as --fail-on-warnings is none.
_WARNING = re.compile(r"(?im)^.*(?<![-\w])warn(?:ing|ings)?\b(?![-_.]).*$")
_SHOWN_LINES = 30


class BuildFailed(Exception):
    """A step failed or gave a warning; the message holds what it printed."""


def missing_tools(language: Language) -> list[str]:
    """Returns the commands that the language needs and this machine does not have."""
    return [tool for tool in language.tools if shutil.which(tool) is None]


def build(language: Language) -> None:
    """Makes the client again; what the compilers keep between builds stays where it is.

    What was generated before goes, so that no type lives on that the document has no more.

    Raises:
        BuildFailed: a step ended with an error or gave a warning.
    """
    shutil.rmtree(language.folder / GENERATED, ignore_errors=True)
    shutil.copytree(language.source, language.folder, dirs_exist_ok=True)
    for step in language.steps:
        _run(step, language)


def _run(step: Command, language: Language) -> None:
    completed = subprocess.run(
        step,
        cwd=language.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    shown = " ".join(map(str, step))
    if completed.returncode != 0:
        last_lines = "\n".join(completed.stdout.splitlines()[-_SHOWN_LINES:])
        raise BuildFailed(f"`{shown}` ended with exit code {completed.returncode}:\n{last_lines}")
    for warning in _WARNING.findall(completed.stdout):
        if not any(remark in warning for remark in language.remarks):
            raise BuildFailed(f"`{shown}` gave a warning:\n{warning}")
