"""httpcore's log lines about exchanges of ours: they say what begins, not how it ends, which quotes the other side.

At DEBUG it writes down every header and reason phrase that it receives, and every line that it cannot read.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_LOGGERS: Final = ("httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks")
_is_ours: Final[ContextVar[bool]] = ContextVar("feishu_mail_exchange", default=False)


@contextmanager
def own_exchange() -> Iterator[None]:
    """Marks what this thread or task does as ours; httpcore's lines about a caller's own client stay as they are."""
    before = _is_ours.set(True)
    try:
        yield
    finally:
        _is_ours.reset(before)


def keep_library_logs_discreet() -> None:
    """Adds the filter to httpcore's loggers, once."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_only_beginnings)


def _only_beginnings(record: logging.LogRecord) -> bool:
    message = str(record.msg)
    # A SOCKS proxy's password is an argument of how it begins.
    return not _is_ours.get() or (message.partition(" ")[0].endswith(".started") and " auth=" not in message)
