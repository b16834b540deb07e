"""What oasdiff says is turned round: additive is what is listed, and everything else is breaking."""

import pytest

from change_gate.oasdiff import read_oasdiff
from change_gate.verdict import Change, Verdict

INFO, WARNING, ERROR = 1, 2, 3


def found(rule: str, level: int = INFO, text: str = "something") -> dict[str, object]:
    return {"id": rule, "level": level, "text": text}


def test_a_rule_that_nobody_has_thought_of_is_breaking() -> None:
    (change,) = read_oasdiff([found("a-rule-of-a-later-version")])
    assert change.verdict is Verdict.BREAKING


@pytest.mark.parametrize("level", [WARNING, ERROR])
def test_what_oasdiff_warns_of_is_breaking_even_when_it_is_listed(level: int) -> None:
    (change,) = read_oasdiff([found("response-optional-property-added", level)])
    assert change.verdict is Verdict.BREAKING


@pytest.mark.parametrize("rule", ["api-version-not-bumped", "api-version-decreased", "api-major-version-not-bumped"])
def test_its_advice_about_the_version_is_left_out(rule: str) -> None:
    assert read_oasdiff([found(rule)]) == []


def test_a_change_is_said_once_for_all_statuses() -> None:
    texts = [f"removed the property `a` from the response with the `{status}` status" for status in (400, 401, 400)]
    assert read_oasdiff([found("response-optional-property-removed", text=text) for text in texts]) == [
        Change(
            Verdict.BREAKING,
            "`API`: removed the property `a` from the response with the `400`, `401` status "
            "(response-optional-property-removed)",
        )
    ]


def test_a_change_names_its_operations() -> None:
    everywhere = [
        {**found("endpoint-deprecated"), "operation": "GET", "path": "/a", "operationId": "readA"},
        {**found("endpoint-deprecated"), "operation": "GET", "path": "/b"},
    ]
    assert [change.text for change in read_oasdiff(everywhere)] == [
        "`readA`, `GET /b`: something (endpoint-deprecated)"
    ]
