"""Permits in a database, for all processes and hosts that name the same budget there.

Each process lets its own calls through first come, first served; among processes it is whoever asks first.
"""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from feishu_mail.calls.databases import Database
from feishu_mail.calls.pace import Permit, Wanted, seconds_until_permit
from feishu_mail.calls.permits import WaitingLine
from feishu_mail.wire.locks import lock_of_this_process

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

_LONGEST_HOLD: Final = 600.0
"""Seconds by which the timeouts of others may be longer than one's own."""


class SharedPermits:
    """Permits within a limit for each operation of a budget. Safe for threads, and after a fork.

    Raises:
        InvalidArgument: it is not the URL of a database.
        ConfigurationError: the extra is missing.
        LedgerError: any method: the database failed.
    """

    does_io = True

    def __init__(self, database: Database, budget: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._budget = budget
        self._clock = clock
        self._permits, self._pauses = _tables()
        self._are_created = False
        self._line = WaitingLine()
        self._locks: dict[int, threading.Lock] = {}

    def take(self, call: object, wanted: Wanted, waited_until: float) -> Permit | float:
        """Returns a permit, or the seconds to wait before asking again."""
        if not self._are_created:
            self._database.run_alone(self._permits.metadata.create_all)
            self._are_created = True
        start = self._clock()
        # It was told to wait for longer than its clock has moved: a caller's own sleep took no time.
        skipped = max(0.0, waited_until - start)
        granted = self._database.run(lambda connection: self._granted(connection, call, wanted, skipped))
        return Permit(wanted, start + wanted.leave_within, granted) if isinstance(granted, int) else granted

    def _granted(self, connection: "Connection", call: object, wanted: Wanted, skipped: float) -> int | float:
        """Returns the number of a permit, or the seconds to wait."""
        limit, permits, where = wanted.limit, self._permits.c, wanted[:2]
        paused_until = self._lock(connection, wanted)
        # The line is looked at and changed while the others are held up: whoever counted a call that has its permit by
        # then would sleep through a slot that is free.
        with lock_of_this_process(self._locks):
            ahead = self._line.ahead_of(call, where)
        now = self._database.now(connection)
        is_of_budget = (permits.budget == self._budget) & (permits.operation == wanted.operation.name)
        connection.execute(self._permits.delete().where(is_of_budget & (permits.free_at <= now)))
        expires = now + wanted.leave_within + wanted.answer_within + limit.seconds
        # A clock that was set back must not hold slots for as long as it was ahead.
        ahead_of_time = self._permits.update().where(is_of_budget & (permits.free_at > expires + _LONGEST_HOLD))
        connection.execute(ahead_of_time.values(free_at=expires))
        held = connection.execute(self._permits.select().where(is_of_budget).order_by(permits.free_at)).all()
        wait = seconds_until_permit(
            limit,
            now=now + skipped,
            free_at=[each.free_at for each in held if each.is_answered],
            in_flight=[each.free_at for each in held if not each.is_answered],
            ahead=ahead,
            paused_until=paused_until,
        )
        with lock_of_this_process(self._locks):
            self._line.note(call, where, is_waiting=wait > 0)
        if wait > 0:
            return wait
        for each in held[: max(0, len(held) + 1 - limit.calls)]:
            connection.execute(self._permits.delete().where(permits.number == each.number))
        row = {"budget": self._budget, "operation": wanted.operation.name, "free_at": expires, "is_answered": False}
        added = self._permits.insert().values(**row).returning(permits.number)
        return int(connection.execute(added).scalar_one())

    def _lock(self, connection: "Connection", wanted: Wanted) -> float:
        """Holds up the budget's other transactions until this one ends, and returns until when calls are paused."""
        key = {"budget": self._budget, "operation": wanted.operation.name}
        connection.execute(self._database.insert(self._pauses).values(**key, until=0.0).on_conflict_do_nothing())
        row = self._pauses.select().filter_by(**key).with_for_update()
        return float(connection.execute(row).one().until)

    def answered(self, permit: Permit) -> None:
        """Notes that the call was answered: the slot is free again one window from now."""

        def note(connection: "Connection") -> None:
            free_at = self._database.now(connection) + permit.wanted.limit.seconds
            row = self._permits.c.number == permit.number
            connection.execute(self._permits.update().where(row).values(free_at=free_at, is_answered=True))

        self._database.run(note)

    def unused(self, permit: Permit) -> None:
        """Notes that no request left: the slot is free at once."""
        row = self._permits.c.number == permit.number
        self._database.run(lambda connection: connection.execute(self._permits.delete().where(row)))

    def pause(self, wanted: Wanted, seconds: float) -> None:
        """Notes that the service asked everybody to wait."""

        def note(connection: "Connection") -> None:
            until = max(self._lock(connection, wanted), self._database.now(connection) + seconds)
            pauses = self._pauses.c
            row = (pauses.budget == self._budget) & (pauses.operation == wanted.operation.name)
            connection.execute(self._pauses.update().where(row).values(until=until))

        self._database.run(note)

    def leave(self, call: object) -> None:
        """Notes that a call has ended."""
        with lock_of_this_process(self._locks):
            self._line.leave(call)

    def close(self) -> None:
        """Closes the database."""
        self._database.close()


def _tables() -> "tuple[Table, Table]":
    from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Integer, MetaData, Table, Text

    metadata = MetaData()
    permits = Table(
        "feishu_mail_permits",
        metadata,
        Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
        Column("budget", Text, nullable=False),
        Column("operation", Text, nullable=False),
        Column("free_at", Double, nullable=False),
        Column("is_answered", Boolean, nullable=False),
        Index("feishu_mail_permits_of_budget", "budget", "operation", "free_at"),
        sqlite_autoincrement=True,
    )
    pauses = Table(
        "feishu_mail_pauses",
        metadata,
        Column("budget", Text, primary_key=True),
        Column("operation", Text, primary_key=True),
        Column("until", Double, nullable=False),
    )
    return permits, pauses
