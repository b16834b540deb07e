"""How long the service wants everybody to wait: once one call of a client is asked to, the others wait as well."""

from typing import Final, TypeAlias

from feishu_mail.outcomes.facts import Affects, Operation, Retry
from feishu_mail.outcomes.failures import Failure

_EVERYBODY: Final = (Affects.APP, Affects.TENANT)
_Where: TypeAlias = tuple[str, Operation]
"""The service and what is called there."""


class SharedWaits:
    """Until when each operation has to wait, by a clock in seconds. Safe to use from several threads."""

    def __init__(self) -> None:
        self._until: dict[_Where, float] = {}

    def note(self, where: _Where, failure: Failure, now: float) -> None:
        """Notes what an answer asked for, if it is for more than its own mailbox."""
        if failure.retry is Retry.AFTER_RESET and failure.affects in _EVERYBODY and failure.retry_after:
            # After a whole window another call may ask again, so that no odd answer stops a client for days.
            seconds = min(failure.retry_after, where[1].rate_limit.seconds)
            self._until[where] = max(self.until(where), now + seconds)

    def until(self, where: _Where) -> float:
        """Returns when the wait ends, or ended."""
        return self._until.get(where, 0.0)
