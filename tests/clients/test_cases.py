"""The cases cover what a client can meet of every operation, and a file that is not right is refused by name."""

import json
from pathlib import Path
from typing import Any

import pytest

from clients.__main__ import main
from clients.cases import OPENAPI, Case, ErrorTable, InvalidCases, read_cases
from feishu_mail_sandbox.faults import FAULTS
from tests.clients.conftest import CASES

OPERATIONS = list(ErrorTable().operations)
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
    document = json.loads((OPENAPI / "feishu-mail.json").read_text(encoding="utf-8"))
    named = document["components"]["examples"]
    documented = {
        (operation["operationId"], named[example["$ref"].rpartition("/")[2]]["value"]["code"])
        for path in document["paths"].values()
        for operation in path.values()
        for reference in operation["responses"].values()
        for example in document["components"]["responses"][reference["$ref"].rpartition("/")[2]]["content"][
            "application/json"
        ]["examples"].values()
    }
    expected = {(case["operation"], answer["code"]) for case in CASES for answer in case["answers"]}
    assert documented - expected == set()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_token_and_every_awkward_id_is_tried_with_every_operation(operation: str) -> None:
    own = [case for case in CASES if case["operation"] == operation]
    kinds = ("", "u-7f", "eyJ", "u-expired", "u-invalid", "u-no-scope", "t-", "conformance")
    assert {
        kind for kind in kinds if any((case["request"]["access_token"] or "").startswith(kind) for case in own)
    } == {*kinds}
    last = ErrorTable().path_parameters(operation)[-1]
    tried = "".join(case["request"][last] for case in own)
    assert [each for each in map(chr, range(0x20, 0x7F)) if not each.isalpha() and each not in tried] == []


@pytest.mark.parametrize("operation", ["sendDraft", "getDraft"])
def test_every_fault_of_the_sandbox_is_met_but_the_one_that_takes_a_timeout(operation: str) -> None:
    steps = [
        step for case in CASES if case["operation"] == operation for each in case["drafts"] for step in each["script"]
    ]
    met = {step["step"] if isinstance(step, dict) else step for step in steps}
    not_met = {"stall_after_accept"} | (
        {"automation_disabled", "vanish_after_accept"} if operation == "getDraft" else set()
    )
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
