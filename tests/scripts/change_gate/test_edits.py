"""Every prepared edit gets the verdict that people who generated a client from the document would give it."""

import json
from pathlib import Path
from typing import Any

import pytest

from change_gate.comparison import Comparison, compare_documents
from change_gate.verdict import Verdict
from tests.scripts.change_gate.edits import BEFORE, EDITS

FOUND: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("found_by_oasdiff.json").read_text(encoding="utf-8")
)
"""What oasdiff said of each edit; tests/toolchains/changes compares that with the real one."""


def comparison(name: str) -> Comparison:
    return compare_documents(BEFORE, EDITS[name].after(), FOUND[name])


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_gets_the_verdict_that_it_deserves(name: str) -> None:
    assert comparison(name).verdict is EDITS[name].verdict, comparison(name).changes


@pytest.mark.parametrize("name", EDITS)
def test_what_is_said_of_an_edit_names_what_was_edited(name: str) -> None:
    said = "\n".join(change.text for change in comparison(name).changes)
    assert EDITS[name].said in said
    assert bool(said) is (EDITS[name].verdict is not Verdict.UNCHANGED)
