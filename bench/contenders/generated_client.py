"""Sends drafts with the generated client alone, without the SDK on top."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from feishu_mail_client import AuthenticatedClient
from feishu_mail_client.api.drafts import send_draft
from feishu_mail_client.models import ErrorResponse, SendDraftResponse


def _message_id(answer: ErrorResponse | SendDraftResponse | None) -> str | None:
    return answer.data.message_id or None if isinstance(answer, SendDraftResponse) and answer.data else None


@contextmanager
def opened(base_url: str) -> Iterator[Callable[[str, str], str | None]]:
    """Yields what sends one draft and returns the id of its mail."""
    with AuthenticatedClient(base_url, "u-bench") as client:
        yield lambda mailbox, draft: _message_id(send_draft.sync(mailbox, draft, client=client))


@asynccontextmanager
async def opened_async(base_url: str) -> AsyncIterator[Callable[[str, str], Awaitable[str | None]]]:
    """Yields the same for tasks."""
    async with AuthenticatedClient(base_url, "u-bench") as client:

        async def send(mailbox: str, draft: str) -> str | None:
            return _message_id(await send_draft.asyncio(mailbox, draft, client=client))

        yield send


if __name__ == "__main__":
    with opened(sys.argv[1]) as send_one:
        sys.exit(not send_one("me", sys.argv[2]))
