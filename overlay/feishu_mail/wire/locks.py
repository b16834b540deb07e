"""Locks that a fork leaves free in the child, whoever held them in the parent."""

import os
import threading


def lock_of_this_process(locks: dict[int, threading.Lock]) -> threading.Lock:
    """Returns the lock for the running process, out of a dictionary that is kept for it.

    The caller takes it in a ``with`` of its own: an interrupt could come between a lock taken here and its release.
    """
    # One step for the interpreter, so that two threads get the same lock.
    return locks.setdefault(os.getpid(), threading.Lock())
