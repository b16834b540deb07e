"""A git repository made for one test."""

import os
import subprocess
from pathlib import Path

AUTHOR = {f"GIT_{who}_{what}": "test@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
NO_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(folder: Path, *arguments: str, date: str = "2026-01-01T00:00:00Z") -> str:
    environment = {**os.environ, **AUTHOR, **NO_SETTINGS, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    completed = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return completed.stdout.strip()


def commit_everything(folder: Path, date: str = "2026-01-01T00:00:00Z") -> str:
    """Makes a commit of all there is, also of nothing, and returns its short name."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "A commit", date=date)
    return git(folder, "rev-parse", "--short", "HEAD")
