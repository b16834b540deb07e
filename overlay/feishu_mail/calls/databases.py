"""A database for what several threads, processes or hosts share: SQLite in a file, or PostgreSQL, behind one interface.

SQLAlchemy is imported when a ``Database`` is made, so that who needs none needs no SQLAlchemy.
"""

import errno
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar
from weakref import ref

from feishu_mail.outcomes import own_facts
from feishu_mail.outcomes.exceptions import FeishuMailError, exception_for, invalid_argument
from feishu_mail.outcomes.failures import failure_of
from feishu_mail.wire.locks import lock_of_this_process

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine, Table
    from sqlalchemy.exc import SQLAlchemyError

PATIENCE: Final = 60.0
"""Seconds for which a lock is awaited, and a database that was reached before and is not now."""
_PATIENCE_AT_FIRST: Final = 5.0
"""Seconds for which a server that was never reached is awaited: its address may be wrong."""
_BUSY_SECONDS: Final = 1.0
"""SQLite waits for locks in C, where Ctrl-C is not noticed; so it waits for this long at most, as often as it takes."""
_CONNECTIONS: Final = 5
_LOG_NAME: Final = "feishu_mail"
# SQLAlchemy logs rows, with the addresses in them, and where it is connected to, wherever DEBUG is on.
for _logger in ("engine.Engine", "pool.impl.QueuePool"):
    logging.getLogger(f"sqlalchemy.{_logger}.{_LOG_NAME}").setLevel(logging.INFO)

_POSTGRESQL: Final = ("postgresql", "postgres", "postgresql+psycopg")
_SQLITE: Final = ("sqlite", "sqlite+pysqlite")
# A client that is suspended in mid-transaction loses it, and with it the locks that all the others await.
_POSTGRESQL_SETTINGS: Final = (
    "SET idle_in_transaction_session_timeout = 10000",
    f"SET lock_timeout = {int(PATIENCE * 1000)}",
)
# A host that vanished without a word is noticed within half a minute.
_POSTGRESQL_ARGUMENTS: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "application_name": "feishu_mail",
}
_SCHEMA_LOCK: Final = 0x6665697368  # any number will do that is the same everywhere

Result = TypeVar("Result")


class Trouble(NamedTuple):
    """What a failure of the database means."""

    reason: str
    passes: bool = False
    """Whether it may be over in a moment."""
    reached: bool = True
    """False: there was no connection at all."""


