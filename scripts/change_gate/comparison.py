"""Puts together everything that tells two states of the document apart."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from change_gate.changes import Change, Kind
from change_gate.error_codes import compare_errors
from change_gate.oasdiff import read_oasdiff
from change_gate.structure import compare_structure
from change_gate.verdict import Verdict, Version, judge
from error_table import DocumentError, read_error_table

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states of the document, and what the way from one to the other asks of users."""

    base: Version
    now: Version
    changes: Sequence[Change]

    @property
    def verdict(self) -> Verdict:
        """What all changes together mean."""
        return judge(self.changes)


def compare_documents(before: Document, after: Document, found_by_oasdiff: Iterable[Mapping[str, Any]]) -> Comparison:
    """Compares two valid OpenAPI documents.

    Raises:
        InvalidVersion: a version is not made of three numbers.
        DocumentError: the error table of `after` is incomplete.
    """
    changes = [
        *read_oasdiff(found_by_oasdiff),
        *compare_structure(before, after),
        *_compare_error_tables(before, after),
    ]
    if not changes and _written_out(before) != _written_out(after):
        changes = [Change(Kind.HARMLESS, "something that no client sees, such as the order of fields")]
    return Comparison(_version(before), _version(after), changes)


def _compare_error_tables(before: Document, after: Document) -> list[Change]:
    errors = read_error_table(after)
    try:
        earlier_errors = read_error_table(before)
    except DocumentError as error:
        return [Change(Kind.BREAKING, f"the earlier errors follow other rules and cannot be compared ({error})")]
    return compare_errors(earlier_errors, errors)


def _written_out(document: Document) -> str:
    info = {key: value for key, value in document["info"].items() if key != "version"}
    return json.dumps({**document, "info": info}, default=str)


def _version(document: Document) -> Version:
    return Version.parse(document["info"]["version"])
