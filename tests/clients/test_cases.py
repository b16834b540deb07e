"""The shared cases cover what a client can meet, and a file that is not right is refused by name."""

import json
from pathlib import Path
from typing import Any

import pytest

from clients.cases import InvalidCases, read_cases
from clients.shared_files import CASE_SCHEMA
from feishu_mail.error_codes import ERROR_FACTS
from feishu_mail_sandbox.faults import FAULTS
from tests.clients.conftest import CASES

CASE: dict[str, Any] = {
    "name": "a-case",
    "about": "What it is there for",
    "draft": {},
    "request": {"user_mailbox_id": "me", "draft_id": "a", "access_token": "u-x"},
    "answers": [{"status": 200, "code": 0, "name": None}],
    "deliveries": 1,
}


def read(folder: Path, *cases: dict[str, Any]) -> None:
    file = folder / "mine.json"
    file.write_text(json.dumps({"about": "A test", "cases": cases}), encoding="utf-8")
    read_cases([file], CASE_SCHEMA)


def test_every_documented_code_is_expected_with_its_name_and_its_usual_status() -> None:
    expected = {(answer.code, answer.name, answer.status) for case in CASES for answer in case.answers}
    documented = {(code.value, code.name, facts.http_statuses[0]) for code, facts in ERROR_FACTS.items()}
    assert documented <= expected


def test_every_fault_of_the_sandbox_is_met_but_the_one_that_takes_a_timeout() -> None:
    assert {step for case in CASES for step in case.script or () if isinstance(step, str)} == FAULTS.keys() - {
        "stall_after_accept"
    }


def test_a_token_that_is_no_bearer_token_and_no_token_at_all_are_among_the_cases() -> None:
    names = {answer.name for case in CASES for answer in case.answers}
    assert {"ACCESS_TOKEN_MISSING", "ACCESS_TOKEN_UNRECOGNISED", "TENANT_ACCESS_TOKEN_INVALID"} <= names


def test_ids_with_every_printable_ascii_character_that_is_no_letter_are_among_the_cases(tmp_path: Path) -> None:
    sent = "".join(case.draft_id for case in CASES)
    assert set(map(chr, range(0x20, 0x7F))) - set(sent) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def test_a_well_formed_case_is_read(tmp_path: Path) -> None:
    read(tmp_path, CASE)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "A Case"}, r"mine.json: \$.cases\[0\].name"),
        ({"answers": []}, r"\$.cases\[0\].answers"),
        ({"deliveries": 2}, r"\$.cases\[0\].deliveries"),
        ({"anwsers": []}, "anwsers"),
        ({"answers": [{"status": 200, "code": 0}]}, "'name' is a required property"),
        ({"answers": [{"status": 200, "code": 0, "name": None, "headers": {"date": ""}}]}, "date"),
    ],
)
def test_a_case_that_is_not_of_the_form_is_named(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidCases, match=message):
        read(tmp_path, {**CASE, **change})


def test_two_cases_cannot_share_a_name(tmp_path: Path) -> None:
    other = {**CASE, "request": {**CASE["request"], "draft_id": "b"}}
    with pytest.raises(InvalidCases, match="the name 'a-case'"):
        read(tmp_path, CASE, other)


def test_two_cases_cannot_share_a_draft(tmp_path: Path) -> None:
    with pytest.raises(InvalidCases, match="the draft"):
        read(tmp_path, CASE, {**CASE, "name": "another-case"})
