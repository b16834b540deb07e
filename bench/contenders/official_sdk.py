"""Sends drafts with lark-oapi, the vendor's SDK, and its own operation for it. It opens a connection for each call."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import lark_oapi  # pyright: ignore[reportMissingImports]
from lark_oapi.api.mail.v1 import SendUserMailboxDraftRequest  # pyright: ignore[reportMissingImports]


def _client(base_url: str) -> lark_oapi.Client:
    return lark_oapi.Client.builder().domain(base_url).enable_set_token(True).build()


def _request(mailbox: str, draft: str) -> SendUserMailboxDraftRequest:
    return SendUserMailboxDraftRequest.builder().user_mailbox_id(mailbox).draft_id(draft).build()


def _option() -> lark_oapi.RequestOption:
    return lark_oapi.RequestOption.builder().user_access_token("u-bench").build()


@contextmanager
def opened(base_url: str) -> Iterator[Callable[[str, str], str | None]]:
    """Yields what sends one draft and returns the id of its mail."""
    drafts = _client(base_url).mail.v1.user_mailbox_draft

    def send(mailbox: str, draft: str) -> str | None:
        message_id: str | None = drafts.send(_request(mailbox, draft), _option()).data.message_id
        return message_id

    yield send


@asynccontextmanager
async def opened_async(base_url: str) -> AsyncIterator[Callable[[str, str], Awaitable[str | None]]]:
    """Yields the same for tasks."""
    drafts = _client(base_url).mail.v1.user_mailbox_draft

    async def send(mailbox: str, draft: str) -> str | None:
        message_id: str | None = (await drafts.asend(_request(mailbox, draft), _option())).data.message_id
        return message_id

    yield send


if __name__ == "__main__":
    with opened(sys.argv[1]) as send_one:
        sys.exit(not send_one("me", sys.argv[2]))
