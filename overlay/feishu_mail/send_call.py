"""One ``drafts.send``, without its I/O: what is known so far, what comes next, and how it ended."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from feishu_mail.access_tokens import AccessToken
from feishu_mail.answers import Answer, is_object, read_answer
from feishu_mail.classification import classify_answer, classify_exception
from feishu_mail.error_facts import Retry
from feishu_mail.exceptions import FeishuMailError, exception_for
from feishu_mail.exchange import RawAnswer, quotes, scrub
from feishu_mail.failures import Failure
from feishu_mail.judgements import CALL_NOT_MADE, NO_ANSWER
from feishu_mail.retry_decision import Stop, decide_retry, settle
from feishu_mail.retry_policy import RetryPolicy
from feishu_mail.sent_draft import SentDraft

_logger: Final = logging.getLogger(__name__)


class SendCall:
    """The state of one call. The drivers in ``drafts.py`` do the I/O and ask it what to make of the result."""

    def __init__(
        self,
        *,
        draft_id: str,
        user_mailbox_id: str,
        policy: RetryPolicy,
        can_refresh: bool,
        unsettled: Failure | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.draft_id = draft_id
        self.user_mailbox_id = user_mailbox_id
        self.policy = policy
        self.attempts = 0
        self.refused_token: AccessToken | None = None
        self._can_refresh = can_refresh
        self._clock = clock
        self._began = clock()
        self._unsettled = unsettled
        self._failures: list[Failure] = []
        self._in_flight = False
        self._token: AccessToken | None = None

    def begin_attempt(self, token: AccessToken) -> None:
        """Notes that a request is about to leave."""
        self.attempts += 1
        self._token = token
        self._in_flight = True

    def conclude(self, raw: RawAnswer) -> SentDraft:
        """Returns the sent draft if the answer says so.

        Raises:
            FeishuMailError: it says something else.
        """
        answer = read_answer(
            raw.http_status,
            raw.headers,
            raw.content,
            now=datetime.now(UTC),
            problem=raw.problem,
            secrets=self._secrets(),
        )
        failure = classify_answer(answer)
        if failure is None:
            self._in_flight = False
            _logger.debug(
                "send draft: sent, attempt=%d status=%d code=%s log_id=%s",
                *(self.attempts, answer.http_status, answer.code, answer.log_id),
            )
            return self._sent(answer, already_sent=answer.code != 0)
        raise self.failed(failure)

    def lost(self, error: Exception, request: httpx.Request) -> FeishuMailError:
        """Returns the exception for an exchange that brought no answer, with ``error`` as its cause.

        Raise it where ``error`` is no longer being handled: an error that quotes the token is not to be chained at all.
        """
        failure = classify_exception(error, request)
        scrub(error)
        lost = self.failed(failure)
        lost.__cause__ = None if quotes(error, self._secrets()) else error
        return lost

    def interrupted(self) -> Failure | None:
        """Returns the failure that stands if the call ends here and now, or None if no request has left."""
        if self._in_flight:
            return Failure(judgement=NO_ANSWER, reason="interrupted")
        return settle(self._earlier(), self._failures[-1]) if self._failures else None

    def broken(self, error: Exception) -> FeishuMailError:
        """Returns the exception for an error from outside, such as a retry hook's. Chain ``error`` to it."""
        failure = self.interrupted() or Failure(judgement=CALL_NOT_MADE, reason=type(error).__name__)
        return self.verdict(exception_for(failure, self.draft_id, self.attempts))

    def failed(self, failure: Failure) -> FeishuMailError:
        """Notes the failure of the newest attempt and returns its exception."""
        self._in_flight = False
        failure = replace(failure, elapsed=self._clock() - self._began)
        self._failures.append(failure)
        if failure.retry is Retry.AFTER_REFRESH:
            self.refused_token = self._token
        return exception_for(failure, self.draft_id, self.attempts)

    def next_wait(self, error: Exception) -> bool | float:
        """Returns what ``stamina`` should do after a failed attempt: stop, back off, or wait that many seconds."""
        if not isinstance(error, FeishuMailError) or not self._failures or error.failure is not self._failures[-1]:
            return False
        *history, failure = self._failures
        decision = decide_retry(self.policy, history, failure, can_refresh=self._can_refresh)
        wait: bool | float
        if isinstance(decision, Stop):
            wait, words = False, f"stopping: {decision.reason}"
        elif decision.at_least == decision.at_most:
            wait, words = decision.at_least, f"next attempt in {decision.at_least:g} s"
        else:
            wait, words = True, f"next attempt in {decision.at_least:g} to {decision.at_most:g} s"
        _logger.info(
            "send draft: %s, attempt=%d status=%s code=%s log_id=%s; %s",
            *(failure.judgement.name, self.attempts, failure.http_status, failure.code, failure.log_id, words),
        )
        return wait

    def verdict(self, last: FeishuMailError) -> FeishuMailError:
        """Returns the exception that tells the truth about the draft, given that the call ended with ``last``."""
        settled = settle(self._earlier(), last.failure)
        return last if settled is last.failure else exception_for(settled, self.draft_id, self.attempts)

    def _earlier(self) -> Sequence[Failure]:
        return self._failures if self._unsettled is None else [self._unsettled, *self._failures]

    def _sent(self, answer: Answer, *, already_sent: bool) -> SentDraft:
        data: Mapping[str, Any] = answer.data if is_object(answer.data) else {}
        return SentDraft(
            draft_id=self.draft_id,
            message_id=_text(data.get("message_id")),
            thread_id=_text(data.get("thread_id")),
            already_sent=already_sent,
            attempts=self.attempts,
            log_id=answer.log_id,
            recall_status=_text(data.get("recall_status")),
        )

    def _secrets(self) -> Sequence[str]:
        return [self._token.reveal()] if self._token is not None else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
