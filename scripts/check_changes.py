"""Finds whether an edit of openapi/feishu-mail.yaml breaks clients generated from it, and which version it needs.

Compares the document as it stands with the one at a git reference: what oasdiff finds, what oasdiff does not look at,
and what the document says of operations and their errors. Fails when something breaks and the major version was not
raised; as long as nothing has been released, it only says what changed. `make check-changes` builds oasdiff first.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from change_gate.base import NoBase, first_commit, newest_tag, read_base
from change_gate.oasdiff import OasdiffFailed, read_oasdiff, run_oasdiff
from change_gate.operations import compare_operations
from change_gate.report import report
from change_gate.structure import compare_structure
from change_gate.verdict import Change, InvalidVersion, Verdict, is_refused, judge, parse_version
from operation_table import DocumentError, read_operations
from regenerate import DOCUMENT, ROOT, RegenerationError, load_document

OASDIFF = Path("build/tools/oasdiff")


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 may stay, 1 breaks clients unannounced, 2 cannot be compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", metavar="REF", default="", help="a commit, branch or tag (default: the last tag)")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder (default: this one)")
    parser.add_argument("--oasdiff", type=Path, help=f"the program to compare with (default: {OASDIFF} in the project)")
    options = parser.parse_args(arguments)
    root: Path = options.root.resolve()
    try:
        # Whoever names a base says that somebody depends on it.
        released: str | None = options.base or newest_tag(root, DOCUMENT)
        base_name = released or first_commit(root, DOCUMENT)
        with tempfile.TemporaryDirectory(prefix="check-changes-") as folder:
            earlier = Path(folder, "earlier.yaml")
            earlier.write_bytes(read_base(root, DOCUMENT, base_name))
            before, after = load_document(earlier), load_document(root / DOCUMENT)
            found = run_oasdiff((options.oasdiff or root / OASDIFF).resolve(), earlier, root / DOCUMENT)
        changes = compare_documents(before, after, found)
        base, now = (parse_version(document["info"]["version"]) for document in (before, after))
    except (DocumentError, InvalidVersion, NoBase, OasdiffFailed, RegenerationError, OSError) as problem:
        print(f"check-changes: {problem}", file=sys.stderr)
        return 2
    print(f"Compared with {base_name}, version {before['info']['version']}:\n")
    print(report(changes, base, now, released=released is not None))
    return int(released is not None and is_refused(base, now, judge(changes)))


def compare_documents(
    before: Mapping[str, Any], after: Mapping[str, Any], found_by_oasdiff: Iterable[Mapping[str, Any]]
) -> list[Change]:
    """Returns everything that tells two valid OpenAPI documents apart.

    Raises:
        DocumentError: what `after` says of an operation is incomplete.
    """
    operations = read_operations(after)
    changes = [*read_oasdiff(found_by_oasdiff), *compare_structure(before, after)]
    try:
        changes += compare_operations(read_operations(before), operations)
    except DocumentError as error:
        words = f"what the earlier document says of operations follows other rules and cannot be compared ({error})"
        changes.append(Change(Verdict.BREAKING, words))
    in_the_same_version = {**after, "info": {**after["info"], "version": before["info"]["version"]}}
    if not changes and json.dumps(in_the_same_version, default=str) != json.dumps(before, default=str):
        changes = [Change(Verdict.HARMLESS, "texts, examples, or the order in which things are written")]
    return changes


if __name__ == "__main__":
    sys.exit(main())
