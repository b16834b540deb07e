"""Send Feishu and Lark mail drafts, once: ``FeishuMail(...).drafts.send(draft_id)``."""

from feishu_mail.answers import Answer, read_answer
from feishu_mail.classification import classify_answer, classify_exception
from feishu_mail.client import AsyncFeishuMail, FeishuMail
from feishu_mail.error_codes import AUTOMATION_DISABLED, ERROR_FACTS, ErrorCode
from feishu_mail.error_facts import Affects, ErrorFacts, Judgement, Outcome, Retry
from feishu_mail.exceptions import (
    APIError,
    AuthenticationError,
    ClientClosedError,
    DraftRefusedError,
    FeishuMailError,
    InvalidArgument,
    MailboxRefusedError,
    PermissionDeniedError,
    QuotaExceededError,
    RateLimitError,
    SendOutcomeUnknown,
    ServiceUnreachableError,
    exception_for,
)
from feishu_mail.failures import Failure
from feishu_mail.retry_decision import Stop, StopReason, Wait, decide_retry, settle
from feishu_mail.retry_policy import RetryPolicy
from feishu_mail.sent_draft import SentDraft

__all__ = [
    "AUTOMATION_DISABLED",
    "ERROR_FACTS",
    "APIError",
    "Affects",
    "Answer",
    "AsyncFeishuMail",
    "AuthenticationError",
    "ClientClosedError",
    "DraftRefusedError",
    "ErrorCode",
    "ErrorFacts",
    "Failure",
    "FeishuMail",
    "FeishuMailError",
    "InvalidArgument",
    "Judgement",
    "MailboxRefusedError",
    "Outcome",
    "PermissionDeniedError",
    "QuotaExceededError",
    "RateLimitError",
    "Retry",
    "RetryPolicy",
    "SendOutcomeUnknown",
    "SentDraft",
    "ServiceUnreachableError",
    "Stop",
    "StopReason",
    "Wait",
    "classify_answer",
    "classify_exception",
    "decide_retry",
    "exception_for",
    "read_answer",
    "settle",
]
