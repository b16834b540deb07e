"""Locks of one process: a fork leaves them free in the child, whoever held them in the parent."""

import os
import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import ref

LockType = TypeVar("LockType")


def lock_of_this_process(locks: dict[int, threading.Lock]) -> threading.Lock:
    """Returns the lock for the running process, out of a dictionary that is kept for it.

    The caller takes it in a ``with`` of its own: an interrupt could come between a lock taken here and its release.
    """
    # One step for the interpreter, so that two threads get the same lock.
    return locks.setdefault(os.getpid(), threading.Lock())


class Locks(Generic[LockType]):
    """Hands out one lock for each key, and forgets it when nobody holds or awaits it."""

    def __init__(self, new_lock: Callable[[], LockType]) -> None:
        self._new_lock = new_lock
        # Without callbacks, as weak dictionaries have them: Python loses an interrupt that comes in one.
        self._locks: dict[tuple[int, Hashable], ref[LockType]] = {}
        self._most = 16
        self._guards: dict[int, threading.Lock] = {}

    def of(self, key: Hashable) -> LockType:
        """Returns the key's lock. The caller must keep the reference for as long as it matters."""
        own = os.getpid(), key
        with lock_of_this_process(self._guards):
            known = self._locks.get(own)
            lock = None if known is None else known()
            if lock is None:
                if len(self._locks) >= self._most:
                    self._locks = {each: held for each, held in self._locks.items() if held() is not None}
                    self._most = 16 + 2 * len(self._locks)
                lock = self._new_lock()
                self._locks[own] = ref(lock)
            return lock
