"""The retry decision: a pure function, the same for sync and async, usable on its own.

It answers one question after every failed attempt: wait and try again, or stop? It neither sleeps nor looks at a clock.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from feishu_mail.calls.retry_policy import RetryPolicy
from feishu_mail.outcomes.facts import Idempotency, Outcome, Retry
from feishu_mail.outcomes.failures import Failure

LONGEST_CALL: Final = 366 * 24 * 3600.0
"""Seconds after which no policy goes on trying: a sleep of more than that is an error on some platforms."""


class Wait(NamedTuple):
    """Wait, then try again. Any seconds within the bounds will do; they are equal when the service named them."""

    at_least: float
    at_most: float


class StopReason(StrEnum):
    """Why there is no further attempt."""

    NOT_RETRYABLE = "not_retryable"
    OUTCOME_UNKNOWN = "outcome_unknown"
    NO_FRESH_TOKEN = "no_fresh_token"  # noqa: S105 -- a reason, not a token
    ATTEMPTS_USED_UP = "attempts_used_up"
    BUDGET_USED_UP = "budget_used_up"


class Stop(NamedTuple):
    """Do not try again."""

    reason: StopReason


def decide_retry(
    policy: RetryPolicy,
    idempotency: Idempotency,
    history: Sequence[Failure],
    failure: Failure,
    *,
    can_refresh: bool = True,
) -> Wait | Stop:
    """Returns whether to try again after ``failure``.

    Args:
        policy: how long to keep trying.
        idempotency: what a repetition of the operation does.
        history: the failures of the earlier attempts of this call, in order.
        failure: the failure of the newest attempt; its ``elapsed`` seconds count against the policy's ``max_seconds``.
        can_refresh: whether a fresh access token can be had.
    """
    if failure.retry in (Retry.NEVER, Retry.AFTER_QUOTA):
        return Stop(StopReason.NOT_RETRYABLE)
    may_be_repeated = policy.after_unknown == "resend" and idempotency is not Idempotency.NONE
    if failure.outcome is Outcome.UNKNOWN and not may_be_repeated:
        return Stop(StopReason.OUTCOME_UNKNOWN)
    if failure.retry is Retry.AFTER_REFRESH and not (can_refresh and _is_first_in_a_row(history)):
        return Stop(StopReason.NO_FRESH_TOKEN)
    attempts = len(history) + 1
    if attempts >= policy.max_attempts:
        return Stop(StopReason.ATTEMPTS_USED_UP)
    wait = _wait_before_attempt(attempts + 1, policy, failure)
    if failure.elapsed + wait.at_most > min(policy.max_seconds, LONGEST_CALL):
        return Stop(StopReason.BUDGET_USED_UP)
    return wait


def decide_start(policy: RetryPolicy, *, elapsed: float, wait: float, is_first: bool) -> Wait | Stop | None:
    """Returns what comes before an attempt: nothing, a wait that all calls of a client were asked for, or the end.

    Args:
        policy: how long to keep trying.
        elapsed: seconds since the call's first attempt was about to start.
        wait: seconds until the service accepts calls again.
        is_first: whether it is the call's first attempt, which needs no time left.
    """
    if elapsed + wait > min(policy.max_seconds, LONGEST_CALL) and (wait or not is_first):
        return Stop(StopReason.BUDGET_USED_UP)
    return Wait(wait, wait) if wait else None


def settle(history: Sequence[Failure], failure: Failure) -> Failure | None:
    """Returns the failure that is true of the whole call, given that it ends with ``failure``.

    Once an attempt may have done it, a later refusal does not undo it: a draft that is "not found" may be gone because
    it was sent, and a call that is refused at the gate never asked. So the first unknown failure stands, unless the
    document says that ``failure`` proves more. None: it was done. What only reads has no outcome, and its last failure
    stands.
    """
    unknown = next((earlier for earlier in history if earlier.outcome is Outcome.UNKNOWN), None)
    if unknown is None or failure.outcome in (None, Outcome.UNKNOWN):
        return failure
    proven = failure.facts.outcome_after_unknown
    if proven is None:
        return unknown
    return None if proven is Outcome.DONE else failure


def _is_first_in_a_row(history: Sequence[Failure]) -> bool:
    return not history or history[-1].retry is not Retry.AFTER_REFRESH


def _wait_before_attempt(attempt: int, policy: RetryPolicy, failure: Failure) -> Wait:
    if failure.retry is Retry.AFTER_REFRESH:
        return Wait(0.0, 0.0)
    # The exponent is bounded because a float overflows; no policy waits that long.
    backoff = min(policy.max_backoff, policy.initial_backoff * 2.0 ** min(attempt - 2, 64))
    longest = min(policy.max_backoff, backoff + policy.jitter)
    named = failure.retry_after
    if named is not None and named > backoff:
        return Wait(named, named)
    return Wait(backoff, longest)
