"""The retry decision alone: what it promises for every failure, history and policy."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from feishu_mail import (
    ERROR_FACTS,
    ErrorCode,
    Failure,
    Outcome,
    Retry,
    RetryPolicy,
    Stop,
    StopReason,
    Wait,
    decide_retry,
    judgements,
    settle,
)
from feishu_mail.error_facts import Judgement

JUDGEMENTS = [
    *(facts for facts in ERROR_FACTS.values() if facts.outcome is not Outcome.SENT),
    *(value for value in vars(judgements).values() if isinstance(value, Judgement)),
]


def failures_of(judgements: Iterable[Judgement]) -> st.SearchStrategy[Failure]:
    return st.builds(
        lambda judgement, retry_after, elapsed: Failure(judgement=judgement, retry_after=retry_after, elapsed=elapsed),
        st.sampled_from(list(judgements)),
        st.none() | st.integers(0, 500).map(float),
        st.floats(0, 300),
    )


FAILURES = failures_of(JUDGEMENTS)
FINAL_FAILURES = failures_of(each for each in JUDGEMENTS if each.retry in (Retry.NEVER, Retry.AFTER_QUOTA))
UNKNOWN_FAILURES = failures_of(each for each in JUDGEMENTS if each.outcome is Outcome.UNKNOWN)
HISTORIES = st.lists(FAILURES, max_size=6)
POLICY_FIELDS: dict[str, Any] = {
    "max_attempts": st.integers(1, 8),
    "max_seconds": st.floats(0.1, 1000) | st.just(float("inf")),
    "initial_backoff": st.floats(0, 10),
    "max_backoff": st.floats(0, 60),
    "jitter": st.floats(0, 5),
}
POLICIES = st.builds(RetryPolicy, after_unknown=st.sampled_from(["resend", "raise"]), **POLICY_FIELDS)
RAISING_POLICIES = st.builds(RetryPolicy, after_unknown=st.just("raise"), **POLICY_FIELDS)


def failure(code: ErrorCode, **others: float) -> Failure:
    return Failure(judgement=code.facts, code=code, error_code=code, **others)  # type: ignore[arg-type]


@given(POLICIES, HISTORIES, FINAL_FAILURES)
def test_what_is_marked_never_or_needs_a_person_is_never_repeated(
    policy: RetryPolicy, history: list[Failure], newest: Failure
) -> None:
    assert decide_retry(policy, history, newest) == Stop(StopReason.NOT_RETRYABLE)


@given(POLICIES, HISTORIES, FAILURES)
def test_the_attempts_are_counted_in_total(policy: RetryPolicy, history: list[Failure], newest: Failure) -> None:
    assume(len(history) + 1 >= policy.max_attempts)
    assert isinstance(decide_retry(policy, history, newest), Stop)


@given(POLICIES, HISTORIES, FAILURES)
def test_a_wait_fits_the_budget_and_a_named_one_is_never_shortened(
    policy: RetryPolicy, history: list[Failure], newest: Failure
) -> None:
    decision = decide_retry(policy, history, newest)
    if isinstance(decision, Wait):
        assert 0 <= decision.at_least <= decision.at_most
        assert newest.elapsed + decision.at_most <= policy.max_seconds
        if newest.retry_after is not None and newest.retry is not Retry.AFTER_REFRESH:
            assert decision.at_least >= newest.retry_after


@given(RAISING_POLICIES, HISTORIES, UNKNOWN_FAILURES)
def test_an_unknown_outcome_is_repeated_only_by_policy(
    policy: RetryPolicy, history: list[Failure], newest: Failure
) -> None:
    assert isinstance(decide_retry(policy, history, newest), Stop)


@given(HISTORIES, FAILURES)
def test_once_unknown_always_unknown(history: list[Failure], newest: Failure) -> None:
    settled = settle(history, newest)

    was_unknown = Outcome.UNKNOWN in [each.outcome for each in [*history, newest]]
    assert (settled.outcome is Outcome.UNKNOWN) == was_unknown
    assert settled in [*history, newest]


@given(POLICIES, HISTORIES, FAILURES)
def test_more_history_never_makes_a_stopped_call_go_on(
    policy: RetryPolicy, history: list[Failure], newest: Failure
) -> None:
    assume(newest.retry is not Retry.AFTER_REFRESH)
    if isinstance(decide_retry(policy, history, newest), Stop):
        assert isinstance(decide_retry(policy, [newest, *history], newest), Stop)


def test_the_waits_of_the_default_policy() -> None:
    conflict = failure(ErrorCode.CONCURRENT_WRITE_CONFLICT)
    history: list[Failure] = []
    waits: list[tuple[float, float]] = []
    while isinstance(decision := decide_retry(RetryPolicy(), history, conflict), Wait):
        waits.append((decision.at_least, decision.at_most))
        history.append(conflict)
    assert waits == [(0.5, 1.0), (1.0, 1.5), (2.0, 2.5), (4.0, 4.5)]
    assert decision == Stop(StopReason.ATTEMPTS_USED_UP)


def test_a_named_wait_is_exact_and_one_over_the_budget_stops() -> None:
    limited = failure(ErrorCode.RATE_LIMITED, retry_after=42)
    assert decide_retry(RetryPolicy(), [], limited) == Wait(42, 42)
    assert decide_retry(RetryPolicy(max_seconds=41), [], limited) == Stop(StopReason.BUDGET_USED_UP)


def test_an_absurd_wait_is_not_slept_even_without_a_budget() -> None:
    limited = failure(ErrorCode.RATE_LIMITED, retry_after=1e12)
    assert decide_retry(RetryPolicy(max_seconds=float("inf")), [], limited) == Stop(StopReason.BUDGET_USED_UP)


def test_a_named_wait_of_nothing_still_backs_off() -> None:
    limited = failure(ErrorCode.RATE_LIMITED, retry_after=0)
    assert decide_retry(RetryPolicy(), [], limited) == Wait(0.5, 1.0)


def test_a_named_wait_counts_only_where_it_is_longer_than_backing_off() -> None:
    named = failure(ErrorCode.RATE_LIMITED, retry_after=0.5)
    assert decide_retry(RetryPolicy(), [], named) == Wait(0.5, 1.0)


def test_a_wait_may_use_up_the_budget_to_the_last_second() -> None:
    limited = failure(ErrorCode.RATE_LIMITED, retry_after=42, elapsed=78)
    assert decide_retry(RetryPolicy(max_seconds=120), [], limited) == Wait(42, 42)


def test_raising_an_unknown_outcome_leaves_the_others_to_be_repeated() -> None:
    policy = RetryPolicy(after_unknown="raise")
    assert decide_retry(policy, [], failure(ErrorCode.INTERNAL_ERROR)) == Stop(StopReason.OUTCOME_UNKNOWN)
    assert decide_retry(policy, [], failure(ErrorCode.CONCURRENT_WRITE_CONFLICT)) == Wait(0.5, 1.0)


# One failure of each kind that the decision can tell apart, with and without a named wait.
KINDS = [
    Failure(judgement=judgement, retry_after=named)
    for judgement in {(each.retry, each.outcome): each for each in JUDGEMENTS}.values()
    for named in (None, 7.0, 3600.0)
]


@pytest.mark.parametrize("can_refresh", [True, False])
@pytest.mark.parametrize("after_unknown", ["resend", "raise"])
def test_every_call_up_to_the_limit_of_attempts_keeps_the_rules(after_unknown: Any, can_refresh: bool) -> None:
    policy = RetryPolicy(max_attempts=3, max_seconds=20, after_unknown=after_unknown)
    for kinds in product(KINDS, repeat=policy.max_attempts):
        elapsed, history = 0.0, list[Failure]()
        for kind in kinds:
            newest = replace(kind, elapsed=elapsed)
            decision = decide_retry(policy, history, newest, can_refresh=can_refresh)
            if isinstance(decision, Stop):
                break
            assert newest.retry not in (Retry.NEVER, Retry.AFTER_QUOTA)
            assert newest.outcome is not Outcome.UNKNOWN or after_unknown == "resend"
            assert newest.retry is not Retry.AFTER_REFRESH or can_refresh
            assert newest.retry is Retry.AFTER_REFRESH or decision.at_least >= (newest.retry_after or 0)
            elapsed += decision.at_most
            assert elapsed <= policy.max_seconds
            history.append(newest)
        assert len(history) < policy.max_attempts


def test_a_token_is_refreshed_once_in_a_row() -> None:
    expired, conflict = failure(ErrorCode.ACCESS_TOKEN_EXPIRED), failure(ErrorCode.CONCURRENT_WRITE_CONFLICT)
    assert decide_retry(RetryPolicy(), [], expired) == Wait(0, 0)
    assert decide_retry(RetryPolicy(), [expired, conflict], expired) == Wait(0, 0)
    assert decide_retry(RetryPolicy(), [conflict, expired], expired) == Stop(StopReason.NO_FRESH_TOKEN)
    assert decide_retry(RetryPolicy(), [conflict, conflict, expired], expired) == Stop(StopReason.NO_FRESH_TOKEN)
    assert decide_retry(RetryPolicy(), [], expired, can_refresh=False) == Stop(StopReason.NO_FRESH_TOKEN)
