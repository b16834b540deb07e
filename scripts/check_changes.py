"""Tells whether an edit of openapi/feishu-mail.yaml breaks clients generated from it, and which version it needs.

Compares the document as it stands with the one at a git reference: what oasdiff finds, what oasdiff does not look at,
and the error codes. Fails when something breaks and the major version was not raised. `make check-changes` builds
oasdiff first.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from change_gate.base import NoBase, default_base, read_base
from change_gate.comparison import Comparison, compare_documents
from change_gate.report import as_markdown, as_text
from change_gate.verdict import InvalidVersion, is_refused
from error_table import DocumentError
from regenerate import DOCUMENT, ROOT, RegenerationError, load_document

OASDIFF = Path("build/tools/oasdiff")
MATERIAL = Path("build/changes.md")
OASDIFF_COMMAND = ("changelog", "--format", "json", "--include-path-params", "--allow-external-refs=false")


class CannotCompare(Exception):
    """There is no verdict, because of the reason given."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 may stay, 1 breaks clients unannounced, 2 cannot be compared, 130 interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--base",
        metavar="REF",
        default="",
        help="compare with this commit, branch or tag (default: the last tag, else the first commit with a document)",
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder (default: this one)")
    parser.add_argument("--oasdiff", type=Path, help=f"the program to compare with (default: {OASDIFF} in the project)")
    options = parser.parse_args(arguments)
    root: Path = options.root.resolve()
    oasdiff: Path = options.oasdiff or root / OASDIFF
    try:
        base_name: str = options.base or default_base(root, DOCUMENT)
        comparison = compare_with(base_name, root, oasdiff.resolve())
        material = root / MATERIAL
        material.parent.mkdir(exist_ok=True)
        material.write_text(as_markdown(comparison, base_name), encoding="utf-8")
    except (CannotCompare, NoBase) as problem:
        print(f"check-changes: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print(as_text(comparison, base_name))
    print(f"Raw material for the changelog: {MATERIAL}")
    return int(is_refused(comparison.base, comparison.now, comparison.verdict))


def compare_with(base_name: str, root: Path, oasdiff: Path) -> Comparison:
    """Compares the document below `root` with the one at the git reference `base_name`.

    Raises:
        NoBase: there is no earlier document.
        CannotCompare: one of the two documents cannot be used, or oasdiff cannot.
    """
    with tempfile.TemporaryDirectory(prefix="check-changes-") as folder:
        earlier = Path(folder, "earlier.yaml")
        earlier.write_bytes(read_base(root, DOCUMENT, base_name))
        try:
            before, after = load_document(earlier), load_document(root / DOCUMENT)
            return compare_documents(before, after, run_oasdiff(oasdiff, earlier, root / DOCUMENT))
        except (RegenerationError, DocumentError, InvalidVersion) as problem:
            raise CannotCompare(f"compared with {base_name}: {problem}") from problem


def run_oasdiff(oasdiff: Path, before: Path, after: Path) -> list[dict[str, Any]]:
    """Returns what oasdiff finds, as it says it.

    Raises:
        CannotCompare: it is not there, or does not get through.
    """
    command = [str(oasdiff), *OASDIFF_COMMAND, str(before), str(after)]
    try:
        # Away from the project: oasdiff looks for settings of its own in the folder in which it runs.
        completed = subprocess.run(command, cwd=before.parent, capture_output=True, encoding="utf-8", check=False)
    except OSError as error:
        raise CannotCompare(f"{oasdiff} cannot be run ({error.strerror}); `make check-changes` builds it") from error
    if completed.returncode != 0:
        raise CannotCompare(f"oasdiff failed: {completed.stderr.strip()}")
    found: list[dict[str, Any]] = json.loads(completed.stdout)
    return found


if __name__ == "__main__":
    sys.exit(main())
