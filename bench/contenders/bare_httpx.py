"""Bare httpx: an open client, the URL, the token, the JSON of the answer; a connection for each send, as we have."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx

HEADERS = {"Authorization": "Bearer u-bench"}
OWN_CONNECTION = {**HEADERS, "Connection": "close"}
DRAFT = "/open-apis/mail/v1/user_mailboxes/{}/drafts/{}"
SEND = DRAFT + "/send"


@contextmanager
def opened(base_url: str) -> Iterator[Callable[[str, str], Any]]:
    """Yields what sends the draft of a mailbox and returns the id of its mail."""
    url = base_url + SEND
    with httpx.Client(verify=httpx.create_ssl_context(), headers=OWN_CONNECTION) as client:
        yield lambda mailbox, draft: client.post(url.format(mailbox, draft)).json()["data"]["message_id"]


@asynccontextmanager
async def opened_async(base_url: str) -> AsyncIterator[Callable[[str, str], Awaitable[Any]]]:
    """Yields the same for tasks."""
    url = base_url + SEND
    async with httpx.AsyncClient(verify=httpx.create_ssl_context(), headers=OWN_CONNECTION) as client:

        async def send(mailbox: str, draft: str) -> Any:
            return (await client.post(url.format(mailbox, draft))).json()["data"]["message_id"]

        yield send


@contextmanager
def opened_for_reads(base_url: str) -> Iterator[Callable[[str], Any]]:
    """Yields what reads a draft, over one kept connection."""
    url = base_url + DRAFT
    with httpx.Client(headers=HEADERS) as client:
        yield lambda draft: client.get(url.format("me", draft)).json()["data"]["draft"]


if __name__ == "__main__":
    with opened(sys.argv[1]) as send_one:
        sys.exit(not send_one("me", "draft-1"))
