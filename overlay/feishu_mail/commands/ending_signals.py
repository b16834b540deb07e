"""The signals that end a process by default, handled as Ctrl-C is while a command runs."""

import signal
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

ENDING: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Ended(KeyboardInterrupt):
    """A signal that ends the process by default; here it is handled as Ctrl-C is. Its argument is the number."""


def end(number: int, _frame: object) -> None:
    """Raises what Ctrl-C raises, whichever of the signals came."""
    raise Ended(number)


@contextmanager
def signals_restored() -> Generator[None]:
    """Gives each signal its handler back."""
    handlers = {number: signal.getsignal(number) for number in ENDING}
    try:
        yield
    finally:
        handle(handlers)


def handle(handlers: Mapping[int, Any]) -> None:
    """Installs handlers by their signals."""
    # Elsewhere Python takes no handlers, and delivers no signals.
    if threading.current_thread() is threading.main_thread():
        for number, handler in handlers.items():
            signal.signal(number, handler)


def number_of(interrupt: KeyboardInterrupt) -> int:
    """Returns the signal that an interrupt comes from."""
    number: int = next(iter(interrupt.args), signal.SIGINT)
    return number
