"""What a client knows of the calls that it made, so that no later call for the same draft contradicts it."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final, TypeAlias

from feishu_mail.outcomes.facts import Outcome
from feishu_mail.outcomes.failures import Failure
from feishu_mail.wire.locks import lock_of_this_process

MOST_REMEMBERED: Final = 10_000
"""Calls that may have been done that one client remembers; the oldest is forgotten first. Each takes under 1 KB."""
MOST_DONE: Final = 1_000
"""The same of those that were done: it is for whoever was interrupted as one returned."""

CallKey: TypeAlias = bytes


def call_key(*words: str) -> CallKey:
    """Returns what makes two calls the same, however long their ids are."""
    return blake2b(repr(words).encode(), digest_size=16).digest()


@dataclass(slots=True)
class _Open:
    in_flight: set[object] = field(default_factory=set[object])
    failure: Failure | None = None


class RememberedCalls:
    """Remembers, for the life of a client, each call that was done or may have been, from before its request leaves.

    Whatever ends a call, at any moment, leaves behind what has to be known: each step may be interrupted, and repeated.
    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._open: OrderedDict[CallKey, _Open] = OrderedDict()
        self._done: OrderedDict[CallKey, None] = OrderedDict()
        self._locks: dict[int, threading.Lock] = {}
        self._has_forgotten = False

    def begin(self, key: CallKey, call: object) -> None:
        """Notes that a request of a call is about to leave."""
        with lock_of_this_process(self._locks):
            self._open.setdefault(key, _Open()).in_flight.add(call)

    def end(self, key: CallKey, call: object, failure: Failure | None) -> bool:
        """Notes how a call ended; None: it is known to be done. The first failure that leaves it unknown stands.

        Returns whether, for the first time, the oldest call that may have been done had to be forgotten for it.
        """
        with lock_of_this_process(self._locks):
            if failure is None:
                self._done[key] = None
                if len(self._done) > MOST_DONE:
                    self._done.popitem(last=False)
            entry = self._open.setdefault(key, _Open())
            if failure is None:
                entry.failure = None
            elif failure.outcome is Outcome.UNKNOWN and entry.failure is None:
                entry.failure = replace(failure.without_words(), ids={})
                self._open.move_to_end(key)
            entry.in_flight.discard(call)
            if not entry.in_flight and entry.failure is None:
                del self._open[key]
            return self._forgets()

    def was_done(self, key: CallKey) -> bool:
        """Returns whether a call is known to have been done."""
        return key in self._done

    def may_be_done(self, key: CallKey) -> bool:
        """Returns whether a call was done, or may have been."""
        return key in self._done or key in self._open

    def earlier(self, key: CallKey, call: object, if_in_flight: Failure) -> Failure | None:
        """Returns the failure that left an earlier call unsettled, or the one for another call that is in flight."""
        with lock_of_this_process(self._locks):
            entry = self._open.get(key, _Open())
            return entry.failure or (if_in_flight if entry.in_flight - {call} else None)

    def _forgets(self) -> bool:
        if len(self._open) <= MOST_REMEMBERED:
            return False
        oldest = next((key for key, entry in self._open.items() if not entry.in_flight), None)
        if oldest is None:
            return False
        del self._open[oldest]
        is_first, self._has_forgotten = not self._has_forgotten, True
        return is_first
