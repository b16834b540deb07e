"""What one failed attempt says, and in the end the whole call."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Any, Self

from feishu_mail.outcomes.facts import Affects, ErrorCode, ErrorFacts, Operation, Outcome, Retry, Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How an attempt is judged, and what the answer said, if there was one.

    ``msg``, ``detail`` and ``data`` are the service's own words. They may quote addresses, so they are kept out of the
    text of exceptions, reprs, logs and pickles, and a text among them that spells an at sign is replaced. An answer of
    more than 16 KiB leaves none.
    """

    facts: ErrorFacts
    outcome: Outcome | None
    """Was it done? None for an operation that only reads."""
    advice: Texts
    operation: str | None = None
    """The document's operationId; None outside of a call."""
    outcome_in_words: Texts | None = None
    reason: str | None = None
    """What went wrong in particular, for people, in our words."""
    http_status: int | None = None
    code: int | None = None
    error_code: ErrorCode | None = None
    """The code as the document names it for the operation; None for a code that it does not know."""
    msg: str | None = field(default=None, repr=False)
    """What the service said, in its own words; they may change."""
    log_id: str | None = None
    """Identifies the call for the vendor's support."""
    retry_after: float | None = None
    """Seconds that the answer asked to wait, rounded up."""
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False, hash=False)
    """The ``error`` object: ``permission_violations``, ``field_violations`` and what was added."""
    data: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False, hash=False)
    """The ``data`` object, such as ``challenge_url`` or ``automation_send_disable``."""
    ids: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    """What the call was about: the ids in its path, other than the mailbox."""
    attempts: int = 0
    """Requests that the call made."""
    elapsed: float = 0.0
    """Seconds from when the call's first attempt was about to start to this failure."""

    def without_words(self) -> Self:
        """Returns the failure without the service's own words."""
        return replace(self, msg=None, detail={}, data={})

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickles end up in queues, caches and reports.
        bare = self.without_words()
        return partial(type(self), **{each.name: getattr(bare, each.name) for each in fields(bare)}), ()

    @property
    def name(self) -> str:
        """The kind of failure, as in the document or the table of our own."""
        return self.facts.name

    @property
    def retry(self) -> Retry:
        """May the same call be repeated, and after what?"""
        return self.facts.retry

    @property
    def affects(self) -> Affects:
        """How far the problem reaches."""
        return self.facts.affects


def failure_of(operation: Operation | None, facts: ErrorFacts, **said: Any) -> Failure:
    """Returns the failure of an operation, or of none where no request was to be made; ``said`` are further fields."""
    if operation is None:
        return Failure(facts=facts, outcome=facts.outcome, advice=facts.advice, **said)
    outcome = facts.outcome if operation.writes else None
    is_for_the_operation_to_say = facts.code is None and outcome is Outcome.UNKNOWN
    return Failure(
        facts=facts,
        outcome=outcome,
        advice=(is_for_the_operation_to_say and operation.after_unknown) or facts.advice,
        operation=operation.name,
        outcome_in_words=None if outcome is None else operation.outcomes.get(outcome),
        **said,
    )
