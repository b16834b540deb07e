"""Which calls may have been done, so that a later call for the same draft is not reported as "not done"."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Final

from feishu_mail.outcomes.facts import Outcome
from feishu_mail.outcomes.failures import Failure

MOST_REMEMBERED: Final = 10_000
"""Calls that one client remembers; the oldest is forgotten first."""


@dataclass(slots=True)
class _Entry:
    in_flight: int = 0
    failure: Failure | None = None


class UnsettledCalls:
    """Remembers, for the life of a client, each call whose outcome is unknown, from before its request leaves.

    So whatever ends a call, at any moment, leaves behind what has to be known. Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._guard = threading.Lock()

    def begin(self, call: Hashable) -> None:
        """Notes that a request is about to leave."""
        with self._guard:
            self._entries.setdefault(call, _Entry()).in_flight += 1
            self._entries.move_to_end(call)
            if len(self._entries) > MOST_REMEMBERED:
                self._entries.popitem(last=False)

    def earlier(self, call: Hashable, if_in_flight: Failure, *, own: bool) -> Failure | None:
        """Returns the failure that left this call unsettled, if any; ``own``: one that is in flight is the asker's."""
        with self._guard:
            entry = self._entries.get(call)
        if entry is None:
            return None
        return entry.failure or (if_in_flight if entry.in_flight > own else None)

    def end(self, call: Hashable, failure: Failure | None) -> None:
        """Notes how a call ended whose request had left; None: it is known to be done. The first failure stands."""
        with self._guard:
            entry = self._entries.get(call)
            if entry is None:
                return
            entry.in_flight -= 1
            if failure is None:
                entry.failure = None
            elif failure.outcome is Outcome.UNKNOWN and entry.failure is None:
                entry.failure = replace(failure, msg=None, detail={}, data={})
            if entry.in_flight <= 0 and entry.failure is None:
                del self._entries[call]
