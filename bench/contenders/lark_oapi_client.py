"""lark-oapi, the vendor's SDK, and its own operation for a send. It opens a connection for each call."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import lark_oapi  # pyright: ignore[reportMissingImports]
from lark_oapi.api.mail.v1 import SendUserMailboxDraftRequest  # pyright: ignore[reportMissingImports]


def _drafts(base_url: str) -> Any:
    return lark_oapi.Client.builder().domain(base_url).enable_set_token(True).build().mail.v1.user_mailbox_draft


def _call(mailbox: str, draft: str) -> tuple[Any, Any]:
    request = SendUserMailboxDraftRequest.builder().user_mailbox_id(mailbox).draft_id(draft).build()
    return request, lark_oapi.RequestOption.builder().user_access_token("u-bench").build()


@contextmanager
def opened(base_url: str) -> Iterator[Callable[[str, str], Any]]:
    """Yields what sends the draft of a mailbox and returns the id of its mail."""
    drafts = _drafts(base_url)
    yield lambda mailbox, draft: drafts.send(*_call(mailbox, draft)).data.message_id


@asynccontextmanager
async def opened_async(base_url: str) -> AsyncIterator[Callable[[str, str], Awaitable[Any]]]:
    """Yields the same for tasks."""
    drafts = _drafts(base_url)

    async def send(mailbox: str, draft: str) -> Any:
        return (await drafts.asend(*_call(mailbox, draft))).data.message_id

    yield send


if __name__ == "__main__":
    with opened(sys.argv[1]) as send_one:
        sys.exit(not send_one("me", "draft-1"))
