"""What is taken for a complaint when the cases go through a validating proxy."""

from pathlib import Path

import pytest

from clients.proxy import Passage, complaints, main
from clients.rehearsal import Verdict

PASSED = Verdict("a-case", [])
AT_A_REQUEST = "request Invalid security scheme used"
AT_AN_ANSWER = "response.body.code Response body property code must be integer"
CONTROL = Passage([], ["response Unable to match the returned status code"])


def test_only_the_calls_without_a_token_may_violate_the_document() -> None:
    assert complaints(Passage([PASSED], [AT_A_REQUEST]), CONTROL, calls_without_token=1) == []


def test_an_answer_that_violates_the_document_is_named() -> None:
    assert complaints(Passage([PASSED], [AT_AN_ANSWER]), CONTROL, calls_without_token=0) == [
        f"violation: {AT_AN_ANSWER}"
    ]


def test_another_request_that_violates_the_document_is_noticed() -> None:
    (complaint,) = complaints(Passage([PASSED], [AT_A_REQUEST, AT_A_REQUEST]), CONTROL, calls_without_token=1)
    assert "2 requests are said to violate the document" in complaint


def test_a_case_that_the_proxy_spoils_is_named() -> None:
    spoilt = Verdict("a-case", ["status is 500 instead of 200"])
    assert complaints(Passage([spoilt], []), CONTROL, 0) == ["a-case: status is 500 instead of 200"]


def test_a_proxy_that_notices_nothing_proves_nothing() -> None:
    (complaint,) = complaints(Passage([PASSED], []), Passage([], []), calls_without_token=0)
    assert "reports no violation even for answers that are not in the document" in complaint


def test_cases_that_cannot_be_used_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"about": "A test", "cases": [{}]}', encoding="utf-8")
    assert main([str(tmp_path / "prism")], [file]) == 2
    assert capsys.readouterr() == ("", "proxy: mine.json: $.cases[0]: 'name' is a required property\n")
