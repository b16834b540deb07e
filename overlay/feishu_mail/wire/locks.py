"""Locks of one process: a fork leaves them free in the child, whoever held them in the parent."""

import os
import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

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
        self._locks: WeakValueDictionary[tuple[int, Hashable], LockType] = WeakValueDictionary()
        self._guards: dict[int, threading.Lock] = {}

    def of(self, key: Hashable) -> LockType:
        """Returns the key's lock. The caller must keep the reference for as long as it matters."""
        own = os.getpid(), key
        with lock_of_this_process(self._guards):
            lock = self._locks.get(own)
            if lock is None:
                lock = self._locks[own] = self._new_lock()
            return lock
