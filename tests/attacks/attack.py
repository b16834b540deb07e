"""What every attack is: calls under faults that no honest service makes, and a count of the promises that broke.

Each module beside this one is a program for one class of faults: ``python -m tests.attacks.NAME``. It attacks the SDK,
which must keep every promise, and then a client that is weak on purpose, which must not: a judge that convicts nobody
proves nothing.
"""

import argparse
import faulthandler
import inspect
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

import tests.conftest  # noqa: F401 -- Ctrl-C and proxies as every test has them

# A call that hangs for good must not hang the program: it ends with the traces of all threads.
_LONGEST_RUN: Final = 1200.0


@dataclass(slots=True)
class Tally:
    """What an attack counted."""

    calls: int = 0
    faults: int = 0
    violations: list[str] = field(default_factory=list[str])

    def judge(self, is_kept: bool, promise: str) -> None:
        """Notes a promise that was broken."""
        if not is_kept:
            self.violations.append(promise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One class of faults."""

    on_the_sdk: Callable[[int, Random], Tally]
    """Attacks so many times, by these dice."""
    on_a_weak_client: Callable[[int, Random], Tally]
    """Does the same to a client that is weak on purpose."""
    short: int
    """How many times in CI."""
    long: int
    """How many times with ``--profile long``."""


def run(attack: Attack) -> None:
    """Runs the attack as a program, prints its counts and exits: with 1 if the SDK failed or the weak client passed."""
    module = sys.modules["__main__"]
    parser = argparse.ArgumentParser(description=inspect.getdoc(module))
    parser.add_argument("--profile", choices=("short", "long"), default="short", help="how much (default: %(default)s)")
    parser.add_argument("--times", type=int, metavar="N", help="so many times, in place of what the profile says")
    parser.add_argument("--seed", type=int, default=1, help="of what is random (default: %(default)s)")
    options = parser.parse_args()
    times = options.times or (attack.long if options.profile == "long" else attack.short)

    faulthandler.dump_traceback_later(_LONGEST_RUN, exit=True)
    began = time.monotonic()
    found = attack.on_the_sdk(times, Random(options.seed))
    seconds = time.monotonic() - began
    weak = attack.on_a_weak_client(min(times, attack.short), Random(options.seed))
    faulthandler.cancel_dump_traceback_later()

    for violation in found.violations[:20]:
        print(f"  {violation}", file=sys.stderr)
    name = str(module.__spec__.name if module.__spec__ else module.__file__).rpartition(".")[2]
    print(
        f"{name:20} {found.calls:7} calls {found.faults:7} faults {len(found.violations):4} violations"
        f"   (a weak client: {len(weak.violations)} in {weak.calls})  {seconds:4.0f} s"
    )
    sys.exit(bool(found.violations) or not weak.violations or not found.faults)
