"""How long the service wants everybody to wait: once one call of a client is asked to, the others wait as well."""

from collections.abc import Hashable

from feishu_mail.outcomes.facts import Affects, Retry
from feishu_mail.outcomes.failures import Failure

_EVERYBODY = (Affects.APP, Affects.TENANT)


class SharedWaits:
    """Until when each operation has to wait, by a clock in seconds. Safe to use from several threads."""

    def __init__(self) -> None:
        self._until: dict[Hashable, float] = {}

    def note(self, operation: Hashable, failure: Failure, now: float) -> None:
        """Notes what an answer asked for, if it is for more than its own mailbox."""
        if failure.retry is Retry.AFTER_RESET and failure.affects in _EVERYBODY and failure.retry_after:
            self._until[operation] = max(self._until.get(operation, now), now + failure.retry_after)

    def until(self, operation: Hashable) -> float:
        """Returns when the wait ends, or ended."""
        return self._until.get(operation, 0.0)
