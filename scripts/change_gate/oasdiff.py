"""Classifies what oasdiff found, for people who use generated clients.

oasdiff asks whether an answer still fits the old schema, and so calls it compatible when an optional field disappears,
an operation gets another id or a schema another name. In a generated client these are members, functions and types, and
in this document nearly every field is optional. So the question is turned round: additive is only what is listed here,
and everything else is breaking, also what a later oasdiff may come to find.
"""

import json
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from change_gate.verdict import Change, Verdict, by_operation

COMMAND = ("changelog", "--format", "json", "--include-path-params", "--allow-external-refs=false")
COMPATIBLE = 1
"""oasdiff's level of a change that it holds compatible; 2 is a warning, 3 an error."""

ADDITIVE = (
    "endpoint-added",
    # Deprecated things are still there, and semantic versioning asks for a minor version.
    "*-deprecated*",
    "response-*-property-added",
    "response-header-added",
    # Not a new success: a program that knows 200 only would take a mail that went out for one that did not.
    "response-non-success-status-added",
    # Some generators add an argument then. The compiler says so, and what is not generated again works on.
    "new-optional-request-*",
    "request-body-added-optional",
    "request-*-became-optional",
    # What was accepted is still accepted.
    "request-*-unset",
    "request-*-increased",
    "request-*-decreased",
    "request-*-enum-value-added",
    # One more way to authenticate. Where it replaces another, that one's removal is a change of its own.
    "api-*security*-added",
)
ABOUT_THE_VERSION = ("api-version-*", "api-major-version-*")
"""Advice about the version, which is judged here with all changes in view."""
_STATUS, _PLACE = r"`\d{3}`", "\0"


class OasdiffFailed(Exception):
    """There is no verdict, because of the reason given."""


def run_oasdiff(oasdiff: Path, before: Path, after: Path) -> list[dict[str, Any]]:
    """Returns what oasdiff finds, as it says it.

    Raises:
        OasdiffFailed: it is not there, or does not get through.
    """
    try:
        # Away from the project: oasdiff looks for settings of its own in the folder in which it runs.
        completed = subprocess.run(
            [oasdiff, *COMMAND, before, after], cwd=before.parent, capture_output=True, encoding="utf-8", check=False
        )
    except OSError as error:
        raise OasdiffFailed(f"{oasdiff} cannot be run ({error.strerror}); `make check-changes` builds it") from error
    if completed.returncode != 0:
        raise OasdiffFailed(f"oasdiff failed: {completed.stderr.strip()}")
    found: list[dict[str, Any]] = json.loads(completed.stdout)
    return found


def read_oasdiff(found: Iterable[Mapping[str, Any]]) -> list[Change]:
    """Returns the changes of oasdiff's JSON, each once for all statuses and operations that it was found under."""
    statuses: dict[tuple[str, Verdict, str], dict[str, None]] = {}
    for each in found:
        if not _matches(each["id"], ABOUT_THE_VERSION):
            operation = each.get("operationId") or " ".join(each.get(key, "") for key in ("operation", "path"))
            additive = each["level"] == COMPATIBLE and _matches(each["id"], ADDITIVE)
            text = f"{re.sub(_STATUS, _PLACE, each['text'], count=1)} ({each['id']})"
            seen = statuses.setdefault((operation, Verdict.ADDITIVE if additive else Verdict.BREAKING, text), {})
            seen.update(dict.fromkeys(re.findall(_STATUS, each["text"])[:1]))
    return by_operation(
        (operation if operation.strip() else "API", Change(verdict, text.replace(_PLACE, ", ".join(seen))))
        for (operation, verdict, text), seen in statuses.items()
    )


def _matches(rule: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(rule, pattern) for pattern in patterns)
