"""Reads and sends Feishu and Lark mail drafts, each mail once: ``FeishuMail(...).drafts.send(draft_id)``.

What is listed in ``__all__`` is for users; modules and other names may change without notice. Four storeys, each
importing only downwards: ``client``, ``resources``, ``many`` and the command line are what users call; ``calls`` is one
call of any operation; ``outcomes`` is what an answer means; ``wire`` is one request and its answer.
"""

from feishu_mail.calls.retry_decision import Stop, StopReason, Wait, decide_retry, settle
from feishu_mail.calls.retry_policy import RetryPolicy
from feishu_mail.client import AsyncFeishuMail, FeishuMail
from feishu_mail.outcomes import operations as _operations
from feishu_mail.outcomes.classification import classify_answer
from feishu_mail.outcomes.exceptions import (
    APIError,
    AuthenticationError,
    ClientClosedError,
    ConfigurationError,
    FeishuMailError,
    InvalidArgument,
    MailboxRefusedError,
    OutcomeUnknown,
    PermissionDeniedError,
    QuotaExceededError,
    RateLimitError,
    RequestRefusedError,
    ServiceUnavailableError,
    exception_for,
)
from feishu_mail.outcomes.facts import Affects, ErrorCode, ErrorFacts, Idempotency, Operation, Outcome, Retry
from feishu_mail.outcomes.failures import Failure
from feishu_mail.outcomes.operations import *  # noqa: F403 -- the document's operations, whichever they are
from feishu_mail.resources.sent_draft import SentDraft
from feishu_mail.wire.answers import Answer, read_answer

__all__ = [
    "APIError",
    "Affects",
    "Answer",
    "AsyncFeishuMail",
    "AuthenticationError",
    "ClientClosedError",
    "ConfigurationError",
    "ErrorCode",
    "ErrorFacts",
    "Failure",
    "FeishuMail",
    "FeishuMailError",
    "Idempotency",
    "InvalidArgument",
    "MailboxRefusedError",
    "Operation",
    "Outcome",
    "OutcomeUnknown",
    "PermissionDeniedError",
    "QuotaExceededError",
    "RateLimitError",
    "RequestRefusedError",
    "Retry",
    "RetryPolicy",
    "SentDraft",
    "ServiceUnavailableError",
    "Stop",
    "StopReason",
    "Wait",
    "classify_answer",
    "decide_retry",
    "exception_for",
    "read_answer",
    "settle",
]
__all__ += _operations.__all__
