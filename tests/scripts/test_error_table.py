"""The error table refuses a document whose examples are incomplete or contradict each other."""

from typing import Any

import pytest

from error_table import DocumentError, read_error_table


def example(**changes: Any) -> dict[str, Any]:
    complete = {
        "summary": "What",
        "x-summary-zh": "何事",
        "description": "Do\nthis",
        "x-description-zh": "这样做",
        "x-outcome": "not_sent",
        "x-retry": "never",
        "x-affects": "draft",
        "value": {"code": 7},
    }
    return {name: value for name, value in (complete | changes).items() if value is not None}


def document(examples: dict[str, Any], statuses: dict[str, list[str]]) -> dict[str, Any]:
    responses: dict[str, Any] = {
        status: {"content": {"application/json": {"examples": {name: {} for name in names}}}}
        for status, names in statuses.items()
    }
    return {"paths": {"/": {"post": {"responses": responses}}}, "components": {"examples": examples}}


def test_a_row_holds_the_example_in_one_line_texts() -> None:
    (row,) = read_error_table(document({"A": example()}, {"400": ["A"]}))
    assert (row.name, row.code, row.http_statuses, row.advice) == ("A", 7, (400,), "Do this")


def test_the_usual_status_comes_first() -> None:
    (row,) = read_error_table(document({"A": example(**{"x-usual-status": 429})}, {"400": ["A"], "429": ["A"]}))
    assert row.http_statuses == (429, 400)


def test_a_plain_success_is_no_row() -> None:
    assert read_error_table(document({"SENT": {"summary": "Sent", "value": {"code": 0}}}, {"200": ["SENT"]})) == []


@pytest.mark.parametrize(
    ("changes", "statuses", "message"),
    [
        ({}, {}, "no response refers"),
        ({}, {"400": ["A"], "429": ["A"]}, "x-usual-status"),
        ({"x-usual-status": 500}, {"400": ["A"], "429": ["A"]}, "x-usual-status"),
        ({"x-outcome": "maybe"}, {"400": ["A"]}, "x-outcome must be one of sent, not_sent, unknown"),
        ({"x-outcome": None}, {"400": ["A"]}, "x-outcome"),
        ({"x-retry": "later"}, {"400": ["A"]}, "x-retry"),
        ({"x-affects": None}, {"400": ["A"]}, "x-affects"),
        ({"summary": " "}, {"400": ["A"]}, "summary is missing"),
        ({"description": None}, {"400": ["A"]}, "description is missing"),
        ({"x-summary-zh": None}, {"400": ["A"]}, "x-summary-zh is missing"),
        ({"x-description-zh": None}, {"400": ["A"]}, "x-description-zh is missing"),
        ({"value": {}}, {"400": ["A"]}, "value.code must be an integer"),
        ({"value": None}, {"400": ["A"]}, "value.code must be an integer"),
        ({"value": {"code": True}}, {"400": ["A"]}, "value.code must be an integer"),
        ({}, {"default": ["A"]}, "no response refers"),
    ],
)
def test_an_incomplete_example_is_refused(
    changes: dict[str, Any], statuses: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(DocumentError, match=f"A: .*{message}"):
        read_error_table(document({"A": example(**changes)}, statuses))


@pytest.mark.parametrize("name", ["facts", "not-a-name", "lower"])
def test_a_name_that_is_no_constant_is_refused(name: str) -> None:
    with pytest.raises(DocumentError, match=f"{name}: "):
        read_error_table(document({name: example()}, {"400": [name]}))


def test_a_repeated_code_is_refused() -> None:
    with pytest.raises(DocumentError, match="B: code 7 is A already"):
        read_error_table(document({"A": example(), "B": example()}, {"400": ["A", "B"]}))
