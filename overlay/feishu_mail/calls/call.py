"""One call of any operation, without its I/O: what is known so far, what comes next, and how it ended."""

import logging
import math
import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from feishu_mail.calls.generated import read_success, set_or_none
from feishu_mail.calls.pace import Permit, Wanted
from feishu_mail.calls.remembered_calls import MOST_REMEMBERED, CallKey, RememberedCalls
from feishu_mail.calls.retry_decision import Stop, Wait, decide_retry, decide_start, settle
from feishu_mail.calls.retry_policy import RetryPolicy
from feishu_mail.outcomes.classification import classify_answer, classify_loss, unreadable
from feishu_mail.outcomes.exceptions import FeishuMailError, exception_for
from feishu_mail.outcomes.facts import Affects, Idempotency, Operation, Retry
from feishu_mail.outcomes.failures import Failure, failure_of
from feishu_mail.outcomes.own_facts import CALL_NOT_MADE, NO_ANSWER, THROTTLED, TOKEN_UNAVAILABLE
from feishu_mail.wire.access_tokens import TokenProblem
from feishu_mail.wire.answers import Answer, read_answer
from feishu_mail.wire.messages import Attempt, NoAnswer, RawAnswer
from feishu_mail.wire.secrecy import AccessToken, cause_without_token

_logger: Final = logging.getLogger("feishu_mail")
# Silent until asked.
_logger.addHandler(logging.NullHandler())

_EVERYBODY: Final = (Affects.APP, Affects.TENANT)

OnRetry = Callable[[Failure, float], object]
Reply = RawAnswer | NoAnswer | TokenProblem


class Completed(NamedTuple):
    """A call that did what was asked for, or found it done."""

    data: Any
    """What came back, as the generated model; None where nothing did."""
    was_done_before: bool
    attempts: int
    log_id: str | None


def data_of(call: Completed) -> Any:
    """Returns what a call brought back."""
    return call.data


class Failed(NamedTuple):
    """A call that did not."""

    failure: Failure
    cause: BaseException | None

    def exception(self) -> FeishuMailError:
        """Returns the exception to raise."""
        error = exception_for(self.failure)
        error.__cause__ = self.cause
        return error


class Pause(NamedTuple):
    """Wait, then make the next attempt."""

    seconds: float


class Plan(NamedTuple):
    """What is to be done, and under which policy."""

    wanted: Wanted
    """The operation, and what each of its attempts needs a permit for."""
    ids: Mapping[str, str]
    policy: RetryPolicy
    can_refresh: bool
    member: str | None = None
    """The member of ``data`` that is the result; a success without it cannot be read."""
    key: CallKey | None = None
    """What makes two calls the same, for a client that remembers those that may have been done; None: nothing does."""
    on_retry: OnRetry | None = None

    @property
    def operation(self) -> Operation:
        """What is to be done."""
        return self.wanted.operation


