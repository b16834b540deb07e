"""Whoever imports no Python finds the same errors as data, and whoever reads finds them as tables."""

import copy
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

import feishu_mail
from operation_table import DocumentError, ErrorRow, read_operations
from renderings import AS_JSON, AS_PYTHON, AS_TABLES, render

ROOT = Path(__file__).parents[2]
DOCUMENT: dict[str, Any] = json.loads((ROOT / "openapi/feishu-mail.json").read_text(encoding="utf-8"))
OPERATIONS = read_operations(DOCUMENT)
RENDERED = render(DOCUMENT, ROOT / "scripts")
DATA: dict[str, Any] = json.loads(RENDERED[AS_JSON])
ERRORS_AS_DATA = [*DATA["errors"], *DATA["refusals_with_code_0"]]


def as_object(row: ErrorRow) -> dict[str, Any]:
    users = [operation.operation_id for operation in OPERATIONS if row in operation.errors]
    members = {
        "name": row.name,
        "code": row.code,
        "operations": users,
        "http_statuses": list(row.http_statuses),
        "outcome": row.outcome,
        "outcome_after_unknown": row.outcome_after_unknown,
        "retry": row.retry,
        "affects": row.affects,
        "summary": {"en": row.summary, "zh": row.summary_zh},
        "advice": {"en": row.advice, "zh": row.advice_zh},
        "when_filled": row.when_filled,
        "source": row.source,
    }
    return {name: value for name, value in members.items() if value is not None}


def table_rows(text: str) -> list[list[str]]:
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in cells]


def test_the_data_say_everything_of_every_error_of_every_operation() -> None:
    expected = {json.dumps(as_object(row)) for operation in OPERATIONS for row in operation.errors}
    assert {json.dumps(each) for each in ERRORS_AS_DATA} == expected
    assert len(ERRORS_AS_DATA) == len(expected)


def test_whoever_looks_up_0_finds_nothing_because_0_means_success() -> None:
    assert 0 not in {error["code"] for error in DATA["errors"]}
    assert [refusal["name"] for refusal in DATA["refusals_with_code_0"]] == ["AUTOMATION_DISABLED"]


def test_the_data_fit_their_schema() -> None:
    schema = json.loads((ROOT / "openapi/error-codes.schema.json").read_text(encoding="utf-8"))
    OAS31Validator.check_schema(schema)
    OAS31Validator(schema).validate(DATA)


def test_the_legend_explains_every_extension_that_the_data_come_from() -> None:
    used = {key for example in DOCUMENT["components"]["examples"].values() for key in example if key.startswith("x-")}
    used |= {key for path in DOCUMENT["paths"].values() for each in path.values() for key in each if key[:2] == "x-"}
    assert {key for key in used if not key.endswith("-zh")} <= DATA["legend"].keys()
    for words in ("safe idempotent keyed none", "done not_done unknown", "never after_delay after_reset after_refresh"):
        assert any(all(f"`{word}`" in text for word in words.split()) for text in DATA["legend"].values()), words


def test_a_document_that_explains_no_extension_is_refused() -> None:
    silent = copy.deepcopy(DOCUMENT)
    silent["info"]["description"] = "Nothing"
    with pytest.raises(DocumentError, match="Extensions"):
        render(silent, ROOT / "scripts")


def test_the_data_name_the_version_of_their_document() -> None:
    assert DATA["document"] == {name: DOCUMENT["info"][name] for name in ("title", "version")}


@pytest.mark.parametrize("language", AS_TABLES)
def test_every_operation_has_its_own_errors_in_a_table_and_the_common_ones_stand_once(language: str) -> None:
    common = [row for row in OPERATIONS[0].errors if all(row in operation.errors for operation in OPERATIONS)]
    first, *sections = re.split("(?m)^## ", RENDERED[AS_TABLES[language]])
    expected = [[row for row in operation.errors if row not in common] for operation in OPERATIONS] + [common]
    assert table_rows(first) == []
    assert [table_rows(section) for section in sections] == [
        [cells_of(row, language) for row in rows] for rows in expected
    ]


def cells_of(row: ErrorRow, language: str) -> list[str]:
    summary, advice = (row.summary, row.advice) if language == "en" else (row.summary_zh, row.advice_zh)
    stop, filled = (".", ": `data.{}` is filled") if language == "en" else ("。", "：`data.{}` 有内容")
    return [
        str(row.code),
        row.name,
        ", ".join(map(str, row.http_statuses)),
        f"`{row.outcome}`" if row.outcome else "",
        *(f"`{fact}`" for fact in (row.retry, row.affects)),
        summary + (filled.format(row.when_filled) if row.when_filled else "") + stop,
        advice,
    ]


def test_python_knows_of_every_operation_what_the_document_says_and_of_its_errors_no_others() -> None:
    assert RENDERED[AS_PYTHON] == (ROOT / AS_PYTHON).read_text(encoding="utf-8")
    for row, operation in zip(OPERATIONS, feishu_mail.OPERATIONS, strict=True):
        assert (operation.name, operation.idempotency.value) == (row.operation_id, row.idempotency)
        assert operation.rate_limit == (row.calls, row.seconds)
        assert {code.name: code for code in operation.error_codes} == {
            error.name: error.code for error in row.errors if error.code
        }
        facts = {each.name: each for each in (*operation.errors.values(), *operation.refusals)}
        for error in row.errors:
            expected = {
                **asdict(error),
                "summary": (error.summary, error.summary_zh),
                "advice": (error.advice, error.advice_zh),
            }
            known = facts.pop(error.name)
            assert {name: getattr(known, name) for name in expected if name[-3:] != "_zh"} == {
                name: value for name, value in expected.items() if name[-3:] != "_zh"
            }
        assert facts == {}
