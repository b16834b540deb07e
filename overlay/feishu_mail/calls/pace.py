"""The pace that a client keeps, so that the service need not refuse: at most so many calls in so many seconds.

Each attempt takes a permit right before its request leaves. Its slot is free again one window after its call was
answered, because the service counts a call at some moment before it answers it.
"""

import math
from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass, field
from typing import Final, NamedTuple, Protocol

from feishu_mail.calls.arguments import LONGEST_TEXT, as_number, check_count, check_instance, shown
from feishu_mail.outcomes.exceptions import invalid_argument
from feishu_mail.outcomes.facts import Idempotency, Operation, RateLimit

_MOST_CALLS: Final = 1_000_000
_LONGEST_BUDGET: Final = 200


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of one client, kept in its memory for all of its threads or tasks.

    By default each operation keeps to its rate limit in the document: 20 sends in 60 seconds. A limit is for one app in
    one tenant; whoever calls for several of them makes a client for each.

    Raises:
        InvalidArgument: a number makes no sense, or one of the two is missing.
    """

    _: KW_ONLY
    calls: int | None = None
    """Sends within ``seconds`` at most, instead of the document's figure. Other operations keep the document's."""
    seconds: float | None = None
    """Length of that window."""

    def __post_init__(self) -> None:
        if (self.calls is None) is not (self.seconds is None):
            raise invalid_argument("calls and seconds go together: give both, or neither for the document's figures")
        if self.calls is not None:
            seconds = as_number(self.seconds)
            if seconds is None or not 0 < seconds < math.inf:
                raise invalid_argument(f"seconds must be a number above 0, not {shown(self.seconds)}")
            # Plain numbers, not what a class of the caller's own makes of them.
            object.__setattr__(self, "calls", check_count("calls", self.calls, _MOST_CALLS))
            object.__setattr__(self, "seconds", seconds)

    def limit_of(self, operation: Operation) -> RateLimit:
        """Returns what an operation keeps to."""
        if self.calls is None or self.seconds is None or operation.idempotency is not Idempotency.KEYED:
            return operation.rate_limit
        return RateLimit(self.calls, self.seconds)


@dataclass(frozen=True, slots=True)
class SharedPace(Pace):
    """The same, shared through a database by all processes and hosts that name the same budget there.

    Needs the extra ``many`` (PostgreSQL: ``fleet``). Each attempt then costs some transactions.

    Raises:
        InvalidArgument: an argument cannot be used.
    """

    url: str = field(repr=False)
    """The database: ``sqlite:///permits.db``, or ``postgresql://...``; it is not shown."""
    _: KW_ONLY
    budget: str
    """Whose limit it is: a name of yours, such as ``"app/tenant"``, the same wherever that app calls in that tenant."""

    def __post_init__(self) -> None:
        # Without arguments super() does not find a class that was made again for its slots.
        Pace.__post_init__(self)
        _check_text("url", self.url, LONGEST_TEXT)
        _check_text("budget", self.budget, _LONGEST_BUDGET)


def check_pace(value: object) -> Pace | None:
    """Returns the value; None: no pace is kept.

    Raises:
        InvalidArgument: it is neither.
    """
    return None if value is None else check_instance("pace", value, Pace)


class Wanted(NamedTuple):
    """What a permit is wanted for. Times are in seconds."""

    service: str
    operation: Operation
    limit: RateLimit
    leave_within: float
    """From when it is taken until the request's first byte must have left."""
    answer_within: float
    """From then until the answer, at most."""


@dataclass(slots=True, eq=False)
class Permit:
    """The right to one attempt. Its slot is held until it is answered, unused, or until it expires by itself."""

    wanted: Wanted
    leave_by: float
    """By ``time.monotonic()``. Afterwards not a byte may leave, for the slot may be another's by then."""
    number: int = 0


class PermitSource(Protocol):
    """Hands out permits. What ends a call at any moment may leave a permit behind: then it expires."""

    does_io: bool
    """Whether to take and to give back a permit may block, so that tasks do it in a thread."""

    def take(self, call: object, wanted: Wanted, waited_until: float) -> Permit | float:
        """Returns a permit, or the seconds to wait before asking again; the call keeps its place until it leaves.

        Args:
            call: who asks.
            wanted: what for.
            waited_until: by ``time.monotonic()``; a call that was to wait until then has, whatever the clock says of
                its caller's own ``sleep``.
        """
        ...

    def answered(self, permit: Permit) -> None:
        """Notes that the call was answered: the slot is free again one window from now."""

    def unused(self, permit: Permit) -> None:
        """Notes that no request left: the slot is free at once."""

    def pause(self, wanted: Wanted, seconds: float) -> None:
        """Notes that the service asked everybody to wait."""

    def leave(self, call: object) -> None:
        """Notes that a call has ended, and waits for no permit any more. Never blocks."""

    def close(self) -> None:
        """Gives up what it holds open."""


def seconds_until_permit(
    limit: RateLimit,
    *,
    now: float,
    free_at: Collection[float] = (),
    in_flight: Collection[float] = (),
    ahead: int = 0,
    paused_until: float = 0.0,
) -> float:
    """Returns the seconds until a permit can be had at the earliest, rounded up to a millisecond; 0.0: now.

    Args:
        limit: at most so many calls in so many seconds.
        now: the time; all times are by the same clock.
        free_at: when the slots of answered calls are free again.
        in_flight: when the slots of calls that are not answered yet expire.
        ahead: how many callers have waited for longer.
        paused_until: no call may start before.
    """
    start = max(now, paused_until)
    unheld = limit.calls - len(free_at) - len(in_flight)
    turns, place = divmod(ahead, limit.calls)
    if place < unheld:
        at = start
    else:
        # An answer that came now would free its slot in one window.
        held = sorted([*free_at, *(min(expiry, now + limit.seconds) for expiry in in_flight)])
        at = max(start, held[place - unheld])
    return max(0.0, math.ceil((at + turns * limit.seconds - now) * 1000) / 1000)


def _check_text(name: str, value: object, longest: int) -> None:
    # It is not repeated: a URL may hold a password.
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise invalid_argument(f"{name} must be a text of 1 to {longest} characters")
