"""The exceptions, grouped by what the caller does next; the groups are the same for every operation.

Every way out of a call that is not its result is one of these. Two rules hold always: ``OutcomeUnknown`` is raised
exactly when the outcome of a write is ``unknown``, and any other exception of a write means that it was not done.
"""

from collections.abc import Mapping
from typing import Any, Final

from feishu_mail.outcomes import own_facts
from feishu_mail.outcomes.facts import Affects, ErrorCode, Outcome, Retry
from feishu_mail.outcomes.failures import Failure, failure_of
from feishu_mail.wire.quoting import quoted

_SAID_BY_THE_FAILURE: Final = (
    *("outcome", "operation", "attempts", "name", "code", "error_code"),
    *("http_status", "log_id", "retry_after", "affects"),
)


class FeishuMailError(Exception):
    """Base of all exceptions of this package."""

    failure: Failure
    """What the deciding attempt said."""
    outcome: Outcome | None
    """Was it done? None for an operation that only reads."""
    operation: str | None
    """The document's operationId; None when the error arose outside of a call."""
    draft_id: str | None
    """The draft that the call was about, if it was about one."""
    attempts: int
    """Requests that the call made."""
    name: str
    """The kind of failure, as ``feishu-mail explain`` takes it."""
    code: int | None
    """The service's error code; None when there was no readable answer."""
    error_code: ErrorCode | None
    """The code as the document names it for the operation; None for a code that it does not know."""
    http_status: int | None
    """The HTTP status; None when there was no answer."""
    log_id: str | None
    """Identifies the call for the vendor's support."""
    retry_after: float | None
    """Seconds that the service asked to wait; None when it named none."""
    affects: Affects
    """How far the problem reaches: is the next call worth trying?"""
    advice: str
    """What to do."""
    advice_zh: str
    """What to do, in Chinese."""

    def __init__(self, failure: Failure) -> None:
        # The argument is positional and kept in `args`, so that exceptions survive pickling.
        super().__init__(failure)
        self.failure = failure
        for name in _SAID_BY_THE_FAILURE:
            setattr(self, name, getattr(failure, name))
        self.draft_id = failure.ids.get("draft_id")
        self.advice, self.advice_zh = failure.advice

    @property
    def msg(self) -> str | None:
        """The service's own words; kept out of str, repr, logs and pickles, since they may quote addresses.

        They may change: branch on ``code``.
        """
        return self.failure.msg

    @property
    def detail(self) -> Mapping[str, Any]:
        """The ``error`` object, with ``permission_violations`` and what else the service said; kept out of the same."""
        return self.failure.detail

    @property
    def data(self) -> Mapping[str, Any]:
        """The ``data`` object, such as ``challenge_url`` or ``automation_send_disable``; kept out of the same."""
        return self.failure.data

    def __str__(self) -> str:
        failure = self.failure
        said = failure.reason
        sentences = [
            f"{failure.name}: {failure.facts.summary.en}{f' ({quoted(said)})' if said else ''}.",
            *([failure.outcome_in_words.en] if failure.outcome_in_words else []),
            failure.advice.en,
        ]
        return " ".join(sentences) + facts_in_brackets(failure)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} {self.operation} {self.outcome} code={self.code}>"


class ConfigurationError(FeishuMailError):
    """The client cannot work with the arguments or the environment that it finds; no request was made. Correct them."""


class InvalidArgument(ConfigurationError, ValueError):
    """An argument cannot be used; no request was made. Correct the call."""


class ClientClosedError(FeishuMailError, RuntimeError):
    """The client was closed before the call; no request was made. Make a new one."""


class LedgerError(FeishuMailError):
    """The database of a ledger or of a shared pace failed; what it already holds stands. Correct it, then resume."""


class OutcomeUnknown(FeishuMailError):
    """A write may or may not have been done. **Find out before you do it in another way**; ``advice`` says how.

    For a send: the mail may be out. Look into the sent folder, or send the *same* draft again, which cannot send it
    twice. If it is then not found, it may be out all the same: the client remembers that, another process cannot.
    """


class ServiceUnavailableError(FeishuMailError):
    """The mail service was not reached, or a read got no usable answer. Check network and base URL, then try again."""


class APIError(FeishuMailError):
    """The service refused; nothing was done. This class itself stands for a code that the document does not know."""


