"""Simulates a thousand tenants, each with a budget of its own, in virtual time: what must a database hold and answer?

Each tenant sends from several mailboxes, one draft at a time in each, as fast as its pace lets it; calls take as long
as chance has it, and the service counts each at some moment before its answer. Every permit comes from the function
that the product uses; the sandbox's own sliding window judges each tenant. Prints a table, with what was computed
beside it.
"""

import argparse
import heapq
import inspect
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate, count
from random import Random
from typing import Final

from feishu_mail.calls.pace import seconds_until_permit
from feishu_mail.outcomes.facts import RateLimit
from feishu_mail_sandbox import rate_window

LIMIT: Final = RateLimit(20, 60.0)
DRAFTS: Final = 100
"""Of each tenant."""
MAILBOXES: Final = 5
SHORTEST, LONGEST = 0.2, 2.0
"""Seconds of a call."""
HOLD: Final = 90.0
"""Seconds that a slot is held at most without an answer."""
TRANSACTIONS: Final = 6
"""Of a draft: claim it, ask for a permit in vain, take it, note that it is in flight, note its answer, settle."""


@dataclass(slots=True)
class Tenant:
    """One budget: its slots, and who waits for one."""

    window: rate_window.RateWindow
    left: int = DRAFTS
    free_at: list[float] = field(default_factory=list[float])
    in_flight: dict[int, float] = field(default_factory=dict[int, float])
    waiting: list[int] = field(default_factory=list[int])
    """Mailboxes, the first to come first."""
    counted: list[float] = field(default_factory=list[float])


@dataclass(slots=True)
class Simulation:
    """Tenants, and what they ask of the database."""

    tenants: list[Tenant]
    chance: Random
    transactions: Counter[int] = field(default_factory=Counter[int])
    """By the second."""
    claims: Counter[int] = field(default_factory=Counter[int])
    changes: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    """Of the number of permits that are rows."""
    refused: int = 0
    _events: list[tuple[float, int, str, int, int]] = field(default_factory=list[tuple[float, int, str, int, int]])
    _numbers: "count[int]" = field(default_factory=count)

    def run(self, starts_within: float) -> None:
        """Lets all tenants send everything."""
        for number in range(len(self.tenants)):
            start = self.chance.uniform(0, starts_within)
            for mailbox in range(MAILBOXES):
                self._at(start, "claim", number, mailbox)
        while self._events:
            now, key, what, number, mailbox = heapq.heappop(self._events)
            tenant = self.tenants[number]
            match what:
                case "claim" if tenant.left:
                    tenant.left -= 1
                    self._costs(now)
                    self.claims[int(now)] += 1
                    self._ask(now, tenant, number, mailbox)
                case "ask":
                    self._ask(now, tenant, number, mailbox)
                case "counted":
                    self.refused += not tenant.window.admit(round(now * rate_window.NANOSECONDS))
                    tenant.counted.append(now)
                case "answered":
                    self._costs(now, 2)
                    del tenant.in_flight[key]
                    tenant.free_at.append(now + LIMIT.seconds)
                    self.changes.append((now + LIMIT.seconds, -1))
                    self._at(now, "claim", number, mailbox)
                case _:
                    pass

    def _ask(self, now: float, tenant: Tenant, number: int, mailbox: int) -> None:
        self._costs(now)
        tenant.free_at = [free for free in tenant.free_at if free > now]
        ahead = tenant.waiting.index(mailbox) if mailbox in tenant.waiting else len(tenant.waiting)
        held = tenant.in_flight.values()
        wait = seconds_until_permit(LIMIT, now=now, free_at=tenant.free_at, in_flight=held, ahead=ahead)
        if wait > 0:
            tenant.waiting += [mailbox] if mailbox not in tenant.waiting else []
            self._at(now + wait, "ask", number, mailbox)
            return
        if mailbox in tenant.waiting:
            tenant.waiting.remove(mailbox)
        self._costs(now)
        self.changes.append((now, 1))
        seconds = self.chance.uniform(SHORTEST, LONGEST)
        self._at(now + self.chance.uniform(0, seconds), "counted", number, mailbox)
        tenant.in_flight[self._at(now + seconds, "answered", number, mailbox)] = now + HOLD

    def _at(self, time: float, what: str, number: int, mailbox: int) -> int:
        key = next(self._numbers)
        heapq.heappush(self._events, (time, key, what, number, mailbox))
        return key

    def _costs(self, now: float, transactions: int = 1) -> None:
        self.transactions[int(now)] += transactions


def row(tenants: int, chance: Random, starts_within: float) -> tuple[str, bool]:
    """Simulates so many tenants; returns a row of the table, and whether the service refused none, soon enough."""
    window = rate_window.RateLimit(*LIMIT)
    simulation = Simulation([Tenant(rate_window.RateWindow(window)) for _ in range(tenants)], chance)
    simulation.run(starts_within)
    per_second = tenants * LIMIT.calls / LIMIT.seconds
    steady = range(int(starts_within) + 60, int((DRAFTS - 1) // LIMIT.calls * LIMIT.seconds))
    mean = sum(simulation.transactions[second] for second in steady) / len(steady)
    claims = sum(simulation.claims[second] for second in steady) / len(steady)
    rows = max(accumulate(change for _, change in sorted(simulation.changes)))
    optimum = (DRAFTS - 1) // LIMIT.calls * LIMIT.seconds
    ratio = max((tenant.counted[-1] - tenant.counted[0]) / optimum for tenant in simulation.tenants)
    words = (
        f"{tenants:7,} | {tenants * LIMIT.calls:8,} | {rows:6,} | {per_second:8.1f} | {claims:6.1f} | "
        f"{per_second * TRANSACTIONS:8.0f} | {mean:6.0f} | {max(simulation.transactions.values()):6,} | "
        f"{simulation.refused:4} | {ratio:.3f}"
    )
    return words, simulation.refused == 0 and rows <= tenants * LIMIT.calls and ratio < 1.1


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("--profile", choices=("short", "long"), default="short", help="how much (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of what is random (default: %(default)s)")
    options = parser.parse_args()
    print("        | permits alive     | claims in a second | transactions in a second    |      |")
    print("tenants | computed | most   | computed | mean   | computed | mean   | most   |  429 | makespan / optimum")
    kept = []
    for name, starts_within in {"all start within a minute": LIMIT.seconds, "all start at once": 0.0}.items():
        print(f"{name}:")
        for tenants in (1, 100, 1_000) if options.profile == "long" else (1, 100):
            words, is_kept = row(tenants, Random(options.seed), starts_within)
            print(words, flush=True)
            kept.append(is_kept)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
