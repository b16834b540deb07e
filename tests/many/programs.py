"""What the programs of the proof share: their arguments, parts that run beside each other, and a line for each."""

import argparse
import faulthandler
import inspect
import os
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import tests.conftest  # noqa: F401 -- Ctrl-C and proxies as every test has them
from tests.postgresql import PostgreSQL, find_programs, running_postgresql

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Findings:
    """What one part saw."""

    seen: str = ""
    """Its counts, in words."""
    violations: list[str] = field(default_factory=list[str])
    convicted_of: str | None = None
    """What must be among the violations, where an engine is weak on purpose."""

    def judge(self, is_kept: bool, promise: str) -> None:
        """Notes a promise that was broken."""
        if not is_kept:
            self.violations.append(promise)

    @property
    def is_as_it_must_be(self) -> bool:
        """Whether nothing was violated, or by the weak that of which it must be convicted."""
        if self.convicted_of is None:
            return not self.violations
        return any(self.convicted_of in violation for violation in self.violations)


Part = Callable[[Random], Findings]


def run(
    parts: Callable[[str, PostgreSQL], Mapping[str, Part]], *, at_once: int, longest: float, apart: float = 0.0
) -> None:
    """Runs the parts of a profile as a program, prints a line for each, and exits: with 1 if one is not as it must."""
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules["__main__"]))
    parser.add_argument("--profile", choices=("short", "long"), default="short", help="how much (default: %(default)s)")
    parser.add_argument("--only", metavar="WORD", default="", help="only parts with this in their name")
    parser.add_argument("--seed", type=int, default=1, help="of what is random (default: %(default)s)")
    options = parser.parse_args()
    if find_programs() is None and os.environ.get("CI") != "true":
        print("Skipped: it needs PostgreSQL, which is not installed")
        sys.exit()
    # What hangs for good must not hang the program.
    faulthandler.dump_traceback_later(longest, exit=True)
    with running_postgresql() as server, ThreadPoolExecutor(at_once) as pool:
        chosen = {name: part for name, part in parts(options.profile, server).items() if options.only in name}
        began = time.monotonic()

        def timed(place: int, name: str) -> bool:
            # So that parts that measure time are not busy at the same moments.
            time.sleep(max(0.0, began + place * apart - time.monotonic()))
            return _timed(name, chosen[name], options.seed)

        found = list(pool.map(timed, range(len(chosen)), chosen))
    faulthandler.cancel_dump_traceback_later()
    sys.exit(not all(found))


def _timed(name: str, part: Part, seed: int) -> bool:
    began = time.monotonic()
    try:
        findings = part(Random(f"{seed} {name}"))
    except Exception as error:  # noqa: BLE001 -- the other parts go on
        findings = Findings("it broke", [f"{type(error).__name__}: {error}"])
    verdict = f"{len(findings.violations)} violations{' by the weak' if findings.convicted_of else ''}"
    lines = [f"{name:42} {findings.seen:58} {verdict:26} {time.monotonic() - began:4.0f} s"]
    if not findings.is_as_it_must_be:
        lines += [f"  {violation}" for violation in [*findings.violations[:10], *findings.violations[10:][-1:]]]
        lines += [f"  the weak was not convicted of: {findings.convicted_of}"] if findings.convicted_of else []
    print("\n".join(lines), flush=True)
    return findings.is_as_it_must_be
