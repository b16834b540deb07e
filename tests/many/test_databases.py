"""The database below a ledger: what its URL may be, what happens when it fails, and who may read its file."""

import os
import stat
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from feishu_mail import ConfigurationError, InvalidArgument, LedgerError
from feishu_mail.calls.databases import Database
from tests.postgresql import PostgreSQL

UNUSABLE_URLS = [
    *(
        "",
        "run.db",
        "://",
        "mysql://name:s3cret@host/x",
        "oracle://name:s3cret@host/x",
        "postgresql://a:s3cret@host:port/x",
    ),
    *("sqlite://", "sqlite:///:memory:", "sqlite:///file:s3cret?mode=memory&uri=true", "sqlite+aiosqlite:///s3cret.db"),
    *(None, 5),
]


def insert(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE IF NOT EXISTS numbers (number INTEGER)"))
    connection.execute(text("INSERT INTO numbers VALUES (1)"))


def count(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM numbers")).scalar_one())


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url, patience=0.1)
    yield database
    database.close()


@pytest.mark.parametrize("url", UNUSABLE_URLS)
def test_a_url_that_cannot_be_used_is_not_repeated(url: object) -> None:
    with pytest.raises(InvalidArgument) as raised:
        Database(url)  # type: ignore[arg-type]
    assert "s3cret" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize(
    ("absent", "url", "extra"), [("sqlalchemy", "sqlite:///x.db", "many"), ("psycopg", "postgresql://host/x", "fleet")]
)
def test_the_extra_that_is_missing_is_named(absent: str, url: str, extra: str) -> None:
    program = (
        f"import sys\nsys.modules[{absent!r}] = None\n"
        "import feishu_mail\nfrom feishu_mail.calls.databases import Database\n"
        f"try: Database({url!r})\nexcept feishu_mail.ConfigurationError as error: print(error)"
    )
    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert f"feishu-mail[{extra}]" in printed
    assert issubclass(InvalidArgument, ConfigurationError)


def test_what_fails_is_rolled_back(database: Database) -> None:
    database.run(insert)

    def failing(connection: Connection) -> None:
        insert(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.run(failing)
    assert database.run(count) == 1


@pytest.mark.skipif(os.name != "posix", reason="files have modes on POSIX")
def test_only_its_owner_reads_the_file(database: Database, tmp_path: Path) -> None:
    database.run(insert)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"run.db": 0o600, "run.db-wal": 0o600, "run.db-shm": 0o600}


def test_the_folder_may_be_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    database = Database("sqlite:///run.db")
    monkeypatch.chdir("/")
    database.run(insert)
    database.close()
    assert (tmp_path / "run.db").exists()


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("no database " * 100, "utf-8")
    reasons = {
        "letter.txt": "no SQLite database",
        "": "directory",
        "absent/run.db": "directory of its file does not exist",
    }
    for name, reason in reasons.items():
        with pytest.raises(LedgerError, match=reason) as raised:
            Database(f"sqlite:///{tmp_path / name}").run(count)
        assert raised.value.__context__ is None
        assert (raised.value.outcome, raised.value.retry_after, raised.value.affects) == ("not_done", None, "app")


def test_a_full_disk_is_said_and_loses_nothing(database: Database) -> None:
    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 4")
        connection.execute(
            text("INSERT INTO numbers SELECT value FROM json_each(:array)"), {"array": f"[{'1,' * 20000}1]"}
        )

    database.run(insert)
    with pytest.raises(LedgerError, match="the disk is full"):
        database.run(fill)
    assert database.run(count) == 1


def test_a_lock_is_awaited_for_as_long_as_is_said(database: Database, url: str) -> None:
    other = Database(url)
    has_lock, may_go_on = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        insert(connection)
        has_lock.set()
        may_go_on.wait(60)

    thread = threading.Thread(target=other.run, args=(hold,))
    thread.start()
    has_lock.wait(60)
    with pytest.raises(LedgerError, match="locked"):
        database.run(insert)
    may_go_on.set()
    thread.join()
    other.close()
    assert database.run(count) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_uses_no_connection_of_its_parent(postgresql: PostgreSQL, tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'run.db'}", postgresql.new_database()):
        # In a process of its own: this one has threads, which do not bear a fork.
        program = (
            "import os\nfrom sqlalchemy import text\nfrom feishu_mail.calls.databases import Database\n"
            "def insert(connection): connection.execute(text('INSERT INTO numbers VALUES (1)'))\n"
            f"database = Database({url!r})\n"
            "database.run(lambda connection: connection.execute(text('CREATE TABLE numbers (number INTEGER)')))\n"
            "children = []\n"
            "for _ in range(3):\n"
            "    child = os.fork()\n"
            "    for _ in range(20): database.run(insert)\n"
            "    if not child: raise SystemExit\n"
            "    children.append(child)\n"
            "assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]\n"
        )
        subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)
        database = Database(url)
        assert database.run(count) == 6 * 20
        database.close()


@pytest.mark.parametrize("immediate", [False, True])
def test_a_server_that_restarts_is_awaited(postgresql: PostgreSQL, immediate: bool) -> None:
    database = Database(postgresql.new_database())
    database.run(insert)
    restarts = [True]

    def interrupted(connection: Connection) -> int:
        insert(connection)
        if restarts:
            restarts.pop()
            postgresql.restart(immediate=immediate)
        return count(connection)

    assert database.run(interrupted) == 2
    database.close()


def test_what_is_wrong_with_a_server_is_said(postgresql: PostgreSQL) -> None:
    reasons = {
        f"postgresql://feishu@127.0.0.1:{postgresql.port}/absent": "no database of that name",
        f"postgresql://s3cret@127.0.0.1:{postgresql.port}/postgres": "refuses this user or password",
        "postgresql://feishu:s3cret@127.0.0.1:1/postgres": "cannot be reached",
    }
    for url, reason in reasons.items():
        with pytest.raises(LedgerError, match=reason) as raised:
            Database(url, patience=0).run(count)
        assert "s3cret" not in "".join(traceback.format_exception(raised.value))


def test_who_is_suspended_in_a_transaction_does_not_keep_its_locks(postgresql: PostgreSQL) -> None:
    database = Database(postgresql.url.replace("+psycopg", ""))
    shown = database.run(
        lambda connection: connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar()
    )
    assert shown == "10s"
    database.close()


def test_the_time_is_the_servers_or_that_of_the_clock_that_is_given(postgresql: PostgreSQL, tmp_path: Path) -> None:
    at_home = Database(f"sqlite:///{tmp_path / 'run.db'}", clock=lambda: 5.0)
    server = Database(postgresql.url, clock=lambda: 5.0)
    assert at_home.run(at_home.now) == 5.0
    assert server.run(server.now) > 1.7e9
    at_home.close()
    server.close()


def test_a_second_connection_takes_no_lock_from_the_first(tmp_path: Path) -> None:
    """A process that closes a file loses its locks on it; another then takes itself for the last, and tidies up."""
    database = Database(f"sqlite:///{tmp_path}/run.db")
    program = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM numbers').connection.close()"
    )

    def work(connection: Connection) -> None:
        database._engine().connect().close()
        subprocess.run([sys.executable, "-c", program, str(tmp_path / "run.db")], check=True)

    database.run(insert)
    database.run(work)
    assert (tmp_path / "run.db-wal").exists()
