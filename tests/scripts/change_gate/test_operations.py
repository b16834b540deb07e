"""What extensions and examples say is named for what its change does to programs, by operation and code."""

from dataclasses import replace
from typing import Any

import pytest

from change_gate.operations import compare_operations
from change_gate.verdict import Change, Verdict
from operation_table import ErrorRow, OperationRow

ERROR = ErrorRow(
    name="THROTTLED",
    code=8,
    http_statuses=(429,),
    outcome="unknown",
    outcome_after_unknown=None,
    retry="after_delay",
    affects="mailbox",
    summary="Too fast",
    summary_zh="过快",
    advice="Wait.",
    advice_zh="请稍候。",
    when_filled=None,
    source=None,
)
REFUSAL = replace(
    ERROR, name="DISABLED", code=0, http_statuses=(200,), outcome="not_done", when_filled="automation_send_disable"
)
SEND = OperationRow(
    operation_id="send",
    method="POST",
    path="/send",
    tag="drafts",
    idempotency="keyed",
    outcomes={"done": ("Sent.", "已发出。")},
    after_unknown=("Look.", "查看。"),
    calls=20,
    seconds=60,
    scopes=("mail:send",),
    success="Sent",
    errors=(ERROR, REFUSAL),
)


def changes(**changed: Any) -> list[Change]:
    return compare_operations([SEND], [replace(SEND, **changed)])


def verdicts(**changed: Any) -> list[tuple[Verdict, bool]]:
    return [(change.verdict, change.is_judgement) for change in changes(**changed)]


def with_error(**changed: Any) -> list[Change]:
    return changes(errors=(replace(ERROR, **changed), REFUSAL))


def test_the_same_in_another_order_is_no_change() -> None:
    assert changes(errors=(REFUSAL, ERROR)) == []


def test_of_an_operation_that_came_or_went_oasdiff_speaks() -> None:
    assert compare_operations([SEND], []) == compare_operations([], [SEND]) == []


def test_a_new_code_is_an_addition_and_says_what_it_means() -> None:
    new = replace(ERROR, name="FULL", code=9, outcome=None, summary="No room")
    assert changes(errors=(*SEND.errors, new)) == [
        Change(Verdict.ADDITIVE, "`send`: new error 9 `FULL` (429, `after_delay`, `mailbox`: No room)")
    ]


def test_a_code_that_one_operation_no_longer_lists_breaks_whoever_names_it() -> None:
    other = replace(SEND, operation_id="get")
    assert compare_operations([SEND, other], [SEND, replace(other, errors=(REFUSAL,))]) == [
        Change(Verdict.BREAKING, "`get`: 8 `THROTTLED` is gone, and with it the member of generated enums")
    ]


def test_what_changed_in_several_operations_is_said_once() -> None:
    before = [SEND, replace(SEND, operation_id="get")]
    (change,) = compare_operations(before, [replace(each, errors=(REFUSAL,)) for each in before])
    assert change.text.startswith("`send`, `get`: 8 `THROTTLED` is gone")


def test_another_name_breaks_whoever_names_it() -> None:
    assert [change.verdict for change in with_error(name="TOO_FAST")] == [Verdict.BREAKING]


def test_another_number_under_the_old_name_is_a_loss_and_a_gain() -> None:
    assert [change.verdict for change in with_error(code=9)] == [Verdict.BREAKING, Verdict.ADDITIVE]


@pytest.mark.parametrize(
    ("judgement", "said"),
    [
        ({"outcome": "not_done"}, "outcome `unknown` becomes `not_done`"),
        ({"outcome_after_unknown": "done"}, "outcome_after_unknown `nothing` becomes `done`"),
        ({"retry": "never"}, "retry `after_delay` becomes `never`"),
        ({"affects": "app"}, "affects `mailbox` becomes `app`"),
        ({"http_statuses": (429, 400)}, "http_statuses 429 becomes 429 or 400"),
    ],
)
def test_another_judgement_is_kept_apart_from_everything_else(judgement: dict[str, Any], said: str) -> None:
    assert with_error(**judgement) == [Change(Verdict.ADDITIVE, f"`send`: 8 `THROTTLED`: {said}", is_judgement=True)]


@pytest.mark.parametrize("text", ["summary", "summary_zh", "advice", "advice_zh", "source"])
def test_another_text_of_an_error_is_no_change_of_the_operation(text: str) -> None:
    assert with_error(**{text: "Other"}) == []


def test_a_new_success_that_is_none_breaks_whoever_believes_in_code_0_and_so_does_one_that_goes() -> None:
    new = replace(REFUSAL, name="LOCKED", when_filled="lock")
    assert verdicts(errors=(*SEND.errors, new)) == [(Verdict.BREAKING, False)]
    assert verdicts(errors=(ERROR,)) == [(Verdict.BREAKING, False)]
    assert verdicts(errors=(ERROR, replace(REFUSAL, when_filled="lock"))) == [(Verdict.BREAKING, False)]


@pytest.mark.parametrize("idempotency", ["safe", "idempotent", "none"])
def test_another_idempotency_breaks_whoever_repeats_calls(idempotency: str) -> None:
    assert changes(idempotency=idempotency) == [
        Change(Verdict.BREAKING, f"`send`: repeating a call is `{idempotency}` instead of `keyed`")
    ]


@pytest.mark.parametrize("idempotency", ["idempotent", "keyed"])
def test_whoever_must_not_repeat_a_call_loses_nothing_when_it_becomes_possible(idempotency: str) -> None:
    (change,) = compare_operations([replace(SEND, idempotency="none")], [replace(SEND, idempotency=idempotency)])
    assert (change.verdict, change.is_judgement) == (Verdict.ADDITIVE, True)


def test_other_words_for_an_outcome_are_no_change_of_the_operation() -> None:
    assert changes(outcomes={"done": ("Out.", "已发送。")}, after_unknown=("Ask.", "询问。")) == []


@pytest.mark.parametrize(
    ("calls", "seconds", "verdict"),
    [
        (40, 60, Verdict.ADDITIVE),
        (20, 30, Verdict.ADDITIVE),
        (10, 60, Verdict.BREAKING),
        (20, 90, Verdict.BREAKING),
        # As many in an hour, but fewer at once.
        (10, 30, Verdict.BREAKING),
        (1, 1, Verdict.BREAKING),
    ],
)
def test_fewer_calls_break_whoever_makes_as_many_as_he_may(calls: int, seconds: int, verdict: Verdict) -> None:
    (change,) = changes(calls=calls, seconds=seconds)
    assert change == Change(verdict, f"`send`: {calls} calls in {seconds} s are accepted instead of 20 in 60 s")


def test_another_scope_breaks_and_one_less_does_not() -> None:
    assert verdicts(scopes=("mail:send", "mail:read")) == [(Verdict.BREAKING, False)]
    assert verdicts(scopes=()) == [(Verdict.ADDITIVE, False)]
