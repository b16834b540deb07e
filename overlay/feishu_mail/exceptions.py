"""The exceptions, grouped by what the caller does next.

Every way out of a call that is not a ``SentDraft`` is one of these. Two rules hold always: ``SendOutcomeUnknown`` is
raised exactly when the outcome is ``unknown``, and any other exception means that the mail was not sent.
"""

from collections.abc import Mapping
from typing import Any, Final

from feishu_mail import judgements
from feishu_mail.error_codes import ErrorCode
from feishu_mail.error_facts import Affects, Judgement, Outcome, Retry
from feishu_mail.failures import Failure

_LONGEST_QUOTE: Final = 300
_OUTCOME_IN_WORDS: Final = {
    Outcome.SENT: "The mail was sent.",
    Outcome.NOT_SENT: "The mail was not sent.",
    Outcome.UNKNOWN: "It is not known whether the mail went out.",
}


class FeishuMailError(Exception):
    """Base of all exceptions of this package."""

    def __init__(self, failure: Failure, draft_id: str | None = None, attempts: int = 0) -> None:
        # All arguments are positional and kept in `args`, so that exceptions survive pickling.
        super().__init__(failure, draft_id, attempts)
        self.failure = failure
        """What the deciding attempt told."""
        self.draft_id = draft_id
        """The draft that was to be sent; None when the error arose outside a send."""
        self.attempts = attempts
        """Requests that the call made."""

    @property
    def outcome(self) -> Outcome:
        """Did the mail go out?"""
        return self.failure.outcome

    @property
    def code(self) -> int | None:
        """The service's error code; None when there was no readable answer."""
        return self.failure.code

    @property
    def error_code(self) -> ErrorCode | None:
        """The code as the document names it; None for a code that it does not know."""
        return self.failure.error_code

    @property
    def msg(self) -> str | None:
        """The service's own words. They may change: branch on ``code``."""
        return self.failure.msg

    @property
    def http_status(self) -> int | None:
        """The HTTP status; None when there was no answer."""
        return self.failure.http_status

    @property
    def log_id(self) -> str | None:
        """Identifies the call for the vendor's support."""
        return self.failure.log_id

    @property
    def retry_after(self) -> float | None:
        """Seconds that the service asked to wait; None when it named none."""
        return self.failure.retry_after

    @property
    def affects(self) -> Affects:
        """How far the problem reaches: is the next draft worth trying?"""
        return self.failure.affects

    @property
    def advice(self) -> str:
        """What to do."""
        return self.failure.judgement.advice

    @property
    def advice_zh(self) -> str:
        """What to do, in Chinese."""
        return self.failure.judgement.advice_zh

    @property
    def detail(self) -> Mapping[str, Any]:
        """The ``error`` object as it came, with ``permission_violations`` and whatever else the service said."""
        return self.failure.detail

    @property
    def data(self) -> Mapping[str, Any]:
        """The ``data`` object as it came, such as ``challenge_url`` or ``automation_send_disable``."""
        return self.failure.data

    def __str__(self) -> str:
        judgement = self.failure.judgement
        quoted = self.failure.reason or self.failure.msg
        said = f" ({_shortened(quoted)})" if quoted else ""
        return (
            f"{judgement.name}: {judgement.summary}{said}. {_OUTCOME_IN_WORDS[self.outcome]} {judgement.advice}"
            f"{facts_in_brackets(self)}"
        )

    def __repr__(self) -> str:
        name = self.failure.judgement.name
        return f"<{type(self).__name__} {name} {self.outcome} code={self.code} attempts={self.attempts}>"


class InvalidArgument(FeishuMailError, ValueError):
    """An argument cannot be used; nothing was sent. Correct the call."""


class ClientClosedError(FeishuMailError, RuntimeError):
    """The client was closed before the call; nothing was sent. Make a new one."""


