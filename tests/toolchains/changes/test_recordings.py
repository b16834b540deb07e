"""oasdiff still says of the prepared edits what the tests without it take for granted."""

import json
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from tests.scripts.change_gate.edits import BEFORE, EDITS
from tests.toolchains.changes.real_oasdiff import ROOT, found_by_oasdiff

RECORDINGS = ROOT / "tests/scripts/change_gate/found_by_oasdiff.json"


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_document_is_a_valid_one(name: str) -> None:
    validate(EDITS[name].after())


def test_oasdiff_says_what_was_recorded(tmp_path: Path) -> None:
    found = {name: found_by_oasdiff(BEFORE, edit.after(), tmp_path) for name, edit in EDITS.items()}
    again = tmp_path / "found_by_oasdiff.json"
    again.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(RECORDINGS.read_text(encoding="utf-8")), f"if that is right, copy {again}"
