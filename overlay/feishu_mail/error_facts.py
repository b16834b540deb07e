"""The words in which the document judges an error: what happened to the mail, and what to do next."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """Did the mail go out?"""

    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Retry(StrEnum):
    """May the same call be repeated, and after what?"""

    NEVER = "never"
    """Repeating it unchanged fails again."""
    AFTER_DELAY = "after_delay"
    """Back off first."""
    AFTER_RESET = "after_reset"
    """Wait the seconds that the answer names first."""
    AFTER_REFRESH = "after_refresh"
    """Get a new access token first."""
    AFTER_QUOTA = "after_quota"
    """A person or a new day must change something first."""


class Affects(StrEnum):
    """How far does the problem reach? A sender of many drafts goes on unless the next one is within reach."""

    REQUEST = "request"
    DRAFT = "draft"
    MAILBOX = "mailbox"
    TENANT = "tenant"
    APP = "app"
    CREDENTIAL = "credential"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a failure means for the mail, and what to do next, in English and Chinese."""

    name: str
    outcome: Outcome
    retry: Retry
    affects: Affects
    summary: str
    summary_zh: str
    advice: str
    advice_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorFacts(Judgement):
    """What the document says about one error code of the send operation."""

    code: int
    http_statuses: tuple[int, ...]
    """The HTTP statuses the code is seen with, the usual one first."""
    source: str | None
    """Where the code is known from when it is not on the vendor's page of the operation."""
