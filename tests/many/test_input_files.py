"""What `send-many` reads: TSV or CSV, with a header or without; a line that cannot be used is named by its number."""

import pytest

from feishu_mail import InvalidArgument
from feishu_mail.many.input_files import read_drafts

READ: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "draft ids": ("a\nb\n", [("me", "a"), ("me", "b")]),
    "no newline at the end": ("a\nb", [("me", "a"), ("me", "b")]),
    "empty lines, and those of Windows": ("a\r\n\r\n  \r\nb\r\n", [("me", "a"), ("me", "b")]),
    "mailbox and draft id, by commas": ("x@y.z,a\nme,b\n", [("x@y.z", "a"), ("me", "b")]),
    "by tabs": ("x@y.z\ta\nme\tb\n", [("x@y.z", "a"), ("me", "b")]),
    "a header": ("draft_id\na\n", [("me", "a")]),
    "a header in another order, with more columns": (
        "subject,Draft ID,Mailbox\nhello,a,x@y.z\n",
        [("x@y.z", "a")],
    ),
    "a header in Chinese": ("邮箱\t草稿ID\nx@y.z\ta\n", [("x@y.z", "a")]),
    "a byte order mark": ("\ufeffdraft_id\na\n", [("me", "a")]),
    "quotes, with a comma and a line break": ('note,draft_id\n"one,\ntwo",a\n', [("me", "a")]),
    "nothing": ("", []),
    "an id with letters of any kind": ("草稿 1\n", [("me", "草稿 1")]),
}

REFUSED: dict[str, tuple[bytes, str]] = {
    "three columns that no header names": (b"a\nx@y.z,a,b\n", "line 2"),
    "a row that is longer than the header": (b"draft_id\na,b\n", "line 2"),
    "columns the wrong way round": (b"a,x@y.z\n", "line 1"),
    "an empty id": (b"x@y.z,a\nx@y.z,\n", "line 2"),
    "an id that names another path": (b"a\n..\n", "line 2"),
    "another encoding": (b"a\n" + "邮箱,a\n".encode("gbk"), "line 2"),
    "a quote that does not end": (b'a\n"b\nc\n', "line 3"),
    "a control character": (b"a\x00\n", "line 1"),
}


@pytest.mark.parametrize(("text", "drafts"), READ.values(), ids=READ)
def test_drafts_are_read(text: str, drafts: list[tuple[str, str]]) -> None:
    assert list(read_drafts(text.encode().splitlines(keepends=True))) == drafts


@pytest.mark.parametrize(("text", "named"), REFUSED.values(), ids=REFUSED)
def test_a_line_that_cannot_be_used_is_named_and_not_quoted(text: bytes, named: str) -> None:
    with pytest.raises(InvalidArgument, match=named) as refused:
        list(read_drafts(text.splitlines(keepends=True)))
    assert "x@y.z" not in str(refused.value)