class Database:
    """Runs transactions. Safe to share among threads; a forked child opens connections of its own.

    Args:
        url: ``sqlite:///run.db``, ``sqlite:////absolute/run.db`` or ``postgresql://user:password@host/database``.
        patience: seconds for which a lock, or a database that was reached before, is awaited.
        clock: the time of SQLite's users, in seconds since 1970. PostgreSQL has a clock of its own.

    Raises:
        InvalidArgument: the URL is none of these; it is not repeated, for it may hold a password.
        ConfigurationError: the extra ``many`` (SQLAlchemy) or ``fleet`` (psycopg) is not installed.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE, clock: Callable[[], float] = time.time) -> None:
        try:
            import sqlalchemy
        except ImportError:
            sqlalchemy = None  # type: ignore[assignment]
        if sqlalchemy is None:
            raise _extra_missing("many")
        self._url = _parse(url)
        self.is_postgresql: Final = self._url.drivername == _POSTGRESQL[-1]
        self._patience = patience
        self._clock = clock
        self._was_reached = False
        self._engines: dict[int, Engine] = {}
        self._engine()
        _forget_vanished()
        _databases.append(ref(self))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'PostgreSQL' if self.is_postgresql else 'SQLite'}>"

    @property
    def exists(self) -> bool:
        """Whether there is a file; a server says so by itself when it is asked for anything."""
        return self.is_postgresql or Path(self._url.database or "").exists()

    def insert(self, table: "Table") -> Any:
        """Returns an insert that can leave alone what is there, which both databases know, each in a way of its own."""
        from sqlalchemy.dialects import postgresql, sqlite

        return postgresql.insert(table) if self.is_postgresql else sqlite.insert(table)

    def run(self, work: "Callable[[Connection], Result]") -> Result:
        """Returns what ``work`` returns, and commits; rolls back and passes on what it raises.

        Transactions that write wait for each other, on SQLite from the start (BEGIN IMMEDIATE). ``work`` is run again
        when a connection was lost, maybe after it was committed: it must bear that.

        Raises:
            LedgerError: the database failed, or was locked or away for longer than is waited.
        """
        from sqlalchemy import exc

        start = time.monotonic()
        delay = 0.02
        while True:
            try:
                with self._engine().begin() as connection:
                    self._was_reached = True
                    return work(connection)
            except (exc.DBAPIError, exc.TimeoutError) as error:
                trouble = _trouble_of(error)
            # Outside of the handler: the driver's error may quote addresses and the user's name, and is not chained.
            is_new_to_us = not (trouble.reached or self._was_reached)
            patience = min(_PATIENCE_AT_FIRST, self._patience) if is_new_to_us else self._patience
            if not trouble.passes or time.monotonic() - start + delay > patience:
                raise database_failed(trouble.reason)
            time.sleep(delay)
            delay = min(2 * delay, 1.0)

    def now(self, connection: "Connection") -> float:
        """Returns the seconds since 1970: by the server's clock, where there is a server."""
        if not self.is_postgresql:
            return self._clock()
        return float(connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar_one())

    def driver_arguments(self) -> dict[str, Any]:
        """Returns what the driver connects with, for who shares the database by other means than ``run``."""
        return {**self._engine().dialect.create_connect_args(self._url)[1], **self._connect_arguments()}

    def run_alone(self, work: "Callable[[Connection], Result]") -> Result:
        """Runs ``work`` as ``run`` does, while nobody else is here: to create tables, or to change them."""

        def locked(connection: "Connection") -> Result:
            if self.is_postgresql:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
            return work(connection)

        return self.run(locked)

    def close(self) -> None:
        """Closes the connections that nobody uses at the moment. Another ``run`` opens one again."""
        engine = self._engines.get(os.getpid())
        if engine is not None:
            engine.dispose()

    def _connect_arguments(self) -> dict[str, Any]:
        if not self.is_postgresql:
            timeout = min(_BUSY_SECONDS, self._patience)
            return {"isolation_level": None, "timeout": timeout, "check_same_thread": False}
        return {name: value for name, value in _POSTGRESQL_ARGUMENTS.items() if name not in self._url.query}

    def _engine(self) -> "Engine":
        engine = self._engines.get(os.getpid())
        # One step for the interpreter, so that two threads get the same engine.
        return engine or self._engines.setdefault(os.getpid(), self._new_engine())

    def _new_engine(self) -> "Engine":
        from sqlalchemy import create_engine, event, pool

        try:
            engine = create_engine(
                self._url,
                connect_args=self._connect_arguments(),
                hide_parameters=True,
                poolclass=pool.QueuePool,
                pool_size=_CONNECTIONS,
                max_overflow=0,
                pool_timeout=PATIENCE,
                logging_name=_LOG_NAME,
                pool_logging_name=_LOG_NAME,
            )
        except ImportError:
            engine = None
        if engine is None:
            raise _extra_missing("fleet")
        if self.is_postgresql:
            event.listen(engine, "connect", _set_up_postgresql)
        else:
            event.listen(engine, "do_connect", _make_private_file)
            event.listen(engine, "connect", _set_up_sqlite)
            # Python's driver begins transactions late, and deferred; so SQLAlchemy's documentation has it done here.
            event.listen(engine, "begin", _begin_immediate)
        return engine


_databases: list[ref[Database]] = []


def _forget_vanished() -> None:
    _databases[:] = [each for each in _databases if each() is not None]


def _close_all() -> None:
    # SQLite's files must not be closed by a child of the process that opened them, nor PostgreSQL's sockets.
    for reference in _databases:
        database = reference()
        if database is not None:
            database.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_close_all)


def _parse(text: object) -> "URL":
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    url = None
    with suppress(ArgumentError, ValueError):
        url = make_url(text) if isinstance(text, str) else None
    # Outside of the handler: what is chained would repeat the URL, which may hold a password.
    if url is None:
        raise invalid_argument("the database is not named by a URL such as sqlite:///run.db or postgresql://host/name")
    if url.drivername in _POSTGRESQL:
        return url.set(drivername=_POSTGRESQL[-1])
    if url.drivername not in _SQLITE:
        raise invalid_argument("the database's URL must begin with sqlite: or postgresql:")
    if url.database in (None, "", ":memory:") or url.host or url.query:
        raise invalid_argument("the database's URL must name a file, as in sqlite:///run.db")
    return url.set(drivername=_SQLITE[0], database=str(Path(url.database or "").absolute()))


_making: dict[int, threading.Lock] = {}


