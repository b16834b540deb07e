"""Which event loop runs, as locks and connections of one cannot serve another; and what would block it."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

Returned = TypeVar("Returned")


def current_event_loop() -> object:
    """Returns what stands for the running event loop, under asyncio and trio; equal for the same one."""
    # Put off, because what is not async has no use for it.
    import anyio.lowlevel

    return anyio.lowlevel.current_token()


def import_for_tasks() -> None:
    """Imports what tasks need, before there are any: calls import nothing."""
    for name in ("anyio.lowlevel", "anyio.to_thread"):
        import_module(name)


async def in_thread(function: Callable[..., Returned], *arguments: Any, abandon: bool = False) -> Returned:
    """Runs a function in a thread and returns what it returns; ``abandon``: a cancelled task does not wait for it."""
    import anyio.to_thread

    return await anyio.to_thread.run_sync(function, *arguments, abandon_on_cancel=abandon)