class Call:
    """The state of one call. A driver does the I/O and asks it what to make of the result."""

    def __init__(
        self,
        plan: Plan,
        remembered: RememberedCalls,
        *,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.refused_token: AccessToken | None = None
        self.wanted = plan.wanted
        self.waited_until = 0.0
        """What a caller's own ``sleep`` was asked to wait until is over, whatever the clock says."""
        self.pause_of_all = 0.0
        """Seconds for which the newest answer asked everybody to wait."""
        self._plan = plan
        self._remembered = remembered
        self._clock = clock
        self._chance = chance
        self._began: float | None = None
        self._failures: list[Failure] = []
        self._cause: BaseException | None = None
        self._attempts = 0
        self._in_flight: Attempt | None = None
        self._is_done = False
        self._token: AccessToken | None = None

    @property
    def next_attempt(self) -> int:
        """The number of the attempt that comes next; the first is 1."""
        return self._attempts + 1

    @property
    def may_have_left(self) -> bool:
        """Whether any of the attempt that is under way was written."""
        return self._in_flight is not None and self._in_flight.may_have_left

    def before_attempt(self, granted: Permit | float) -> Completed | Failed | Pause | Permit:
        """Returns the permit if an attempt may begin, or else what comes first: the wait for one, or the end."""
        wait = 0.0 if isinstance(granted, Permit) else granted
        elapsed = self._elapsed(self._clock())
        decision = decide_start(self._plan.policy, elapsed=elapsed, wait=wait, is_first=not self._failures)
        if decision is None:
            return granted if isinstance(granted, Permit) else Pause(0.0)
        said = {"reason": "its turn under the rate limit has not come", "retry_after": float(math.ceil(wait))}
        throttled = self._noted(failure_of(self._plan.operation, THROTTLED, **said))
        if isinstance(decision, Wait):
            return self._pause(throttled, wait)
        if wait:
            self._failures.append(throttled)
            self._cause = None
        return self._stopped(decision)

    def begin_wait(self, pause: Pause) -> float:
        """Returns the seconds to wait, which begin now."""
        self.waited_until = max(self._clock(), self.waited_until) + pause.seconds
        return pause.seconds

    def begin_attempt(self, token: AccessToken, attempt: Attempt) -> None:
        """Notes that a request is about to leave."""
        self._token = token
        self._attempts += 1
        if self._plan.key is not None:
            self._remembered.begin(self._plan.key, self)
        self._in_flight = attempt

    def step(self, reply: Reply) -> Completed | Failed | Pause:
        """Returns what follows from what came back."""
        judged = self._judge(reply)
        if isinstance(judged, Completed):
            return self._done(judged)
        failure = self._noted(judged.failure)
        self._failures.append(failure)
        self._in_flight, self._cause = None, judged.cause
        self.pause_of_all = _pause_of_all(failure, self.wanted)
        decision = decide_retry(
            self._plan.policy,
            self._plan.operation.idempotency,
            self._failures[:-1],
            failure,
            can_refresh=self._plan.can_refresh,
        )
        if isinstance(decision, Stop):
            return self._stopped(decision)
        return self._pause(failure, decision.at_least + self._chance() * (decision.at_most - decision.at_least))

    def _pause(self, failure: Failure, seconds: float) -> Pause:
        self._log(logging.INFO, failure, f"next attempt in {seconds:.1f} s")
        if self._plan.on_retry is not None:
            # What a caller's code raises must not turn the outcome of a call that goes on.
            with suppress(Exception):
                self._plan.on_retry(failure, seconds)
        return Pause(seconds)

    def _stopped(self, decision: Stop) -> Completed | Failed:
        failure = self._failures[-1]
        self._log(logging.INFO, failure, f"stopping: {decision.reason}")
        return self._end(failure, self._cause)

    def broken(self, error: Exception) -> Completed | Failed:
        """Returns how the call ends when code from outside raised, such as a caller's ``sleep``."""
        failure = self._last_known(type(error).__name__)
        self._in_flight = None
        return self._end(failure, error)

    def interrupted(self) -> None:
        """Remembers what has to be known when the caller does not learn how the call ended."""
        self._remember(None if self._is_done else self._last_known("interrupted"))

    def _last_known(self, reason: str) -> Failure:
        if self.may_have_left:
            return self._noted(failure_of(self._plan.operation, NO_ANSWER, reason=reason))
        if not self._failures:
            return self._noted(failure_of(self._plan.operation, CALL_NOT_MADE, reason=reason))
        last = self._failures[-1]
        return settle(self._failures[:-1], last) or last

    def _judge(self, reply: Reply) -> Completed | Failed:
        operation = self._plan.operation
        if isinstance(reply, TokenProblem):
            return Failed(failure_of(operation, TOKEN_UNAVAILABLE, reason=reply.reason), reply.cause)
        if isinstance(reply, NoAnswer):
            return Failed(classify_loss(operation, reply), cause_without_token(reply, self._token))
        answer = read_answer(*reply[:3], now=datetime.now(UTC), problem=reply.problem, token=self._token)
        refused = classify_answer(operation, answer)
        if refused is None:
            return self._read(answer)
        if reply.is_repetition and operation.writes:
            reason = "the transport of the http_client repeated the request"
            before = failure_of(operation, NO_ANSWER, reason=reason, retry_after=refused.retry_after)
            refused = settle([before], refused)
        if refused is None:
            return Completed(data=None, was_done_before=True, attempts=self._attempts, log_id=answer.log_id)
        return Failed(refused, None)

    def _read(self, answer: Answer) -> Completed | Failed:
        data: Any = None
        operation = self._plan.operation
        if answer.code == 0 and not (operation.writes and answer.is_long):
            try:
                data = read_success(operation, answer.body)
                if data is not None and self._plan.member is not None:
                    data = set_or_none(getattr(data, self._plan.member))
            except Exception as error:  # noqa: BLE001 -- whatever a strange body makes of the generated models
                reason = f"data is not as documented ({type(error).__name__})"
                return Failed(unreadable(operation, answer, reason), None)
            if data is None and not operation.writes:
                return Failed(unreadable(operation, answer, "data is missing"), None)
        _say(
            logging.DEBUG,
            "%s: done, attempt=%d status=%d code=%s log_id=%s",
            *(operation.name, self._attempts, answer.http_status, answer.code, answer.log_id),
        )
        return Completed(data=data, was_done_before=answer.code != 0, attempts=self._attempts, log_id=answer.log_id)

    def _noted(self, failure: Failure) -> Failure:
        if failure.retry is Retry.AFTER_REFRESH:
            self.refused_token = self._token
        return replace(failure, elapsed=self._elapsed(self._clock()), attempts=self._attempts, ids=self._plan.ids)

    def _elapsed(self, now: float) -> float:
        # Waiting for the mailbox's turn comes before.
        self._began = now if self._began is None else self._began
        return now - self._began

    def _end(self, failure: Failure, cause: BaseException | None) -> Completed | Failed:
        key, earlier, was_done = self._plan.key, None, False
        if key is not None:
            in_flight = failure_of(self._plan.operation, NO_ANSWER, reason="another call is in flight")
            earlier = self._remembered.earlier(key, self, in_flight)
            # Elsewhere, calls with the same ids may have had different things to do.
            was_done = self._plan.operation.idempotency is Idempotency.KEYED and self._remembered.was_done(key)
        settled = settle([*([earlier] if earlier else []), *self._failures[:-1]], failure)
        if settled is None or was_done:
            return self._done(
                Completed(data=None, was_done_before=True, attempts=self._attempts, log_id=failure.log_id)
            )
        self._remember(settled)
        if settled is failure:
            return Failed(failure, cause)
        first = replace(settled, attempts=self._attempts, ids=self._plan.ids)
        return Failed(first, Failed(failure, cause).exception())

    def _done(self, completed: Completed) -> Completed:
        self._is_done = True
        self._remember(None)
        return completed

    def _remember(self, failure: Failure | None) -> None:
        if self._plan.key is None or not self._attempts:
            return
        if self._remembered.end(self._plan.key, self, failure):
            _say(logging.WARNING, "over %d calls may have been done; the oldest are forgotten", MOST_REMEMBERED)

    def _log(self, level: int, failure: Failure, words: str) -> None:
        ids = " ".join(f"{name}={value!r}" for name, value in self._plan.ids.items())
        _say(
            level,
            "%s %s: %s, attempt=%d status=%s code=%s log_id=%s; %s",
            *(self._plan.operation.name, ids, failure.name, self._attempts),
            *(failure.http_status, failure.code, failure.log_id, words),
        )


def _pause_of_all(failure: Failure, wanted: Wanted) -> float:
    if failure.retry is not Retry.AFTER_RESET or failure.affects not in _EVERYBODY:
        return 0.0
    # After a whole window another call may ask again, so that no odd answer stops a client for days.
    return min(failure.retry_after or 0.0, wanted.limit.seconds)


def _say(level: int, message: str, *arguments: object) -> None:
    # A handler that raises must not turn an outcome.
    with suppress(Exception):
        _logger.log(level, message, *arguments)
