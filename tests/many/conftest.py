"""Databases for the tests of a ledger: each test runs on SQLite, on PostgreSQL, and with every transaction repeated."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection

from feishu_mail.calls.databases import Database, Result
from feishu_mail.many.ledger import Ledger
from tests.postgresql import PostgreSQL, postgresql

__all__ = ["postgresql"]


class RepeatingDatabase(Database):
    """Commits, and runs it again, as if the connection had been lost before the commit was confirmed."""

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Returns what the repetition returns."""
        super().run(work)
        return super().run(work)


@pytest.fixture(params=["SQLite", "SQLite, each transaction twice", "PostgreSQL"])
def database_class(request: pytest.FixtureRequest) -> type[Database]:
    return RepeatingDatabase if "twice" in request.param else Database


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; of SQLite, unless the test is run for each database."""
    kind = request.node.callspec.params.get("database_class") if hasattr(request.node, "callspec") else None
    if kind == "PostgreSQL":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        return server.new_database()
    return f"sqlite:///{tmp_path / 'run.db'}"


@pytest.fixture
def open_ledger(url: str, database_class: type[Database]) -> Iterator[Callable[[], Ledger]]:
    """Opens the same ledger once more, as another process would."""
    with ExitStack() as closing:

        def opened() -> Ledger:
            database = database_class(url)
            closing.callback(database.close)
            return Ledger(database)

        yield opened


@pytest.fixture
def ledger(open_ledger: Callable[[], Ledger]) -> Ledger:
    return open_ledger()
