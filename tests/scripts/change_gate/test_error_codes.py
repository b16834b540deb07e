"""Error codes stand in examples, where no tool looks; each change of one is named for what it does to programs."""

from dataclasses import replace

import pytest

from change_gate.changes import Change, Kind
from change_gate.error_codes import compare_errors
from error_table import ErrorRow

ROW = ErrorRow(
    name="THROTTLED",
    code=8,
    http_statuses=(429,),
    outcome="unknown",
    retry="after_delay",
    affects="mailbox",
    summary="Too fast",
    summary_zh="过快",
    advice="Wait.",
    advice_zh="请稍候。",
    source=None,
)
REFUSAL = replace(ROW, name="AUTOMATION_DISABLED", code=0, http_statuses=(200,), outcome="not_sent")


def kinds(changes: list[Change]) -> list[Kind]:
    return [change.kind for change in changes]


def test_the_same_errors_in_another_order_are_no_change() -> None:
    assert compare_errors([ROW, REFUSAL], [REFUSAL, ROW]) == []


def test_a_new_code_is_an_addition_and_says_what_it_means() -> None:
    assert compare_errors([], [ROW]) == [
        Change(Kind.ADDITIVE, "new error 8 `THROTTLED` (429, `unknown`, `after_delay`, `mailbox`: Too fast)")
    ]


def test_a_code_that_is_gone_breaks_whoever_names_it() -> None:
    assert kinds(compare_errors([ROW], [])) == [Kind.BREAKING]


def test_another_name_breaks_whoever_names_it() -> None:
    assert compare_errors([ROW], [replace(ROW, name="TOO_FAST")]) == [
        Change(Kind.BREAKING, "8 `THROTTLED` is called `TOO_FAST` now, and so is the member of generated enums")
    ]


def test_another_number_under_the_old_name_is_a_loss_and_a_gain() -> None:
    assert kinds(compare_errors([ROW], [replace(ROW, code=9)])) == [Kind.BREAKING, Kind.ADDITIVE]


@pytest.mark.parametrize(
    ("judgement", "said"),
    [
        ({"outcome": "not_sent"}, "outcome `unknown` becomes `not_sent`"),
        ({"retry": "never"}, "retry `after_delay` becomes `never`"),
        ({"affects": "app"}, "affects `mailbox` becomes `app`"),
        ({"http_statuses": (429, 400)}, "http_statuses 429 becomes 429 or 400"),
    ],
)
def test_another_judgement_is_told_apart_from_everything_else(judgement: dict[str, str], said: str) -> None:
    changed = replace(ROW, **judgement)  # type: ignore[arg-type]
    assert compare_errors([ROW], [changed]) == [Change(Kind.JUDGEMENT, f"8 `THROTTLED`: {said}")]


@pytest.mark.parametrize("text", ["summary", "summary_zh", "advice", "advice_zh", "source"])
def test_another_text_harms_nobody(text: str) -> None:
    changed = replace(ROW, **{text: "Other"})  # type: ignore[arg-type]
    assert compare_errors([ROW], [changed]) == [Change(Kind.HARMLESS, f"8 `THROTTLED`: reworded {text}")]


def test_a_new_success_that_is_none_breaks_whoever_believes_in_code_0() -> None:
    assert kinds(compare_errors([], [REFUSAL])) == [Kind.BREAKING]


def test_a_success_that_was_none_and_is_gone_breaks_too() -> None:
    assert kinds(compare_errors([REFUSAL], [])) == [Kind.BREAKING]
