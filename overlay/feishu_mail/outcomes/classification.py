"""Judges an answer to an operation, or the lack of one: was it done, and may the call be repeated?

Only the operation's own facts are looked at: the same code can mean the opposite elsewhere.
"""

from collections.abc import Mapping
from typing import Any, Final

from feishu_mail.outcomes import own_facts
from feishu_mail.outcomes.facts import ErrorCode, ErrorFacts, Operation, Outcome
from feishu_mail.outcomes.failures import Failure, failure_of
from feishu_mail.wire.answers import Answer
from feishu_mail.wire.json_values import is_object
from feishu_mail.wire.messages import Loss, NoAnswer
from feishu_mail.wire.redaction import without_addresses
from feishu_mail.wire.secrecy import words_of_this_machine

# A 303, and by old habit a 302, may follow work that has been done; the others ask for the same request elsewhere.
_REDIRECTS_INSTEAD_OF_WORK: Final = (301, 307, 308)
# Broken off, or in conflict with something that may be this very call's earlier attempt.
_UNCLEAR_CLIENT_ERRORS: Final = (408, 409, 499)
_LOSSES: Final[Mapping[Loss, ErrorFacts]] = {
    Loss.UNREACHABLE: own_facts.UNREACHABLE,
    Loss.CERTIFICATE: own_facts.CERTIFICATE_REFUSED,
    Loss.NOT_MADE: own_facts.CALL_NOT_MADE,
    Loss.CLOSED: own_facts.CLIENT_CLOSED,
    Loss.UNANSWERED: own_facts.NO_ANSWER,
    Loss.FOREIGN: own_facts.HTTP_CLIENT_FAILED,
}


def classify_answer(operation: Operation, answer: Answer) -> Failure | None:
    """Returns how the answer failed, or None when it says that it was done, by this request or an earlier one.

    The code decides where the document knows it for the operation, whatever the HTTP status ("branch on code": the
    vendor's page of generic codes). Otherwise the status decides alone.
    """
    if answer.http_status == 200 and answer.code == 0:
        facts, reason = _judge_success(operation, answer.body.get("data"))
        return None if facts is None else _failure(operation, answer, facts, reason)
    if answer.code:
        facts = operation.errors.get(answer.code) or _judge_unknown_code(answer.http_status)
        is_done = operation.writes and facts.outcome is Outcome.DONE
        return None if is_done else _failure(operation, answer, facts)
    if answer.code == 0 or answer.contradicts_itself:
        # The one says that it was done, the other that it was not.
        reason = answer.problem or f"code 0 with HTTP {answer.http_status}"
        return _failure(operation, answer, own_facts.UNREADABLE_ANSWER, reason)
    return _failure(operation, answer, judge_status(answer.http_status), answer.problem)


def classify_loss(operation: Operation, lost: NoAnswer) -> Failure:
    """Returns how an exchange failed that brought no HTTP status.

    Only failures that surely came before the request are ``not_done``; a broken or silent connection is ``unknown``.
    """
    reason = type(lost.error).__name__
    if lost.loss in (Loss.UNREACHABLE, Loss.CERTIFICATE) and (words := words_of_this_machine(lost.error)):
        reason = f"{reason}: {words}"
    return failure_of(operation, _LOSSES[lost.loss], reason=reason)


def judge_status(http_status: int) -> ErrorFacts:
    """Returns what a status means when no code is known: the rule of the table in the README, in one place."""
    if 200 <= http_status < 300:
        return own_facts.UNREADABLE_ANSWER
    if http_status in _REDIRECTS_INSTEAD_OF_WORK:
        return own_facts.REDIRECTED
    if 300 <= http_status < 400:
        return own_facts.REDIRECTED_AFTERWARDS
    if http_status == 429:
        return own_facts.THROTTLED
    if 400 <= http_status < 500 and http_status not in _UNCLEAR_CLIENT_ERRORS:
        return own_facts.REFUSED
    return own_facts.GATEWAY_FAILED


def unreadable(operation: Operation, answer: Answer, reason: str) -> Failure:
    """Returns the failure for a success whose contents are not what the document says."""
    return _failure(operation, answer, own_facts.UNREADABLE_ANSWER, reason)


def _judge_success(operation: Operation, data: Any) -> tuple[ErrorFacts | None, str | None]:
    if data is None:
        return None, None
    if not is_object(data):
        return own_facts.UNREADABLE_ANSWER, "data is not an object"
    for refusal in operation.refusals:
        mark = data.get(refusal.when_filled or "")
        if not mark or (is_object(mark) and not any(mark.values())):
            continue
        if not is_object(mark):
            return own_facts.UNREADABLE_ANSWER, f"{refusal.when_filled} is not an object"
        return refusal, None
    return None, None


def _judge_unknown_code(http_status: int) -> ErrorFacts:
    # Codes other than 0 are failures by documentation, also in a 200.
    if 200 <= http_status < 300 or judge_status(http_status).outcome is not Outcome.UNKNOWN:
        return own_facts.UNKNOWN_CODE
    return own_facts.UNKNOWN_CODE_UNCLEAR


def _failure(operation: Operation, answer: Answer, facts: ErrorFacts, reason: str | None = None) -> Failure:
    # A refusal may quote addresses, the mailbox's or a recipient's.
    words = {} if answer.is_long else {name: answer.body.get(name) for name in ("msg", "error", "data")}
    said = without_addresses(words)
    return failure_of(
        operation,
        facts,
        reason=reason,
        http_status=answer.http_status,
        code=answer.code,
        error_code=_named(operation, answer.code),
        msg=said.get("msg") if isinstance(said.get("msg"), str) else None,
        log_id=answer.log_id,
        retry_after=answer.retry_after,
        detail=said.get("error") if is_object(said.get("error")) else {},
        data=said.get("data") if is_object(said.get("data")) else {},
    )


def _named(operation: Operation, code: int | None) -> ErrorCode | None:
    return operation.error_codes(code) if code is not None and code in operation.errors else None
