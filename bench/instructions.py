"""Counting the instructions of a process: ``perf stat`` where the processor's counters can be read, else callgrind."""

import re
import shutil
from collections.abc import Callable, Sequence

from bench.children import BenchError, run

Counter = Callable[[Sequence[str]], int]

# The order of sets and dicts, and with it the instructions, must be the same in each run.
_VARIABLES = {"PYTHONHASHSEED": "0"}


def find_counter() -> tuple[str, Counter] | None:
    """Returns what can count here, with its name, or None."""
    if shutil.which("perf"):
        try:
            _with_perf(["true"])
        except BenchError:
            pass
        else:
            return "perf stat", _with_perf
    return ("callgrind", _with_callgrind) if shutil.which("valgrind") else None


def _with_perf(command: Sequence[str]) -> int:
    _, told = run(["perf", "stat", "-x", ",", "-e", "instructions:u", *command], _VARIABLES)
    return read_perf(told)


def read_perf(told: str) -> int:
    """Returns the number in what ``perf stat -x ,`` tells. Raises BenchError when it could not count."""
    number = re.search(r"^(\d+),[^,]*,instructions", told, re.MULTILINE)
    if not number:
        raise BenchError("perf cannot count instructions here")
    return int(number[1])


def _with_callgrind(command: Sequence[str]) -> int:
    _, told = run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command], _VARIABLES)
    return read_callgrind(told)


def read_callgrind(told: str) -> int:
    """Returns the number in what callgrind tells at its end. Raises BenchError when there is none."""
    number = re.search(r"Collected : (\d+)", told)
    if not number:
        raise BenchError("callgrind did not count")
    return int(number[1])
