"""Changes to a process from outside: a signal to itself at a named point, or an engine that is weak on purpose.

The product has no hooks for any of this: its classes are patched.
"""

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, Final, NamedTuple

from feishu_mail.calls import callers
from feishu_mail.calls.pace import Permit, PermitSource, Wanted
from feishu_mail.calls.permits import UnlimitedPermits
from feishu_mail.calls.shared_permits import SharedPermits
from feishu_mail.many.ledger import Ledger
from feishu_mail.many.states import Claim


class Point(NamedTuple):
    """A moment of a step: before or after a method."""

    owner: type[Any]
    method: str
    is_after: bool
    result: type[Any] = object
    """What the method must have returned for it to count."""


POINTS: Final[Mapping[str, Point]] = {
    "loading": Point(Ledger, "add", is_after=True),
    "handed-over": Point(Ledger, "claim", is_after=True, result=Claim),
    "permitted": Point(SharedPermits, "take", is_after=True, result=Permit),
    "begun": Point(Ledger, "begin", is_after=True),
    "answered": Point(SharedPermits, "answered", is_after=False),
    "settling": Point(Ledger, "settle", is_after=False),
    "settled": Point(Ledger, "settle", is_after=True),
}
"""Beside these, a request that has left: there the sandbox sends the signal."""


def alter(alteration: str) -> None:
    """Alters this process: ``POINT TIME SIGNAL``, as in ``begun 3 SIGKILL``, or the name of a weakness."""
    words = alteration.split()
    if len(words) == 1:
        WEAKNESSES[alteration]()
    else:
        _signal_at(POINTS[words[0]], int(words[1]), signal.Signals[words[2]])


def _signal_at(point: Point, time_: int, number: signal.Signals) -> None:
    times = count(1)

    def reached() -> None:
        if next(times) == time_:
            os.kill(os.getpid(), number)

    def with_signal(original: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        if not point.is_after:
            reached()
        result = original(*arguments, **named)
        if point.is_after and isinstance(result, point.result):
            reached()
        return result

    _wrap(point.owner, point.method, with_signal)


def _wrap(owner: type[Any], method: str, wrapper: Callable[..., Any]) -> None:
    original = getattr(owner, method)

    def altered(*arguments: Any, **named: Any) -> Any:
        return wrapper(original, *arguments, **named)

    setattr(owner, method, altered)


class FromTheGrant(UnlimitedPermits):
    """A pace that counts from when a permit was granted, in one process."""

    def __init__(self, pace: Any) -> None:
        super().__init__()
        self._calls: int = pace.calls
        self._seconds: float = pace.seconds
        self._granted: deque[float] = deque()

    def take(self, call: object, wanted: Wanted, waited_until: float) -> Permit | float:
        """Returns a permit when fewer than so many were granted within the window."""
        now = time.monotonic()
        while self._granted and self._granted[0] + self._seconds <= now:
            self._granted.popleft()
        if len(self._granted) >= self._calls:
            return self._granted[0] + self._seconds - now
        self._granted.append(now)
        return Permit(wanted, now + 60)


class TokenBucket(UnlimitedPermits):
    """A bucket of so many tokens, filled evenly, in one process."""

    def __init__(self, pace: Any) -> None:
        super().__init__()
        self._calls: int = pace.calls
        self._rate: float = pace.calls / pace.seconds
        self._level, self._at = float(pace.calls), time.monotonic()

    def take(self, call: object, wanted: Wanted, waited_until: float) -> Permit | float:
        """Returns a permit when there is a token."""
        now = time.monotonic()
        self._level = min(self._calls, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1:
            return (1 - self._level) / self._rate
        self._level -= 1
        return Permit(wanted, now + 60)


def _hand_out(source: Callable[[Any], PermitSource]) -> None:
    setattr(callers, "permit_source", source)  # noqa: B010 -- the name is imported there


def _trust_not_sent() -> None:
    def forgetful(original: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        claim = original(*arguments, **named)
        return replace(claim, may_be_out=False) if isinstance(claim, Claim) else claim

    _wrap(Ledger, "claim", forgetful)


def _settle_nothing_in_flight() -> None:
    _wrap(Ledger, "begin", lambda *_arguments, **_named: None)


WEAKNESSES: Final[Mapping[str, Callable[[], None]]] = {
    "counts-from-the-grant": lambda: _hand_out(FromTheGrant),
    "token-bucket": lambda: _hand_out(TokenBucket),
    "trusts-not-sent": _trust_not_sent,
    "writes-after-the-fact": _settle_nothing_in_flight,
}
