"""Which sends ended with the mail possibly out, so that a later call for the same draft does not report "not sent"."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from feishu_mail.error_facts import Outcome
from feishu_mail.failures import Failure

MOST_REMEMBERED: Final = 10_000
"""Sends that one client remembers; the oldest is forgotten first."""


class UnsettledSends:
    """Remembers, for the life of a client, the failure of each send whose outcome is unknown."""

    def __init__(self) -> None:
        self._failures: OrderedDict[Hashable, Failure] = OrderedDict()
        self._guard = threading.Lock()

    def recall(self, send: Hashable) -> Failure | None:
        """Returns the failure that left this send unsettled, if any."""
        return self._failures.get(send)

    def remember(self, send: Hashable, failure: Failure | None) -> None:
        """Notes how the send ended, if the mail may be out. The first failure stands."""
        if failure is None or failure.outcome is not Outcome.UNKNOWN:
            return
        with self._guard:
            self._failures.setdefault(send, failure)
            if len(self._failures) > MOST_REMEMBERED:
                self._failures.popitem(last=False)

    def forget(self, send: Hashable) -> None:
        """Notes that the mail is known to be out."""
        if send in self._failures:
            with self._guard:
                self._failures.pop(send, None)
