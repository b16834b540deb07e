"""Reads the drafts to send from TSV or CSV: a draft id a line, or mailbox and draft id."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from feishu_mail.calls.arguments import check_id
from feishu_mail.outcomes.exceptions import FeishuMailError, InvalidArgument, invalid_argument

_COLUMNS: Final[Mapping[str, str]] = {
    "draft_id": "draft_id",
    "draft id": "draft_id",
    "draft": "draft_id",
    "草稿id": "draft_id",
    "草稿 id": "draft_id",
    "user_mailbox_id": "mailbox",
    "mailbox": "mailbox",
    "邮箱": "mailbox",
    "邮箱地址": "mailbox",
}
"""What the columns of a header may be called."""


def read_drafts(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Iterates over mailboxes and draft ids.

    The first line says by a tab in it that tabs separate the columns, else commas do. It may be a header, whose
    columns may stand in any order, with others between. Without one, a line has a draft id, of the mailbox ``me``, or
    a mailbox and a draft id. Empty lines are skipped.

    Raises:
        InvalidArgument: a line cannot be used; the message has its number, and not what it says.
    """
    texts = _decoded(lines)
    first = next((text for text in texts if text.strip()), "")
    number_of_first = texts.number
    rows = csv.reader(_chained(first, texts), delimiter="\t" if "\t" in first else ",", strict=True)
    columns: Sequence[str] | None = None
    is_first = True
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise _unusable(number_of_first - 1 + rows.line_num, str(error)) from None
        if row is None:
            return
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if is_first:
            is_first = False
            columns = _header(cells)
            if columns is not None:
                continue
        yield _draft(number_of_first - 1 + rows.line_num, cells, columns)


class _decoded(Iterator[str]):  # noqa: N801 -- reads as a function
    """The lines as text, and the number of the newest."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.number = 0
        self._lines = iter(lines)

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        try:
            return line.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise _unusable(self.number, "it is not UTF-8; save the file as UTF-8") from None


def _chained(first: str, others: Iterator[str]) -> Iterator[str]:
    yield first
    yield from others


def _header(cells: Sequence[str]) -> Sequence[str] | None:
    columns = [_COLUMNS.get(cell.casefold(), "") for cell in cells]
    return columns if columns.count("draft_id") == 1 and columns.count("mailbox") <= 1 else None


def _draft(number: int, cells: Sequence[str], columns: Sequence[str] | None) -> tuple[str, str]:
    if columns is None:
        if len(cells) > 2:
            raise _unusable(number, "there are more than two columns, and no header that names them")
        mailbox, draft_id = cells if len(cells) == 2 else ("me", cells[0])
    elif len(cells) != len(columns):
        raise _unusable(number, f"there are {len(cells)} columns, and the header has {len(columns)}")
    else:
        draft_id = cells[columns.index("draft_id")]
        mailbox = cells[columns.index("mailbox")] if "mailbox" in columns else "me"
    if mailbox != "me" and "@" not in mailbox:
        raise _unusable(number, "the mailbox is neither me nor an address; the columns are mailbox and draft id")
    try:
        return check_id("user_mailbox_id", mailbox), check_id("draft_id", draft_id)
    except FeishuMailError as error:
        raise _unusable(number, error.failure.reason or "") from None


def _unusable(number: int, reason: str) -> InvalidArgument:
    return invalid_argument(f"line {number}: {reason}")
