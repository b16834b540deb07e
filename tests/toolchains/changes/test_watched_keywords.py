"""oasdiff reports what the gate leaves to it: every keyword that it is trusted with, added and taken away."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from change_gate.changes import Change
from change_gate.oasdiff import read_oasdiff
from change_gate.structure import WATCHED_IN_BODIES, WATCHED_IN_EVERY_SCHEMA, WATCHED_IN_PARAMETERS
from tests.scripts.change_gate.edits import BEFORE, Document, parameter, refused, schema
from tests.toolchains.changes.real_oasdiff import found_by_oasdiff

Place = Callable[[Document], Document]

TYPES = {
    **dict.fromkeys(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"], "integer"),
    **dict.fromkeys(["minItems", "maxItems"], "array"),
    **dict.fromkeys(["minProperties", "maxProperties", "required"], "object"),
}
VALUES: dict[str, Any] = {
    **dict.fromkeys(WATCHED_IN_EVERY_SCHEMA, 2),
    **dict.fromkeys(["deprecated", "readOnly", "writeOnly"], True),
    **dict.fromkeys(["format", "pattern", "const", "default"], "a"),
    **{key: [{"type": "string"}] for key in ["allOf", "anyOf", "oneOf"]},
    "type": "boolean",
    "enum": ["a"],
    "required": ["b"],
}


def of_a_success(document: Document) -> Document:
    found: Document = schema(document, "Sent")["properties"]["probe"]
    return found


def of_a_failure(document: Document) -> Document:
    found: Document = schema(document, "Link")["properties"]["probe"]
    return found


def of_a_parameter(document: Document) -> Document:
    found: Document = parameter(document)["schema"]
    return found


def of_a_header(document: Document) -> Document:
    found: Document = refused(document)["headers"]["x-reset"]["schema"]
    return found


def with_a_probe(probe: Document) -> Document:
    document = copy.deepcopy(BEFORE)
    for name in ("Sent", "Link"):
        schema(document, name)["properties"]["probe"] = copy.deepcopy(probe)
    for place in (of_a_parameter, of_a_header):
        place(document).clear()
        place(document).update(copy.deepcopy(probe))
    return document


def changes(before: Document, after: Document, folder: Path) -> list[Change]:
    return read_oasdiff(found_by_oasdiff(before, after, folder))


@pytest.mark.parametrize(
    ("keyword", "place"),
    [
        *((keyword, of_a_success) for keyword in sorted(WATCHED_IN_EVERY_SCHEMA | WATCHED_IN_BODIES)),
        *((keyword, of_a_failure) for keyword in sorted(WATCHED_IN_EVERY_SCHEMA | WATCHED_IN_BODIES)),
        *((keyword, of_a_parameter) for keyword in sorted(WATCHED_IN_EVERY_SCHEMA | WATCHED_IN_PARAMETERS)),
        *((keyword, of_a_header) for keyword in sorted(WATCHED_IN_EVERY_SCHEMA)),
    ],
)
def test_a_keyword_is_watched(keyword: str, place: Place, tmp_path: Path) -> None:
    probe: Document = {"type": TYPES.get(keyword, "string")}
    if keyword == "required":
        probe["properties"] = {"b": {"type": "string"}}
    without = with_a_probe(probe)
    with_it = copy.deepcopy(without)
    place(with_it)[keyword] = VALUES[keyword]
    assert changes(without, with_it, tmp_path)
    assert changes(with_it, without, tmp_path)
