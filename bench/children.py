"""Processes that are measured or serve: started in a clean environment, and ended whatever happens."""

import os
import signal
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress

LONGEST_SECONDS = 300


class BenchError(Exception):
    """Why there is nothing to tell; the message is for the user."""


def environment(**more: str) -> dict[str, str]:
    """Returns the variables that a child gets: none that points a client to a proxy, or Python to other modules."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "TMPDIR", "LD_LIBRARY_PATH"}}
    return {**kept, "LANG": "C.UTF-8", **more}


@contextmanager
def started(
    command: Sequence[str], variables: Mapping[str, str] | None = None, *, quiet: bool = False
) -> Generator[subprocess.Popen[str]]:
    """Starts a process with a group of its own, and ends all of the group with the context."""
    child = subprocess.Popen(
        command,
        env=environment(**(variables or {})),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else subprocess.PIPE,
        text=True,
        encoding="utf-8",
        process_group=0,
    )
    try:
        yield child
    finally:
        # Also those that it started itself and left behind.
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        try:
            child.communicate(timeout=5)
        except (subprocess.TimeoutExpired, ValueError):
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def run(command: Sequence[str], variables: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Runs a process to its end and returns its standard output and error.

    Raises:
        BenchError: it failed, or took too long.
    """
    told = " ".join(command)
    with started(command, variables) as child:
        try:
            output, errors = child.communicate(timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            raise BenchError(f"took more than {LONGEST_SECONDS} s: {told}") from None
    if child.returncode:
        raise BenchError(f"failed with exit code {child.returncode}: {told}\n{errors.strip()[-2000:]}")
    return output, errors


@contextmanager
def serving(command: Sequence[str]) -> Generator[str]:
    """Runs a server that prints its base URL as its first line; yields that."""
    with started(command, quiet=True) as child:
        line = child.stdout.readline().strip() if child.stdout else ""
        if not line.startswith("http://127.0.0.1:"):
            raise BenchError(f"does not say where it serves: {' '.join(command)}")
        yield line
