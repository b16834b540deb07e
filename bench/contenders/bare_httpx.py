"""Sends drafts with httpx and nothing else: one open client, the URL, the token, the JSON of the answer."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx

HEADERS = {"Authorization": "Bearer u-bench"}
PATH = "/open-apis/mail/v1/user_mailboxes/{}/drafts/{}/send"


@contextmanager
def opened(base_url: str) -> Iterator[Callable[[str, str], str | None]]:
    """Yields what sends one draft and returns the id of its mail."""
    url = base_url + PATH
    with httpx.Client() as client:

        def send(mailbox: str, draft: str) -> str | None:
            message_id: str | None = client.post(url.format(mailbox, draft), headers=HEADERS).json()["data"][
                "message_id"
            ]
            return message_id

        yield send


@asynccontextmanager
async def opened_async(base_url: str) -> AsyncIterator[Callable[[str, str], Awaitable[str | None]]]:
    """Yields the same for tasks."""
    url = base_url + PATH
    async with httpx.AsyncClient() as client:

        async def send(mailbox: str, draft: str) -> str | None:
            answer = await client.post(url.format(mailbox, draft), headers=HEADERS)
            message_id: str | None = answer.json()["data"]["message_id"]
            return message_id

        yield send


if __name__ == "__main__":
    with opened(sys.argv[1]) as send_one:
        sys.exit(not send_one("me", sys.argv[2]))
