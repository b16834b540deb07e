"""What one failed attempt tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from feishu_mail.error_codes import ErrorCode
from feishu_mail.error_facts import Affects, Judgement, Outcome, Retry


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failed attempt: how it is judged, and what the answer said, if there was one."""

    judgement: Judgement
    reason: str | None = None
    """What went wrong in particular, for people."""
    http_status: int | None = None
    code: int | None = None
    error_code: ErrorCode | None = None
    """The code as the document names it; None for a code that it does not know."""
    msg: str | None = None
    """The service's own words; they may change."""
    log_id: str | None = None
    """Identifies the call for the vendor's support."""
    retry_after: float | None = None
    """Seconds that the answer asked to wait, rounded up."""
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False, hash=False)
    """The ``error`` object as it came: ``permission_violations``, ``field_violations`` and whatever was added."""
    data: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False, hash=False)
    """The ``data`` object as it came, such as ``challenge_url`` or ``automation_send_disable``."""
    elapsed: float = 0.0
    """Seconds from the beginning of the call to this failure."""

    @property
    def outcome(self) -> Outcome:
        """Did the mail go out?"""
        return self.judgement.outcome

    @property
    def retry(self) -> Retry:
        """May the same call be repeated, and after what?"""
        return self.judgement.retry

    @property
    def affects(self) -> Affects:
        """How far the problem reaches."""
        return self.judgement.affects
