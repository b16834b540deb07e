"""Reads and sends Feishu and Lark mail drafts, each mail once: ``FeishuMail(...).drafts.send(draft_id)``.

What is listed in ``__all__`` is for users; modules and other names may change without notice. Four storeys, each
importing only downwards: ``client``, ``resources``, ``many`` and the command line are what users call; ``calls`` is one
call of any operation; ``outcomes`` is what an answer means; ``wire`` is one request and its answer.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from feishu_mail.calls.pace import Pace, SharedPace
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
    LedgerError,
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

if TYPE_CHECKING:
    from feishu_mail.many.report import Progress, Report
    from feishu_mail.many.run import send_many, send_many_async
    from feishu_mail.many.states import DraftState, Entry, Stopped
    from feishu_mail.many.steps import DraftSender, Settled

__all__ = [
    "APIError",
    "Affects",
    "Answer",
    "AsyncFeishuMail",
    "AuthenticationError",
    "ClientClosedError",
    "ConfigurationError",
    "DraftSender",
    "DraftState",
    "Entry",
    "ErrorCode",
    "ErrorFacts",
    "Failure",
    "FeishuMail",
    "FeishuMailError",
    "Idempotency",
    "InvalidArgument",
    "LedgerError",
    "MailboxRefusedError",
    "Operation",
    "Outcome",
    "OutcomeUnknown",
    "Pace",
    "PermissionDeniedError",
    "Progress",
    "QuotaExceededError",
    "RateLimitError",
    "Report",
    "RequestRefusedError",
    "Retry",
    "RetryPolicy",
    "SentDraft",
    "ServiceUnavailableError",
    "Settled",
    "SharedPace",
    "Stop",
    "StopReason",
    "Stopped",
    "Wait",
    "classify_answer",
    "decide_retry",
    "exception_for",
    "read_answer",
    "send_many",
    "send_many_async",
    "settle",
]
__all__ += _operations.__all__

# Most programs send one draft at a time, and should start as quickly.
_OF_MANY_DRAFTS: Final = {
    "DraftSender": "steps",
    "DraftState": "states",
    "Entry": "states",
    "Progress": "report",
    "Report": "report",
    "Settled": "steps",
    "Stopped": "states",
    "send_many": "run",
    "send_many_async": "run",
}


def __getattr__(name: str) -> Any:
    if name not in _OF_MANY_DRAFTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"feishu_mail.many.{_OF_MANY_DRAFTS[name]}"), name)
