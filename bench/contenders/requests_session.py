"""requests: an open session, the URL, the token, the JSON of the answer; a connection for each send. Not for tasks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

HEADERS = {"Authorization": "Bearer u-bench", "Connection": "close"}
SEND = "/open-apis/mail/v1/user_mailboxes/{}/drafts/{}/send"


@contextmanager
def opened(base_url: str) -> Iterator[Callable[[str, str], Any]]:
    """Yields what sends the draft of a mailbox and returns the id of its mail."""
    url = base_url + SEND
    with requests.Session() as session:
        session.headers.update(HEADERS)
        yield lambda mailbox, draft: session.post(url.format(mailbox, draft)).json()["data"]["message_id"]


if __name__ == "__main__":
    with opened(sys.argv[1]) as send_one:
        sys.exit(not send_one("me", "draft-1"))