class AuthenticationError(APIError):
    """There is no valid access token; nothing was done. Get a new one, then try again.

    Also raised, without a ``code``, before any request when no usable token was given.
    """


class PermissionDeniedError(APIError):
    """The app, the user or this machine lacks a permission; nothing was done. A person must grant it first."""


class RateLimitError(APIError):
    """Too fast; nothing was done. Wait ``retry_after`` seconds if it is named, else a while, then try again."""


class QuotaExceededError(APIError):
    """A quota is used up; nothing was done. A new day or an administrator must change something first."""


class RequestRefusedError(APIError):
    """What was asked for is not there, or cannot be done as it is; nothing was done. Other drafts are not concerned."""


class MailboxRefusedError(APIError):
    """This mailbox cannot be used; nothing was done. Other mailboxes are not concerned."""


_NOT_THE_MAIL_SERVICE: Final = (
    own_facts.UNREACHABLE,
    own_facts.CERTIFICATE_REFUSED,
    own_facts.CALL_NOT_MADE,
    own_facts.REDIRECTED,
    own_facts.REFUSED,
)
_BY_NAME: Final[Mapping[str, type[FeishuMailError]]] = {
    **{facts.name: ServiceUnavailableError for facts in _NOT_THE_MAIL_SERVICE},
    own_facts.UNKNOWN_CODE.name: APIError,
    own_facts.UNKNOWN_CODE_UNCLEAR.name: APIError,
    own_facts.TOKEN_UNAVAILABLE.name: AuthenticationError,
    own_facts.INVALID_ARGUMENT.name: InvalidArgument,
    own_facts.UNUSABLE_ENVIRONMENT.name: ConfigurationError,
    own_facts.CLIENT_CLOSED.name: ClientClosedError,
    own_facts.EXTRA_MISSING.name: ConfigurationError,
    own_facts.DATABASE_FAILED.name: LedgerError,
}
_BY_RETRY: Final[Mapping[Retry, type[FeishuMailError]]] = {
    Retry.AFTER_REFRESH: AuthenticationError,
    Retry.AFTER_QUOTA: QuotaExceededError,
    Retry.AFTER_DELAY: RateLimitError,
    Retry.AFTER_RESET: RateLimitError,
}
_BY_REACH: Final[Mapping[Affects, type[FeishuMailError]]] = {
    Affects.REQUEST: RequestRefusedError,
    Affects.DRAFT: RequestRefusedError,
    Affects.MAILBOX: MailboxRefusedError,
    Affects.TENANT: PermissionDeniedError,
    Affects.APP: PermissionDeniedError,
    Affects.CREDENTIAL: PermissionDeniedError,
}


def exception_class(failure: Failure) -> type[FeishuMailError]:
    """Returns the class for a failure; a code added to the document finds its class by its facts alone."""
    if failure.outcome is Outcome.UNKNOWN:
        return OutcomeUnknown
    named = _BY_NAME.get(failure.name)
    if named is not None:
        return named
    if failure.outcome is None and _is_broken(failure):
        return ServiceUnavailableError
    return _BY_RETRY.get(failure.retry) or _BY_REACH[failure.affects]


def exception_for(failure: Failure) -> FeishuMailError:
    """Returns the exception to raise for a failure."""
    return exception_class(failure)(failure)


def invalid_argument(reason: str) -> InvalidArgument:
    """Returns the exception for an argument that cannot be used."""
    return InvalidArgument(failure_of(None, own_facts.INVALID_ARGUMENT, reason=reason))


def facts_in_brackets(failure: Failure) -> str:
    """Returns what identifies the failure, for the end of a message in any language; nothing if there is nothing."""
    facts = {
        "code": failure.code,
        "HTTP": failure.http_status,
        "log_id": failure.log_id,
        "retry_after": failure.retry_after,
        **{name.removesuffix("_id"): quoted(value) for name, value in failure.ids.items()},
        "attempts": failure.attempts or None,
    }
    listed = ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
    return f" [{listed}]" if listed else ""


def _is_broken(read: Failure) -> bool:
    # What would leave a write unknown is, for a read, a service that did not answer properly.
    return read.facts.outcome is Outcome.UNKNOWN or (read.http_status or 0) >= 500
