"""Our SDK, as its README says."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from feishu_mail import AsyncFeishuMail, FeishuMail, Pace

WIDE = Pace(calls=1_000_000, seconds=60)
"""A pace is kept, as by default, but one that nobody waits for."""


@contextmanager
def opened(base_url: str) -> Iterator[Callable[[str, str], Any]]:
    """Yields what sends the draft of a mailbox and returns the id of its mail."""
    with FeishuMail(access_token="u-bench", base_url=base_url, pace=WIDE) as mail:
        yield lambda mailbox, draft: mail.drafts.send(draft, user_mailbox_id=mailbox).message_id


@asynccontextmanager
async def opened_async(base_url: str) -> AsyncIterator[Callable[[str, str], Awaitable[Any]]]:
    """Yields the same for tasks."""
    async with AsyncFeishuMail(access_token="u-bench", base_url=base_url, pace=WIDE) as mail:

        async def send(mailbox: str, draft: str) -> Any:
            return (await mail.drafts.send(draft, user_mailbox_id=mailbox)).message_id

        yield send


@contextmanager
def opened_for_reads(base_url: str) -> Iterator[Callable[[str], Any]]:
    """Yields what reads a draft, over one kept connection."""
    with FeishuMail(access_token="u-bench", base_url=base_url, pace=None) as mail:
        yield mail.drafts.get


if __name__ == "__main__":
    with opened(sys.argv[1]) as send_one:
        sys.exit(not send_one("me", "draft-1"))
