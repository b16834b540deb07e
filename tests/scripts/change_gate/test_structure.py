"""The walk along both documents tells keywords from names, and stops at what it does not know."""

import copy
from typing import Any

import pytest

from change_gate.changes import Kind
from change_gate.structure import compare_structure
from tests.scripts.change_gate.edits import BEFORE, operation, schema


def test_a_field_may_be_called_like_a_keyword() -> None:
    """`description` is a text where it is a keyword, and a field where somebody named one so."""
    after = copy.deepcopy(BEFORE)
    schema(after, "Detail")["properties"]["description"]["additionalProperties"] = False
    (change,) = compare_structure(BEFORE, after)
    assert change.kind is Kind.BREAKING
    assert "`components/schemas/Detail/properties/description/additionalProperties` was added" in change.text


@pytest.mark.parametrize("value", [{"calls": 20}, {"calls": "20", "seconds": 60}, {"calls": 20, "seconds": 0}])
def test_a_rate_limit_that_cannot_be_read_is_breaking(value: dict[str, Any]) -> None:
    after = copy.deepcopy(BEFORE)
    operation(after)["x-rate-limit"] = value
    assert [change.kind for change in compare_structure(BEFORE, after)] == [Kind.BREAKING]


def test_a_rate_limit_that_is_lifted_is_an_addition() -> None:
    after = copy.deepcopy(BEFORE)
    del operation(after)["x-rate-limit"]
    assert [change.kind for change in compare_structure(BEFORE, after)] == [Kind.ADDITIVE]


def test_a_rate_limit_where_there_was_none_is_breaking() -> None:
    before = copy.deepcopy(BEFORE)
    del operation(before)["x-rate-limit"]
    assert [change.kind for change in compare_structure(before, BEFORE)] == [Kind.BREAKING]
