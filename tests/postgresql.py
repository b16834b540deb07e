"""A PostgreSQL server of our own: an ordinary user's, in a temporary folder, on a free port of 127.0.0.1.

It writes to disk as a real one does (fsync), and is stopped when the context is left, however it is left.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
import pytest

_NOBODY: Final = ("postgres", "nobody")
"""Who runs the server where we are root, which PostgreSQL refuses to be run by; the first that exists."""
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 10


class PostgreSQL:
    """A server that runs."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._as_user = _as_ordinary_user(folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self._run("initdb", "--auth=trust", "--username=feishu", "--encoding=UTF8", "--locale=C", "--pgdata=data")
        self.port = _free_port()

    @property
    def url(self) -> str:
        """The URL of its database ``postgres``, as SQLAlchemy takes it."""
        return f"postgresql+psycopg://feishu@127.0.0.1:{self.port}/postgres"

    def new_database(self) -> str:
        """Creates an empty database, and returns its URL."""
        self._databases += 1
        name = f"database_{self._databases}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url.removesuffix("postgres") + name

    def start(self) -> None:
        """Starts it, and returns when it takes connections."""
        # The options are given here and not in the file, so that nothing of the machine's configuration takes part.
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "on",
            "max_connections": 100,
            "log_min_messages": "warning",
        }
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *self._as_user,
                    str(self._programs / "postgres"),
                    "-Ddata",
                    *(f"-c{name}={value}" for name, value in options.items()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,  # a Ctrl-C is for us, who then stop it
            )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._connect().close()
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log_text = (self._folder / "log").read_text("utf-8", "replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{log_text}") from error
                time.sleep(0.05)
            else:
                return

    def stop(self, *, immediate: bool = False) -> None:
        """Stops it: connections are closed, or, as in a crash, cut off with nothing written any more."""
        process = self._process
        if process is None:
            return
        how = [signal.SIGQUIT, signal.SIGKILL] if immediate else [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL]
        try:
            for each in how:
                process.send_signal(each)
                try:
                    process.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
                break
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            self._process = None

    def restart(self, *, immediate: bool = False) -> None:
        """Stops it and starts it again, on the same port."""
        self.stop(immediate=immediate)
        self.start()

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="feishu", dbname="postgres", autocommit=True, connect_timeout=5
        )

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, str(self._programs / program), *arguments]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")


def find_programs() -> Path | None:
    """Returns the folder of PostgreSQL's programs, the newest version's; Debian keeps them out of the PATH."""
    found = shutil.which("postgres")
    if found is not None and shutil.which("initdb") is not None:
        return Path(found).resolve().parent
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


@contextmanager
def running_postgresql() -> Iterator[PostgreSQL]:
    """Runs a server while the context is open.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
    """
    programs = find_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed: neither in the PATH nor below /usr/lib/postgresql")
    with tempfile.TemporaryDirectory(prefix="feishu-mail-postgresql-") as folder:
        server = PostgreSQL(programs, Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server for all tests of a process; each test makes a database of its own."""
    if find_programs() is None and os.environ.get("CI") != "true":
        pytest.skip("needs PostgreSQL, which is not installed")
    with running_postgresql() as server:
        yield server


def _as_ordinary_user(folder: Path) -> list[str]:
    """Returns what a command is preceded by; nothing where we are an ordinary user ourselves."""
    if os.geteuid() != 0:
        return []
    for name in _NOBODY:
        if subprocess.run(["id", name], capture_output=True, check=False).returncode == 0:
            shutil.chown(folder, name)
            return ["setpriv", f"--reuid={name}", f"--regid={name}", "--clear-groups"]
    raise RuntimeError("PostgreSQL cannot be run by root, and there is neither a user postgres nor nobody")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
