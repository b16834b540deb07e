"""Opens a ledger, and with it loads SQLAlchemy, which nothing else here does."""

from typing import TYPE_CHECKING

from feishu_mail.calls.databases import Database, database_failed

if TYPE_CHECKING:
    from feishu_mail.many.ledger import Ledger


def open_ledger(url: str, *, must_exist: bool = False) -> "Ledger":
    """Returns the ledger, made if it is not there, unless it must be.

    Raises:
        InvalidArgument: the URL cannot be used.
        ConfigurationError: an extra is not installed.
        LedgerError: the database cannot be used, or a newer feishu-mail wrote it.
    """
    # Says which extra is missing, where one is.
    database = Database(url)
    if must_exist and not database.exists:
        raise database_failed("there is no such file")
    from feishu_mail.many.ledger import Ledger

    return Ledger(url)
