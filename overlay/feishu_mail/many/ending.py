"""How Ctrl-C and the other signals that end a process end a run first, and the process at the second time."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Protocol


class Endable(Protocol):
    """What can be ended by a signal."""

    signal: int | None
    """The first that came."""

    def end(self, number: int | None = None) -> None:
        """Begins to end. Called in the midst of anything, so it must not wait for a lock."""


class Interrupted(KeyboardInterrupt):
    """The second signal to a run, which ends it at once; the first argument is its number."""


@contextmanager
def signals_to(run: Endable) -> Generator[None]:
    """Has the signals that end a process end the run first, where the caller has no handlers of its own."""

    def handle(number: int, _frame: object) -> None:
        if run.signal is not None:
            raise Interrupted(number)
        run.end(number)

    defaults: dict[int, Any] = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    if hasattr(signal, "SIGHUP"):
        defaults[signal.SIGHUP] = signal.SIG_DFL
    if threading.current_thread() is not threading.main_thread():
        defaults = {}
    found = {number: default for number, default in defaults.items() if signal.getsignal(number) == default}
    for number in found:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, default in found.items():
            signal.signal(number, default)
