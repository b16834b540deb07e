"""Sends drafts with our SDK, as its README says."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from feishu_mail import AsyncFeishuMail, FeishuMail


@contextmanager
def opened(base_url: str) -> Iterator[Callable[[str, str], str | None]]:
    """Yields what sends one draft and returns the id of its mail."""
    with FeishuMail(access_token="u-bench", base_url=base_url) as mail:
        yield lambda mailbox, draft: mail.drafts.send(draft, user_mailbox_id=mailbox).message_id


@asynccontextmanager
async def opened_async(base_url: str) -> AsyncIterator[Callable[[str, str], Awaitable[str | None]]]:
    """Yields the same for tasks."""
    async with AsyncFeishuMail(access_token="u-bench", base_url=base_url) as mail:

        async def send(mailbox: str, draft: str) -> str | None:
            return (await mail.drafts.send(draft, user_mailbox_id=mailbox)).message_id

        yield send


if __name__ == "__main__":
    with opened(sys.argv[1]) as send_one:
        sys.exit(not send_one("me", sys.argv[2]))
