"""The cases cover what a client can meet of every operation, and a file that is not right is refused by name."""

import json
from pathlib import Path
from typing import Any

import pytest

from clients.__main__ import main
from clients.cases import Case, ErrorTable, InvalidCases, read_cases
from feishu_mail_sandbox.document import load_document
from feishu_mail_sandbox.faults import FAULTS
from tests.clients.conftest import CASES

OPERATIONS = list(dict.fromkeys(case["operation"] for case in CASES[: -len(read_cases([]))]))
"""Those with cases of their own; an operation that is new in the document begins with those that follow from it."""
CASE: dict[str, Any] = {
    "name": "a-case",
    "about": "What it is there for",
    "operation": "sendDraft",
    "drafts": [{}],
    "answers": [{"status": 200, "code": 0}],
    "deliveries": 1,
}


def read(folder: Path, *cases: dict[str, Any], **members: Any) -> list[Case]:
    """Returns the cases of a file, without those that follow from the document."""
    file = folder / "mine.json"
    file.write_text(json.dumps({"about": "A test", "cases": cases, **members}), encoding="utf-8")
    return read_cases([file])[: -len(read_cases([]))]


def test_every_documented_error_of_every_operation_is_expected_with_its_usual_status() -> None:
    documented = {
        (name, code, error.status)
        for name, operation in load_document().operations.items()
        for code, error in operation.errors.items()
    }
    expected = {(case["operation"], answer["code"], answer["status"]) for case in CASES for answer in case["answers"]}
    assert documented - expected == set()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_kind_of_token_and_of_id_is_tried_with_the_operation(operation: str) -> None:
    requests = [case["request"] for case in CASES if case["operation"] == operation]
    tokens = [request["access_token"] for request in requests if request["access_token"]]
    kinds = ("u-7f", "eyJ", "u-expired", "u-invalid", "u-no-scope", "t-", "conformance")
    assert [kind for kind in kinds if not any(token.startswith(kind) for token in tokens)] == []
    assert len(tokens) < len(requests)
    tried = "".join(request[ErrorTable().path_parameters(operation)[-1]] for request in requests)
    assert [each for each in map(chr, range(0x20, 0x7F)) if not each.isalpha() and each not in tried] == []


@pytest.mark.parametrize(
    ("operation", "not_met"),
    [
        ("sendDraft", {"stall_after_accept"}),
        ("getDraft", {"stall_after_accept", "vanish_after_accept", "automation_disabled"}),
    ],
)
def test_every_fault_is_met_but_one_that_takes_a_timeout_and_those_of_sends(operation: str, not_met: set[str]) -> None:
    scripts = [draft["script"] for case in CASES if case["operation"] == operation for draft in case["drafts"]]
    met = {step["step"] if isinstance(step, dict) else step for script in scripts for step in script}
    assert FAULTS.keys() - met == not_met


def test_what_follows_from_the_operation_can_be_left_out(tmp_path: Path) -> None:
    (case,) = read(tmp_path, CASE)
    assert case["request"] == {"user_mailbox_id": "me", "draft_id": "a-case", "access_token": "u-conformance"}
    assert case["drafts"] == [{"draft_id": "a-case", "user_mailbox_id": "me", "script": [], "sent": False}]


def test_a_case_of_several_operations_and_values_is_one_of_each(tmp_path: Path) -> None:
    case = {
        **CASE,
        "name": "a-{name}",
        "operation": ["getDraft", "listDrafts"],
        "request": {"user_mailbox_id": "{value}"},
    }
    cases = read(tmp_path, case, each={"quote": '"', "brace": "{name}"})
    assert [(case["name"], case["operation"], case["request"]["user_mailbox_id"]) for case in cases] == [
        ("a-quote-get-draft", "getDraft", '"'),
        ("a-quote-list-drafts", "listDrafts", '"'),
        ("a-brace-get-draft", "getDraft", "{name}"),
        ("a-brace-list-drafts", "listDrafts", "{name}"),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "A Case"}, r"mine.json: \$.cases\[0\].name"),
        ({"answers": []}, r"\$.cases\[0\].answers"),
        ({"deliveries": 2}, r"\$.cases\[0\].deliveries"),
        ({"anwsers": []}, "anwsers"),
        ({"operation": "sendDarft"}, "mine.json: the document has no operation 'sendDarft'"),
        ({"answers": [{"status": 200}]}, "'code' is a required property"),
        ({"answers": [{"status": 200, "code": 0, "headers": {"date": ""}}]}, "date"),
        ({"name": "sent", "drafts": [{"draft_id": "sent"}, {"draft_id": "sent"}]}, "two cases have the draft 'sent'"),
    ],
)
def test_a_case_that_is_not_of_the_form_is_named(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidCases, match=message):
        read(tmp_path, {**CASE, **change})


@pytest.mark.parametrize(
    ("other", "message"),
    [(CASE, "the name 'a-case'"), ({**CASE, "name": "b", "request": {"draft_id": "a-case"}}, "the request")],
)
def test_two_cases_cannot_share_a_name_or_a_request(other: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidCases, match=message):
        read(tmp_path, CASE, other)


def test_all_cases_can_be_had_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cases"]) == 0
    assert json.loads(capsys.readouterr().out)["cases"] == CASES


def test_the_cases_of_an_operation_can_be_had_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cases", "--operation", "getDraft"]) == 0
    assert {case["operation"] for case in json.loads(capsys.readouterr().out)["cases"]} == {"getDraft"}
