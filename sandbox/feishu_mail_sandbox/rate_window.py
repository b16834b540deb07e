"""The rate limit as a sliding log: never more than so many calls in any stretch of so many seconds.

Whether the live service slides its window, and whether it counts refused calls, is not documented. A sliding log is the
strictest reading that a client can be held to; refused calls are not counted. Times are integer nanoseconds, so that a
wait that was named is exactly long enough.
"""

from collections import deque
from dataclasses import dataclass

NANOSECONDS = 1_000_000_000
RATE_LIMITED = 99991400


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `calls` calls in `seconds` seconds."""

    calls: int
    seconds: float


class RateWindow:
    """The instants of the calls that were admitted lately."""

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit
        self._span = round(limit.seconds * NANOSECONDS)
        self._admitted: deque[int] = deque()

    def admit(self, now: int) -> bool:
        """Counts a call at `now` (nanoseconds, never decreasing). Returns whether it is within the limit."""
        self._forget_before(now)
        if len(self._admitted) >= self.limit.calls:
            return False
        self._admitted.append(now)
        return True

    def seconds_until_free(self, now: int) -> int:
        """Returns the whole seconds after which a call is admitted again, rounded up, at least 1."""
        self._forget_before(now)
        if len(self._admitted) < self.limit.calls:
            return 1
        return max(1, -(-(self._admitted[0] + self._span - now) // NANOSECONDS))

    def _forget_before(self, now: int) -> None:
        while self._admitted and self._admitted[0] + self._span <= now:
            self._admitted.popleft()
