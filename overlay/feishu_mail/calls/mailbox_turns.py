"""One write in flight for a mailbox: the service locks a user while it writes (code 1236006)."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

LockType = TypeVar("LockType")


class MailboxTurns(Generic[LockType]):
    """Hands out one lock for each mailbox, and forgets it when nobody holds or awaits it."""

    def __init__(self, new_lock: Callable[[], LockType]) -> None:
        self._new_lock = new_lock
        self._locks: WeakValueDictionary[Hashable, LockType] = WeakValueDictionary()
        self._guard = threading.Lock()

    def of(self, mailbox: Hashable) -> LockType:
        """Returns the mailbox's lock. The caller must keep the reference for as long as it matters."""
        with self._guard:
            lock = self._locks.get(mailbox)
            if lock is None:
                lock = self._locks[mailbox] = self._new_lock()
            return lock
