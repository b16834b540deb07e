"""httpcore's log lines about exchanges of ours: they say what begins, not how it ends, which quotes the other side.

At DEBUG it writes down every header and reason phrase that it receives, and every line that it cannot read.
"""

import logging
from contextvars import ContextVar
from typing import Final

_LOGGERS: Final = ("httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks")
_is_ours: Final[ContextVar[bool]] = ContextVar("feishu_mail_exchange", default=False)


class OwnExchange:
    """Marks what this thread or task does as ours; httpcore's lines about a caller's own client stay as they are."""

    __slots__ = ("_before",)

    def __enter__(self) -> None:
        self._before = _is_ours.set(True)

    def __exit__(self, *_: object) -> None:
        _is_ours.reset(self._before)


def keep_library_logs_discreet() -> None:
    """Adds the filter to httpcore's loggers, once."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_only_beginnings)


def _only_beginnings(record: logging.LogRecord) -> bool:
    message = str(record.msg)
    # A SOCKS proxy's password is an argument of how it begins.
    return not _is_ours.get() or (message.partition(" ")[0].endswith(".started") and " auth=" not in message)
