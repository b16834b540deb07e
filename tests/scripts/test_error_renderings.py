"""Whoever cannot import Python finds the same errors as data, and whoever reads finds them as tables."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from error_renderings import ERROR_TABLES, ERRORS_AS_JSON
from feishu_mail.error_codes import AUTOMATION_DISABLED, ERROR_FACTS
from feishu_mail.error_facts import ErrorFacts

ROOT = Path(__file__).parents[2]
AS_JSON: dict[str, Any] = json.loads((ROOT / ERRORS_AS_JSON).read_text(encoding="utf-8"))
TABLES = {language: (ROOT / path).read_text(encoding="utf-8") for language, path in ERROR_TABLES.items()}


def as_object(facts: ErrorFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "code": facts.code,
        "http_statuses": list(facts.http_statuses),
        "outcome": facts.outcome.value,
        "retry": facts.retry.value,
        "affects": facts.affects.value,
        "summary": {"en": facts.summary, "zh": facts.summary_zh},
        "advice": {"en": facts.advice, "zh": facts.advice_zh},
        "source": facts.source,
    }


def test_the_data_says_what_python_says() -> None:
    assert AS_JSON["errors"] == [as_object(facts) for facts in ERROR_FACTS.values()]


def test_whoever_looks_up_0_finds_nothing_because_0_means_success() -> None:
    assert 0 not in {error["code"] for error in AS_JSON["errors"]}
    (refusal,) = AS_JSON["refusals_with_code_0"]
    assert {**refusal, "code": 0} == as_object(AUTOMATION_DISABLED)


def test_the_data_names_the_version_of_its_document() -> None:
    document = json.loads((ROOT / "openapi/feishu-mail.json").read_text(encoding="utf-8"))
    assert AS_JSON["document"] == {name: document["info"][name] for name in ("title", "version")}


@pytest.mark.parametrize("language", TABLES)
def test_every_error_has_one_row_with_all_its_facts_in_the_readers_language(language: str) -> None:
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in TABLES[language].splitlines()
        if re.match(r"\| \d", line)
    ]
    stop = {"en": ".", "zh": "。"}[language]
    expected = [
        [
            str(error.get("code", 0)),
            error["name"],
            ", ".join(map(str, error["http_statuses"])),
            *(f"`{error[fact]}`" for fact in ("outcome", "retry", "affects")),
            error["summary"][language] + stop,
            error["advice"][language],
        ]
        for error in (*AS_JSON["errors"], *AS_JSON["refusals_with_code_0"])
    ]
    assert sorted(rows) == sorted(expected)
