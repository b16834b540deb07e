"""Judges an answer, or the lack of one: did the mail go out, and may the call be repeated?"""

import ssl
from typing import Any, Final

import httpx

from feishu_mail import judgements
from feishu_mail.answers import Answer, is_object
from feishu_mail.error_codes import AUTOMATION_DISABLED, ErrorCode
from feishu_mail.error_facts import Judgement, Outcome
from feishu_mail.failures import Failure

# A 303, and by old habit a 302, may follow work that has been done; the others ask for the same request elsewhere.
_REDIRECTS_INSTEAD_OF_WORK: Final = (301, 307, 308)
# Broken off, or in conflict with something that may be this very draft's earlier send.
_UNCLEAR_CLIENT_ERRORS: Final = (408, 409, 499)
_NEVER_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def classify_answer(answer: Answer) -> Failure | None:
    """Returns how the answer failed, or None when it says that the mail is out, by this request or an earlier one.

    The code decides where the document knows it, whatever the HTTP status ("branch on code": the vendor's page of
    generic codes). Otherwise the status decides alone.
    """
    if answer.http_status == 200 and answer.code == 0:
        judgement, reason = _judge_success(answer.data)
        return None if judgement is None else _failure(answer, judgement, reason)
    if answer.code:
        documented = _documented(answer.code)
        judgement = documented.facts if documented else _judge_unknown_code(answer.http_status)
        return None if judgement.outcome is Outcome.SENT else _failure(answer, judgement)
    return _failure(answer, judge_status(answer.http_status), answer.problem)


def classify_exception(error: Exception, request: httpx.Request | None = None) -> Failure:
    """Returns how an exchange failed that brought no HTTP status.

    Only failures that surely came before the request are ``not_sent``; a broken or silent connection is ``unknown``.

    Args:
        error: what was raised.
        request: the request that was being sent. An error about another one proves nothing: a hook of the caller's own
            client may raise it after this one was answered.
    """
    reason = type(error).__name__
    if request is not None and not _is_about(error, request):
        return Failure(judgement=judgements.NO_ANSWER, reason=reason)
    if isinstance(error, _NEVER_CONNECTED):
        judgement = judgements.CERTIFICATE_REFUSED if _is_about_a_certificate(error) else judgements.UNREACHABLE
        return Failure(judgement=judgement, reason=f"{reason}: {error}" if str(error) else reason)
    if isinstance(error, httpx.UnsupportedProtocol):
        return Failure(judgement=judgements.CALL_NOT_MADE, reason=reason)
    return Failure(judgement=judgements.NO_ANSWER, reason=reason)


def judge_status(http_status: int) -> Judgement:
    """Returns what a status means when no code is known: the rule of the table in the README, in one place."""
    if 200 <= http_status < 300:
        return judgements.UNREADABLE_ANSWER
    if http_status in _REDIRECTS_INSTEAD_OF_WORK:
        return judgements.REDIRECTED
    if 300 <= http_status < 400:
        return judgements.REDIRECTED_AFTERWARDS
    if http_status == 429:
        return judgements.THROTTLED
    if 400 <= http_status < 500 and http_status not in _UNCLEAR_CLIENT_ERRORS:
        return judgements.REFUSED
    return judgements.GATEWAY_FAILED


def _judge_success(data: Any) -> tuple[Judgement | None, str | None]:
    if data is None:
        return None, None
    if not is_object(data):
        return judgements.UNREADABLE_ANSWER, "data is not an object"
    disabled = data.get("automation_send_disable")
    if not disabled or (is_object(disabled) and not any(disabled.values())):
        return None, None
    if not is_object(disabled):
        return judgements.UNREADABLE_ANSWER, "automation_send_disable is not an object"
    reason = disabled.get("reason")
    return AUTOMATION_DISABLED, reason if isinstance(reason, str) else None


def _judge_unknown_code(http_status: int) -> Judgement:
    # Codes other than 0 are failures by documentation, also in a 200.
    if 200 <= http_status < 300 or judge_status(http_status).outcome is not Outcome.UNKNOWN:
        return judgements.UNKNOWN_CODE
    return judgements.UNKNOWN_CODE_UNCLEAR


def _documented(code: int | None) -> ErrorCode | None:
    try:
        return None if code is None else ErrorCode(code)
    except ValueError:
        return None


def _failure(answer: Answer, judgement: Judgement, reason: str | None = None) -> Failure:
    return Failure(
        judgement=judgement,
        reason=reason,
        http_status=answer.http_status,
        code=answer.code,
        error_code=_documented(answer.code),
        msg=answer.msg,
        log_id=answer.log_id,
        retry_after=answer.retry_after,
        detail=answer.error,
        data=answer.data if is_object(answer.data) else {},
    )


def _is_about(error: Exception, request: httpx.Request) -> bool:
    try:
        return isinstance(error, httpx.RequestError) and error.request is request
    except RuntimeError:  # it knows of no request
        return False


def _is_about_a_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
