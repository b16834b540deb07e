"""The tables of a ledger, their version, and how an older version becomes this one. Times are seconds since 1970."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    select,
    true,
    update,
)

from feishu_mail.calls.databases import database_failed

VERSION: Final = 1
MIGRATIONS: Final[Mapping[int, Callable[[Connection], None]]] = {}
"""By version, what makes the next one of it; the tables of each are spelled out there, not taken from below."""

METADATA: Final = MetaData()
_ID: Final = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts by itself only where it reads INTEGER

ledger: Final = Table(
    "feishu_mail_ledger",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("service", Text),
    Column("stopped_name", Text),
    Column("stopped_code", BigInteger),
    Column("stopped_at", Double),
)
"""One row. Whoever claims a draft locks it first, so that claims are made one after the other."""

mailboxes: Final = Table(
    "feishu_mail_mailboxes",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("turn", Double),
    Column("waits", Boolean, nullable=False, default=False),
    Column("claimed_by", Text),
    Column("held_name", Text),
    Column("held_code", BigInteger),
)
"""``turn`` is when the mailbox was last served, and the earliest is served first; NULL where nothing is to be served.
While ``waits``, it is a time to be waited for: the end of a lease (``claimed_by``), or one that a refusal named."""
# Two look-ups find the next mailbox, however many there are: the first that does not wait, and the first that does.
Index("feishu_mail_mailboxes_turns", mailboxes.c.waits, mailboxes.c.turn, mailboxes.c.id)
_IS_CLAIMED: Final = mailboxes.c.claimed_by.is_not(None)
Index(
    "feishu_mail_mailboxes_claims",
    mailboxes.c.claimed_by,
    mailboxes.c.turn,
    sqlite_where=_IS_CLAIMED,
    postgresql_where=_IS_CLAIMED,
)

drafts: Final = Table(
    "feishu_mail_drafts",
    METADATA,
    Column("number", _ID, primary_key=True),
    Column("mailbox_id", BigInteger, nullable=False),
    Column("draft_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("name", Text),
    Column("code", BigInteger),
    Column("log_id", Text),
    Column("message_id", Text),
    Column("began_at", Double),
    Column("ended_at", Double),
    UniqueConstraint("mailbox_id", "draft_id"),
)
"""``is_open``: to be claimed in this run."""
_IS_OPEN: Final = drafts.c.is_open == true()  # SQLite uses the index only where it reads the same words as here
Index("feishu_mail_drafts_open", drafts.c.mailbox_id, drafts.c.number, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)

loading: Final = Table(
    "feishu_mail_loading",
    METADATA,
    Column("load_id", Text, primary_key=True),
    Column("position", _ID, primary_key=True, autoincrement=False),
    Column("mailbox_id", BigInteger, nullable=False),
    Column("draft_id", Text, nullable=False),
    Column("loaded_at", Double, nullable=False),
)
"""Drafts that are being loaded; they become drafts all at once, or not at all."""


def prepare(
    connection: Connection,
    version: int = VERSION,
    migrations: Mapping[int, Callable[[Connection], None]] = MIGRATIONS,
) -> None:
    """Creates the tables, or makes this version's of older ones.

    Raises:
        LedgerError: they are of a newer version, or of one that is too old.
    """
    if not inspect(connection).has_table(ledger.name):
        METADATA.create_all(connection)
        connection.execute(ledger.insert().values(id=1, version=version))
        return
    found = connection.execute(select(ledger.c.version)).scalar_one()
    if found > version:
        raise database_failed(f"its ledger is of version {found}, which a newer feishu-mail wrote; upgrade this one")
    for old in range(found, version):
        if old not in migrations:
            raise database_failed(f"its ledger is of version {found}, which this feishu-mail is too new to read")
        migrations[old](connection)
        connection.execute(update(ledger).values(version=old + 1))
