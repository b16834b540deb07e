"""The words in which the document speaks of operations and their errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Idempotency(StrEnum):
    """What does repeating a call do?"""

    SAFE = "safe"
    """It only reads."""
    IDEMPOTENT = "idempotent"
    """The end is the same, however often it is called."""
    KEYED = "keyed"
    """An id in the call lets the service notice a repetition."""
    NONE = "none"
    """A repetition does it a second time."""


class Outcome(StrEnum):
    """Was it done? For a send: did the mail go out? What only reads has no outcome."""

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


class Retry(StrEnum):
    """May the same call be repeated, and after what?"""

    NEVER = "never"
    """Repeating it unchanged fails again."""
    AFTER_DELAY = "after_delay"
    """Back off first."""
    AFTER_RESET = "after_reset"
    """Wait the seconds that the response names first."""
    AFTER_REFRESH = "after_refresh"
    """Get a new access token first."""
    AFTER_QUOTA = "after_quota"
    """A person or a new day must change something first."""


class Affects(StrEnum):
    """How far does the problem reach? Whoever makes many calls goes on unless the next one is within reach."""

    REQUEST = "request"
    DRAFT = "draft"
    MAILBOX = "mailbox"
    TENANT = "tenant"
    APP = "app"
    CREDENTIAL = "credential"


class Texts(NamedTuple):
    """One text in both languages."""

    en: str
    zh: str


class RateLimit(NamedTuple):
    """At most so many calls in so many seconds, counted for each app in each tenant."""

    calls: int
    seconds: float


class ErrorCode(IntEnum):
    """A code that the document names; each operation has a class of its own. Others are kept as plain integers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorFacts:
    """What is known about one kind of failure: what it means and what to do next."""

    name: str
    outcome: Outcome | None
    """Was it done, where the operation writes? None: the failure is of operations that only read."""
    retry: Retry
    affects: Affects
    summary: Texts
    advice: Texts
    code: int | None = None
    """The service's code; 0 for a refusal that comes with it, None where no code is what failed."""
    http_statuses: tuple[int, ...] = ()
    """The HTTP statuses the code is seen with, the usual one first."""
    outcome_after_unknown: Outcome | None = None
    """What this failure proves after all, when the outcome of an earlier attempt was unknown."""
    when_filled: str | None = None
    """The member of ``data`` that marks a refusal with code 0, when it is not empty."""
    source: str | None = None
    """Where the code is known from when it is not on the vendor's page of the operation."""


def by_code(*facts: ErrorFacts) -> Mapping[int, ErrorFacts]:
    """Returns the facts by their code."""
    return {each.code: each for each in facts if each.code is not None}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """One operation of the document. Its own facts judge its answers, and no others."""

    name: str
    """The document's operationId."""
    idempotency: Idempotency
    rate_limit: RateLimit
    module: str
    """The module of the generated client that builds its request."""
    success: str
    """The class of the generated client that holds a success."""
    error_codes: type[ErrorCode]
    errors: Mapping[int, ErrorFacts]
    refusals: tuple[ErrorFacts, ...] = ()
    """Refusals that come with status 200 and code 0."""
    outcomes: Mapping[Outcome, Texts] = field(default_factory=dict[Outcome, Texts])
    """Each outcome in words; empty for an operation that only reads."""
    after_unknown: Texts | None = None
    """What to do when the outcome is unknown."""

    @property
    def writes(self) -> bool:
        """Whether it changes anything, and so has an outcome."""
        return self.idempotency is not Idempotency.SAFE

    def __repr__(self) -> str:
        return f"<Operation {self.name}>"
