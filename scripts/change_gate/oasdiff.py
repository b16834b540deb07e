"""Classifies what oasdiff found, for people who use generated clients.

oasdiff asks whether an answer still fits the old schema, and so calls it compatible when an optional field disappears,
an operation gets another id or a schema another name. In a generated client these are members, functions and types, and
in this document nearly every field is optional. So the question is turned round: additive is only what is listed here,
and everything else is breaking, also what a later oasdiff may come to find.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from change_gate.changes import Change, Kind

COMPATIBLE = 1
"""oasdiff's level of a change that it holds compatible; 2 is a warning, 3 an error."""

ADDITIVE = (
    "endpoint-added",
    # Deprecated things are still there, and semantic versioning asks for a minor version.
    "endpoint-deprecated*",
    "request-parameter-deprecated*",
    "request-property-deprecated*",
    "response-property-deprecated*",
    "response-*-property-added",
    "response-header-added",
    # Not a new success: a program that knows 200 only would take a mail that went out for one that did not.
    "response-non-success-status-added",
    # Some generators add an argument then. The compiler says so, and what is not generated anew works on.
    "new-optional-request-*",
    "request-body-added-optional",
    "request-body-became-optional",
    "request-parameter-became-optional",
    "request-property-became-optional",
    # What was accepted is still accepted.
    "request-*-unset",
    "request-*-increased",
    "request-*-decreased",
    "request-parameter-enum-value-added",
    "request-property-enum-value-added",
    # One more way to authenticate. Where it replaces another, that one's removal is a change of its own.
    "api-security-added",
    "api-security-component-added",
    "api-global-security-added",
)
ABOUT_THE_VERSION = ("api-version-*", "api-major-version-*")
"""Advice about the version, which is judged here with all changes in view."""


def read_oasdiff(found: Iterable[Mapping[str, Any]]) -> list[Change]:
    """Returns the changes of oasdiff's JSON, each once for all statuses that it was found under."""
    statuses: dict[tuple[Kind, str], list[str]] = {}
    for each in found:
        if _matches(each["id"], ABOUT_THE_VERSION):
            continue
        sentence, status = _without_status(_sentence(each))
        seen = statuses.setdefault((_kind(each), sentence), [])
        if status not in seen:
            seen.append(status)
    return [
        Change(kind, sentence.replace(_STATUS, ", ".join(f"`{status}`" for status in seen)))
        for (kind, sentence), seen in statuses.items()
    ]


def _kind(found: Mapping[str, Any]) -> Kind:
    additive = found["level"] == COMPATIBLE and _matches(found["id"], ADDITIVE)
    return Kind.ADDITIVE if additive else Kind.BREAKING


def _matches(rule: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(rule, pattern) for pattern in patterns)


def _sentence(found: Mapping[str, Any]) -> str:
    text = f"{found['text']} ({found['id']})"
    operation = found.get("operationId") or " ".join(found[key] for key in ("operation", "path") if found.get(key))
    return f"`{operation}`: {text}" if operation else text


_STATUS = "\0"


def _without_status(sentence: str) -> tuple[str, str]:
    match = re.search(r"(?<=status )`(\d{3})`|`(\d{3})`(?= status)", sentence)
    if match is None:
        return sentence, ""
    return sentence[: match.start()] + _STATUS + sentence[match.end() :], match[1] or match[2]
