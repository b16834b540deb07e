"""Waits that take no time, for whatever waits through stamina: the seconds are handed to somebody instead."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

import stamina
import tenacity.nap


@contextmanager
def instant_waits(waited: Callable[[float], None]) -> Iterator[None]:
    """Calls ``waited`` with the seconds of each wait, in place of the wait."""

    async def waited_async(seconds: float) -> None:
        waited(seconds)

    with (
        patch.object(tenacity.nap, "time", SimpleNamespace(sleep=waited)),
        patch.object(stamina._core, "_smart_sleep", waited_async),
    ):
        yield
