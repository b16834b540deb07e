"""The real oasdiff, as `make test-changes` built it."""

from pathlib import Path
from typing import Any

import yaml

from check_changes import run_oasdiff

ROOT = Path(__file__).parents[3]
OASDIFF = ROOT / "build/tools/oasdiff"
MEMBERS = ("id", "text", "level", "operation", "operationId", "path")
"""The members that are read. The others say where in a file something stands."""


def found_by_oasdiff(before: Any, after: Any, folder: Path) -> list[dict[str, Any]]:
    """What it says of two documents."""
    paths = [folder / "before.yaml", folder / "after.yaml"]
    for path, document in zip(paths, (before, after), strict=True):
        path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    found = run_oasdiff(OASDIFF, *paths)
    return [{member: each[member] for member in MEMBERS if member in each} for each in found]