def _make_private_file(_dialect: Any, _record: Any, arguments: list[Any], _parameters: dict[str, Any]) -> None:
    """Makes the file before SQLite does, to be read by nobody else; SQLite gives the files beside it the same mode."""
    reason, path = None, arguments[0]
    try:
        # A file that is there is not opened: to close it would take from this process the locks that SQLite has on it.
        with lock_of_this_process(_making):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if Path(path).is_dir():
            reason = "its path is that of a directory"
        elif not os.access(path, os.R_OK | os.W_OK):
            reason = "this user may not write its file"
    except (FileNotFoundError, NotADirectoryError):
        reason = "the directory of its file does not exist"
    except PermissionError:
        reason = "this user may not write its file"
    except OSError as error:
        reason = f"its file cannot be opened ({errno.errorcode.get(error.errno or 0, 'OSError')})"
    if reason:
        raise database_failed(reason)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_immediate(connection: "Connection") -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _set_up_postgresql(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    for statement in _POSTGRESQL_SETTINGS:
        connection.execute(statement)
    connection.autocommit = False


_OF_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: Trouble("another program has kept it locked", passes=True),
    sqlite3.SQLITE_LOCKED: Trouble("another program has kept it locked", passes=True),
    sqlite3.SQLITE_FULL: Trouble("the disk is full"),
    sqlite3.SQLITE_CANTOPEN: Trouble("its file cannot be opened"),
    sqlite3.SQLITE_NOTADB: Trouble("its file is no SQLite database"),
    sqlite3.SQLITE_CORRUPT: Trouble("its file is damaged"),
    sqlite3.SQLITE_READONLY: Trouble("its file is read-only"),
    sqlite3.SQLITE_PERM: Trouble("this user may not write its file"),
    sqlite3.SQLITE_IOERR: Trouble("its file cannot be read or written"),
}
_AWAY: Final = Trouble("the server cannot be reached, or the connection was lost", passes=True)
# By SQLSTATE, the longest beginning that fits.
_OF_POSTGRESQL: Final = {
    "08": _AWAY,
    "25006": Trouble("it is read-only"),
    "25P03": _AWAY,
    "28": Trouble("the server refuses this user or password"),
    "3D": Trouble("the server has no database of that name"),
    "40": Trouble("other transactions kept getting in the way", passes=True),
    "42501": Trouble("this user lacks a privilege"),
    "53": Trouble("the server has no memory or connection left", passes=True),
    "53100": Trouble("the disk is full"),
    "55P03": Trouble("another program has kept it locked"),
    "57P": _AWAY,
    "58": Trouble("the server cannot read or write its files"),
}
# A refusal to connect has no SQLSTATE; where the server speaks another language, it is awaited for a few seconds.
_REFUSALS: Final = {
    "authentication failed": _OF_POSTGRESQL["28"],
    "pg_hba.conf": _OF_POSTGRESQL["28"],
    "no password supplied": _OF_POSTGRESQL["28"],
    'role "': _OF_POSTGRESQL["28"],
    'database "': _OF_POSTGRESQL["3D"],
}


def _trouble_of(error: "SQLAlchemyError") -> Trouble:
    from sqlalchemy.exc import DBAPIError

    if not isinstance(error, DBAPIError):
        return Trouble("its connections were all in use for too long")
    cause: Any = error.orig
    sqlite_code = getattr(cause, "sqlite_errorcode", None)
    if sqlite_code is not None:
        known = _OF_SQLITE.get(sqlite_code & 0xFF)  # the rest of it says more, as where in a file
        return known or Trouble(f"it refused a statement ({cause.sqlite_errorname})")
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        known = next((_OF_POSTGRESQL[state[:size]] for size in (5, 3, 2) if state[:size] in _OF_POSTGRESQL), None)
        return known or Trouble(f"it refused a statement (SQLSTATE {state})")
    if error.connection_invalidated:
        return _AWAY
    if error.statement is not None:
        return Trouble(f"it refused a statement ({type(cause).__name__})")
    refusal = next((trouble for words, trouble in _REFUSALS.items() if words in str(cause)), None)
    return refusal or _AWAY._replace(reached=False)


def database_failed(reason: str) -> FeishuMailError:
    """Returns the LedgerError for a database that cannot be used."""
    return exception_for(failure_of(None, own_facts.DATABASE_FAILED, reason=reason))


def _extra_missing(extra: str) -> FeishuMailError:
    reason = f"pip install 'feishu-mail[{extra}]'"
    return exception_for(failure_of(None, own_facts.EXTRA_MISSING, reason=reason))
