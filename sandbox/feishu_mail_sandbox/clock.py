"""The sandbox's own clock, which tests can move forward instead of sleeping."""

import time
from datetime import UTC, datetime

from feishu_mail_sandbox.json_body import Unusable
from feishu_mail_sandbox.rate_window import NANOSECONDS

MOST_SECONDS = 100_000_000_000
"""About three thousand years; a date has four digits for its year."""


class Clock:
    """Time in nanoseconds since 1970 that never runs backwards."""

    def __init__(self) -> None:
        self._origin = time.time_ns() - time.monotonic_ns()
        self.advanced_seconds: float = 0

    def now(self) -> int:
        """Returns nanoseconds since 1970."""
        return self._origin + time.monotonic_ns() + round(self.advanced_seconds * NANOSECONDS)

    def date(self) -> datetime:
        """Returns the same instant as a date in UTC."""
        return datetime.fromtimestamp(self.now() // NANOSECONDS, UTC)

    def advance(self, seconds: float) -> None:
        """Moves the clock forward by `seconds`. Raises Unusable where dates end."""
        if self.advanced_seconds + seconds > MOST_SECONDS:
            raise Unusable(
                f"clock.advance: the clock goes no further than {MOST_SECONDS} seconds ahead; reset the sandbox"
            )
        self.advanced_seconds += seconds
