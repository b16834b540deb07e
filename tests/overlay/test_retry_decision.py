"""The retry decision alone: what it promises for every failure, history and policy."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from feishu_mail import (
    GET_DRAFT,
    SEND_DRAFT,
    ErrorFacts,
    Failure,
    Idempotency,
    Outcome,
    Retry,
    RetryPolicy,
    SendDraftErrorCode,
    Stop,
    StopReason,
    Wait,
    settle,
)
from feishu_mail import decide_retry as decide_retry_of
from feishu_mail.calls.retry_decision import LONGEST_CALL, decide_start
from feishu_mail.outcomes.failures import failure_of
from feishu_mail.outcomes.own_facts import OWN_FACTS

FACTS = [*(facts for facts in SEND_DRAFT.errors.values() if facts.outcome is not Outcome.DONE), *OWN_FACTS]
CODES = SendDraftErrorCode


def decide_retry(policy: RetryPolicy, history: list[Failure], failure: Failure, **options: bool) -> Wait | Stop:
    return decide_retry_of(policy, Idempotency.KEYED, history, failure, **options)


def failures_of(facts: Iterable[ErrorFacts]) -> st.SearchStrategy[Failure]:
    return st.builds(
        lambda facts, retry_after, elapsed: failure_of(SEND_DRAFT, facts, retry_after=retry_after, elapsed=elapsed),
        st.sampled_from(list(facts)),
        st.none() | st.integers(0, 500).map(float),
        st.floats(0, 300),
    )


FAILURES = failures_of(FACTS)
FINAL_FAILURES = failures_of(each for each in FACTS if each.retry in (Retry.NEVER, Retry.AFTER_QUOTA))
UNKNOWN_FAILURES = failures_of(each for each in FACTS if each.outcome is Outcome.UNKNOWN)
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


def failure(code: SendDraftErrorCode, **others: float) -> Failure:
    return failure_of(SEND_DRAFT, SEND_DRAFT.errors[code], code=int(code), error_code=code, **others)


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

    assert settled is not None
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
    conflict = failure(CODES.CONCURRENT_WRITE_CONFLICT)
    history: list[Failure] = []
    waits: list[tuple[float, float]] = []
    while isinstance(decision := decide_retry(RetryPolicy(), history, conflict), Wait):
        waits.append((decision.at_least, decision.at_most))
        history.append(conflict)
    assert waits == [(0.5, 1.0), (1.0, 1.5), (2.0, 2.5), (4.0, 4.5)]
    assert decision == Stop(StopReason.ATTEMPTS_USED_UP)


def test_a_named_wait_is_exact_and_one_over_the_budget_stops() -> None:
    limited = failure(CODES.RATE_LIMITED, retry_after=42)
    assert decide_retry(RetryPolicy(), [], limited) == Wait(42, 42)
    assert decide_retry(RetryPolicy(max_seconds=41), [], limited) == Stop(StopReason.BUDGET_USED_UP)


def test_an_absurd_wait_is_not_slept_even_without_a_budget() -> None:
    limited = failure(CODES.RATE_LIMITED, retry_after=1e12)
    assert decide_retry(RetryPolicy(max_seconds=float("inf")), [], limited) == Stop(StopReason.BUDGET_USED_UP)


def test_a_named_wait_of_nothing_still_backs_off() -> None:
    limited = failure(CODES.RATE_LIMITED, retry_after=0)
    assert decide_retry(RetryPolicy(), [], limited) == Wait(0.5, 1.0)


def test_a_named_wait_counts_only_where_it_is_longer_than_backing_off() -> None:
    named = failure(CODES.RATE_LIMITED, retry_after=0.5)
    assert decide_retry(RetryPolicy(), [], named) == Wait(0.5, 1.0)


def test_a_wait_may_use_up_the_budget_to_the_last_second() -> None:
    limited = failure(CODES.RATE_LIMITED, retry_after=42, elapsed=78)
    assert decide_retry(RetryPolicy(max_seconds=120), [], limited) == Wait(42, 42)


def test_an_unknown_outcome_is_repeated_where_that_is_safe() -> None:
    assert decide_retry(RetryPolicy(), [], failure(CODES.INTERNAL_ERROR)) == Wait(0.5, 1.0)


def test_raising_an_unknown_outcome_leaves_the_others_to_be_repeated() -> None:
    policy = RetryPolicy(after_unknown="raise")
    assert decide_retry(policy, [], failure(CODES.INTERNAL_ERROR)) == Stop(StopReason.OUTCOME_UNKNOWN)
    assert decide_retry(policy, [], failure(CODES.CONCURRENT_WRITE_CONFLICT)) == Wait(0.5, 1.0)


# One failure of each kind that the decision can tell apart, with and without a named wait.
KINDS = [
    failure_of(SEND_DRAFT, facts, retry_after=named)
    for facts in {(each.retry, each.outcome): each for each in FACTS}.values()
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
    expired, conflict = failure(CODES.ACCESS_TOKEN_EXPIRED), failure(CODES.CONCURRENT_WRITE_CONFLICT)
    assert decide_retry(RetryPolicy(), [], expired) == Wait(0, 0)
    assert decide_retry(RetryPolicy(), [expired, conflict], expired) == Wait(0, 0)
    assert decide_retry(RetryPolicy(), [conflict, expired], expired) == Stop(StopReason.NO_FRESH_TOKEN)
    assert decide_retry(RetryPolicy(), [conflict, conflict, expired], expired) == Stop(StopReason.NO_FRESH_TOKEN)
    assert decide_retry(RetryPolicy(), [], expired, can_refresh=False) == Stop(StopReason.NO_FRESH_TOKEN)


@given(POLICIES, HISTORIES, UNKNOWN_FAILURES)
def test_what_would_be_done_a_second_time_is_never_repeated_after_a_lost_answer(
    policy: RetryPolicy, history: list[Failure], newest: Failure
) -> None:
    assert isinstance(decide_retry_of(policy, Idempotency.NONE, history, newest), Stop)


def test_what_was_not_done_may_be_repeated_whatever_a_repetition_does() -> None:
    conflict = failure(CODES.CONCURRENT_WRITE_CONFLICT)
    assert decide_retry_of(RetryPolicy(), Idempotency.NONE, [], conflict) == Wait(0.5, 1.0)


def test_a_read_is_repeated_without_regard_to_outcomes_and_ends_as_its_last_failure() -> None:
    lost = failure_of(GET_DRAFT, next(facts for facts in OWN_FACTS if facts.name == "NO_ANSWER"))
    not_found = failure_of(GET_DRAFT, GET_DRAFT.errors[1234050])
    policy = RetryPolicy(after_unknown="raise")

    assert decide_retry_of(policy, Idempotency.SAFE, [], lost) == Wait(0.5, 1.0)
    assert settle([lost], not_found) is not_found


def test_a_failure_that_proves_more_settles_what_was_unknown() -> None:
    unknown, gone = failure(CODES.INTERNAL_ERROR), failure(CODES.DRAFT_NOT_FOUND)

    def proving(outcome: Outcome) -> Failure:
        return replace(gone, facts=replace(gone.facts, outcome_after_unknown=outcome))

    assert settle([unknown], gone) is unknown
    assert settle([unknown], proving(Outcome.DONE)) is None
    assert settle([], proving(Outcome.DONE)) == proving(Outcome.DONE), "only after an unknown"
    assert settle([unknown], proving(Outcome.NOT_DONE)) == proving(Outcome.NOT_DONE)


@pytest.mark.parametrize(
    ("elapsed", "wait", "is_first", "expected"),
    [
        (0, 0, True, None),
        (100, 0, True, None),
        (60, 0, False, None),
        (61, 0, False, Stop(StopReason.BUDGET_USED_UP)),
        (10, 50, True, Wait(50, 50)),
        (10, 50, False, Wait(50, 50)),
        (10, 51, True, Stop(StopReason.BUDGET_USED_UP)),
        (10, 0.5, False, Wait(0.5, 0.5)),
    ],
)
def test_what_comes_before_an_attempt(elapsed: float, wait: float, is_first: bool, expected: object) -> None:
    policy = RetryPolicy(max_seconds=60)
    assert decide_start(policy, elapsed=elapsed, wait=wait, is_first=is_first) == expected


def test_no_policy_waits_longer_than_a_year() -> None:
    forever = RetryPolicy(max_seconds=float("inf"))
    assert decide_start(forever, elapsed=0, wait=LONGEST_CALL, is_first=True) == Wait(LONGEST_CALL, LONGEST_CALL)
    assert decide_start(forever, elapsed=1, wait=LONGEST_CALL, is_first=True) == Stop(StopReason.BUDGET_USED_UP)
