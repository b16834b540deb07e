"""Makes everything that is derived from openapi/feishu-mail.yaml, or checks that it is in step.

Derived are: the client (generated/feishu_mail_client); the operations and their errors in Python
(overlay/feishu_mail/outcomes/operations.py), as data (openapi/error-codes.json) and as tables (docs/error-codes.*); the
document's JSON copy (openapi/feishu-mail.json); and the record of what was made from what (openapi/regenerated.json).
"""

import argparse
import filecmp
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from openapi_spec_validator import validate

from operation_table import DocumentError
from renderings import RENDERED, render

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = Path("openapi/feishu-mail.yaml")
DOCUMENT_AS_JSON = Path("openapi/feishu-mail.json")
GENERATOR_SETTINGS = Path("openapi/python-client.yaml")
RECORD = Path("openapi/regenerated.json")
CLIENT = Path("generated/feishu_mail_client")
TEMPLATES = Path("scripts")
TOOLS = ("openapi-python-client", "ruff", "Jinja2", "PyYAML")


class RegenerationError(Exception):
    """Nothing was written, because of the reason given."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 done or in step, 1 out of step, 2 the document cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail and name what is out of step")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder (default: this one)")
    options = parser.parse_args(arguments)
    root: Path = options.root.resolve()
    try:
        with tempfile.TemporaryDirectory(prefix="regenerate-") as folder:
            fresh = Path(folder)
            for path, text in derived_texts(root).items():
                (fresh / path.parent).mkdir(parents=True, exist_ok=True)
                (fresh / path).write_text(text, encoding="utf-8")
            generate_client(root, fresh)
            stale = sorted(out_of_step(root, fresh))
            if options.check:
                return report(stale)
            install(fresh, root)
    except RegenerationError as error:
        print(f"regenerate: {error}", file=sys.stderr)
        return 2
    for name in stale:
        print(f"regenerate: changed {name}")
    print(f"regenerate: {'done' if stale else 'nothing to change'}")
    return 0


def derived_texts(root: Path) -> dict[Path, str]:
    """Returns all that is derived from the document below ``root``, but for the client.

    Raises:
        RegenerationError: the document cannot be used.
    """
    document = load_document(root / DOCUMENT)
    try:
        rendered = render(document, root / TEMPLATES)
    except DocumentError as error:
        raise RegenerationError(str(error)) from error
    record = {
        "document": {"path": DOCUMENT.as_posix(), "sha256": hashlib.sha256((root / DOCUMENT).read_bytes()).hexdigest()},
        "tools": {tool: version(tool) for tool in TOOLS},
    }
    return {
        DOCUMENT_AS_JSON: json.dumps(document, ensure_ascii=False, indent=2) + "\n",
        RECORD: json.dumps(record, indent=2) + "\n",
        **rendered,
    }


def load_document(path: Path) -> dict[str, Any]:
    """Returns the parsed document.

    Raises:
        RegenerationError: it is not YAML, or not valid OpenAPI.
    """
    try:
        document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        validate(document)
    except Exception as error:
        raise RegenerationError(f"{path.name} is not a valid OpenAPI document: {error}") from error
    return document


def generate_client(root: Path, fresh: Path) -> None:
    """Runs openapi-python-client; only the package is kept of the project that it writes."""
    project = fresh / "project"
    command = [
        *(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--overwrite"),
        *("--path", str(root / DOCUMENT), "--config", str(root / GENERATOR_SETTINGS)),
        *("--meta", "setup", "--output-path", str(project)),
    ]
    # The generator calls ruff by name: the one pinned beside it must be found first.
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    completed = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    if completed.returncode != 0:
        raise RegenerationError(f"openapi-python-client failed:\n{completed.stdout}{completed.stderr}")
    (fresh / CLIENT.parent).mkdir()
    shutil.move(project / CLIENT.name, fresh / CLIENT)
    shutil.rmtree(project)


def out_of_step(root: Path, fresh: Path) -> Iterator[str]:
    """Yields the derived files that differ between ``root`` and ``fresh``, or are in one of them only."""
    for path in {*derived_files(fresh), *derived_files(root)}:
        here, there = root / path, fresh / path
        if not (here.is_file() and there.is_file() and filecmp.cmp(here, there, shallow=False)):
            yield path.as_posix()


def derived_files(folder: Path) -> Iterator[Path]:
    """Yields the derived files below ``folder``, relative to it."""
    yield from (DOCUMENT_AS_JSON, RECORD, *RENDERED)
    for path in (folder / CLIENT.parent).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder)


def install(fresh: Path, root: Path) -> None:
    """Replaces the derived files of ``root`` by those of ``fresh``."""
    shutil.rmtree(root / CLIENT.parent, ignore_errors=True)
    for path in derived_files(fresh):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fresh / path, root / path)


def report(stale: Sequence[str]) -> int:
    """Says which files are out of step, if any, and returns the exit code."""
    if not stale:
        print(f"regenerate: everything is in step with {DOCUMENT}")
        return 0
    print(f"regenerate: out of step with {DOCUMENT}:", file=sys.stderr)
    for path in stale:
        print(f"  {path}", file=sys.stderr)
    print("Run `make regenerate` and commit what it changes; derived files are never edited.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