class SendOutcomeUnknown(FeishuMailError):
    """The mail may or may not be out. **Verify before resending it as a new draft.**

    Look into the sent folder, or send the *same* draft again: it does not go out twice. If it is then not found, it may
    be out all the same; a client remembers that, another process cannot. Never write the mail anew before you know.
    """


class ServiceUnreachableError(FeishuMailError):
    """The mail service was not reached; nothing was sent. Check the network and the base URL, then send again."""


class APIError(FeishuMailError):
    """The service refused; nothing was sent. This class itself stands for a code that the document does not know."""


class AuthenticationError(APIError):
    """There is no valid access token; nothing was sent. Get a new one, then send again.

    Also raised, without a ``code``, before anything is sent when no usable token was given.
    """


class PermissionDeniedError(APIError):
    """The app, the user or this machine lacks a permission; nothing was sent. A person must grant it first."""


class RateLimitError(APIError):
    """Too fast; nothing was sent. Wait ``retry_after`` seconds if it is named, else a while, then send again."""


class QuotaExceededError(APIError):
    """A quota is used up; nothing was sent. A new day or an administrator must change something first."""


class DraftRefusedError(APIError):
    """This draft cannot be sent as it is, or is not there; nothing was sent. Others are not concerned."""


class MailboxRefusedError(APIError):
    """This mailbox cannot send; nothing was sent. Drafts of other mailboxes are not concerned."""


_NOT_THE_MAIL_SERVICE: Final = (
    judgements.UNREACHABLE,
    judgements.CERTIFICATE_REFUSED,
    judgements.CALL_NOT_MADE,
    judgements.REDIRECTED,
    judgements.REFUSED,
)
_BY_NAME: Final[Mapping[str, type[FeishuMailError]]] = {
    **{judgement.name: ServiceUnreachableError for judgement in _NOT_THE_MAIL_SERVICE},
    judgements.UNKNOWN_CODE.name: APIError,
    judgements.TOKEN_UNAVAILABLE.name: AuthenticationError,
    judgements.INVALID_ARGUMENT.name: InvalidArgument,
    judgements.CLIENT_CLOSED.name: ClientClosedError,
}
_BY_RETRY: Final[Mapping[Retry, type[FeishuMailError]]] = {
    Retry.AFTER_REFRESH: AuthenticationError,
    Retry.AFTER_QUOTA: QuotaExceededError,
    Retry.AFTER_DELAY: RateLimitError,
    Retry.AFTER_RESET: RateLimitError,
}
_BY_REACH: Final[Mapping[Affects, type[FeishuMailError]]] = {
    Affects.REQUEST: DraftRefusedError,
    Affects.DRAFT: DraftRefusedError,
    Affects.MAILBOX: MailboxRefusedError,
    Affects.TENANT: PermissionDeniedError,
    Affects.APP: PermissionDeniedError,
    Affects.CREDENTIAL: PermissionDeniedError,
}


def exception_class(judgement: Judgement) -> type[FeishuMailError]:
    """Returns the class for a judgement; a code added to the document finds its class by its facts alone."""
    if judgement.outcome is Outcome.UNKNOWN:
        return SendOutcomeUnknown
    return _BY_NAME.get(judgement.name) or _BY_RETRY.get(judgement.retry) or _BY_REACH[judgement.affects]


def exception_for(failure: Failure, draft_id: str | None = None, attempts: int = 0) -> FeishuMailError:
    """Returns the exception to raise for a failure; there is none for a mail that is out."""
    return exception_class(failure.judgement)(failure, draft_id, attempts)


def facts_in_brackets(error: FeishuMailError) -> str:
    """Returns what identifies the failure, for the end of a message in any language; nothing if there is nothing."""
    facts = {
        "code": error.code,
        "HTTP": error.http_status,
        "log_id": error.log_id,
        "retry_after": error.retry_after,
        "draft": error.draft_id,
        "attempts": error.attempts or None,
    }
    listed = ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
    return f" [{listed}]" if listed else ""


def _shortened(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _LONGEST_QUOTE else one_line[: _LONGEST_QUOTE - 1] + "…"
