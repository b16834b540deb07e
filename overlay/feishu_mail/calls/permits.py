"""Permits in the memory of one client: for its threads or tasks, first come, first served."""

import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from weakref import ref

from feishu_mail.calls.pace import Pace, Permit, PermitSource, SharedPace, Wanted, seconds_until_permit
from feishu_mail.outcomes.facts import Operation
from feishu_mail.wire.locks import lock_of_this_process

Where: TypeAlias = tuple[str, Operation]
"""The service and what is called there: what a rate limit is for."""


def permit_source(pace: Pace | None) -> PermitSource:
    """Returns what hands out the permits of a client.

    Raises:
        ConfigurationError: the database of a shared pace cannot be used.
    """
    if pace is None:
        return UnlimitedPermits()
    if isinstance(pace, SharedPace):
        # Put off, because most clients need no database.
        from feishu_mail.calls.databases import Database
        from feishu_mail.calls.shared_permits import SharedPermits

        return SharedPermits(Database(pace.url), pace.budget)
    return LocalPermits()


@dataclass(slots=True)
class _Place:
    process: int
    # Without callbacks, as weak dictionaries have them: Python loses an interrupt that comes in one.
    call: ref[object]
    is_waiting: bool = False


class WaitingLine:
    """Who waits for a permit, first come, first served. Not safe for threads by itself.

    A call keeps its place to its end, so that its repetitions go before calls that came later.
    """

    def __init__(self) -> None:
        self._places: dict[Where, dict[int, _Place]] = {}

    def ahead_of(self, call: object, where: Where) -> int:
        """Returns how many wait before the call. Who is gone, or was left in the parent by a fork, does not."""
        process = os.getpid()
        places = self._places.setdefault(where, {})
        place = places.get(id(call))
        if place is None or place.call() is not call:
            places.pop(id(call), None)
            place = places[id(call)] = _Place(process, ref(call))
        ahead = 0
        gone: list[int] = []
        for key, other in places.items():
            if other is place:
                break
            if other.process != process or other.call() is None:
                gone.append(key)
            else:
                ahead += other.is_waiting
        for key in gone:
            del places[key]
        return ahead

    def note(self, call: object, where: Where, *, is_waiting: bool) -> None:
        """Notes whether the call waits for a permit, or has one."""
        place = self._places[where].get(id(call))
        if place is not None:  # a cancelled task has left, and a thread still asked for it
            place.is_waiting = is_waiting

    def leave(self, call: object) -> None:
        """Gives the place up."""
        for places in self._places.values():
            places.pop(id(call), None)


class UnlimitedPermits:
    """Permits without a limit; only what the service asks everybody to wait for is waited for. Safe for threads."""

    does_io = False

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._paused_until: dict[Where, float] = {}

    def take(self, call: object, wanted: Wanted, waited_until: float) -> Permit | float:  # noqa: ARG002
        """Returns a permit, or the rest of a wait that the service asked for."""
        now = max(self._clock(), waited_until)
        wait = self._paused_until.get(wanted[:2], 0.0) - now
        return wait if wait > 0 else Permit(wanted, math.inf)

    def answered(self, permit: Permit) -> None:
        """Does nothing."""

    def unused(self, permit: Permit) -> None:
        """Does nothing."""

    def pause(self, wanted: Wanted, seconds: float) -> None:
        """Notes that the service asked everybody to wait."""
        where = wanted[:2]
        self._paused_until[where] = max(self._paused_until.get(where, 0.0), self._clock() + seconds)

    def leave(self, call: object) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""


@dataclass(slots=True)
class _Slots:
    free_at: deque[float] = field(default_factory=deque[float])
    """Of answered calls, in order."""
    in_flight: dict[Permit, float] = field(default_factory=dict[Permit, float])
    """When each expires."""


class LocalPermits(UnlimitedPermits):
    """Permits within a limit for each service and operation. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._slots: dict[Where, _Slots] = {}
        self._line = WaitingLine()
        self._locks: dict[int, threading.Lock] = {}

    def take(self, call: object, wanted: Wanted, waited_until: float) -> Permit | float:
        """Returns a permit, or the seconds to wait before asking again."""
        where, limit = wanted[:2], wanted.limit
        with lock_of_this_process(self._locks):
            slots = self._slots.setdefault(where, _Slots())
            now = self._clock()
            _forget_free(slots, now, limit.calls)
            wait = seconds_until_permit(
                limit,
                now=max(now, waited_until),
                free_at=slots.free_at,
                in_flight=slots.in_flight.values(),
                ahead=self._line.ahead_of(call, where),
                paused_until=self._paused_until.get(where, 0.0),
            )
            self._line.note(call, where, is_waiting=wait > 0)
            if wait > 0:
                return wait
            while len(slots.free_at) + len(slots.in_flight) >= limit.calls:
                # A caller's own sleep took no time: this is the slot that was waited for.
                _forget_first(slots)
            permit = Permit(wanted, now + wanted.leave_within)
            slots.in_flight[permit] = permit.leave_by + wanted.answer_within + limit.seconds
            return permit

    def answered(self, permit: Permit) -> None:
        """Notes that the call was answered: the slot is free again one window from now."""
        with lock_of_this_process(self._locks):
            slots = self._slots[permit.wanted[:2]]
            slots.free_at.append(self._clock() + permit.wanted.limit.seconds)
            slots.in_flight.pop(permit, None)

    def unused(self, permit: Permit) -> None:
        """Notes that no request left: the slot is free at once."""
        with lock_of_this_process(self._locks):
            self._slots[permit.wanted[:2]].in_flight.pop(permit, None)

    def leave(self, call: object) -> None:
        """Notes that a call has ended."""
        with lock_of_this_process(self._locks):
            self._line.leave(call)


def _forget_free(slots: _Slots, now: float, calls: int) -> None:
    while slots.free_at and slots.free_at[0] <= now:
        slots.free_at.popleft()
    if len(slots.free_at) + len(slots.in_flight) >= calls:
        slots.in_flight = {permit: expiry for permit, expiry in slots.in_flight.items() if expiry > now}


def _forget_first(slots: _Slots) -> None:
    first = min(slots.in_flight, key=slots.in_flight.__getitem__, default=None)
    if slots.free_at and (first is None or slots.free_at[0] <= slots.in_flight[first]):
        slots.free_at.popleft()
    elif first is not None:
        del slots.in_flight[first]
