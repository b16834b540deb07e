"""Sends drafts with requests: one open session, the URL, the token, the JSON of the answer. It has no async side."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests

HEADERS = {"Authorization": "Bearer u-bench"}
PATH = "/open-apis/mail/v1/user_mailboxes/{}/drafts/{}/send"


@contextmanager
def opened(base_url: str) -> Iterator[Callable[[str, str], str | None]]:
    """Yields what sends one draft and returns the id of its mail."""
    url = base_url + PATH
    with requests.Session() as session:

        def send(mailbox: str, draft: str) -> str | None:
            answer = session.post(url.format(mailbox, draft), headers=HEADERS)
            message_id: str | None = answer.json()["data"]["message_id"]
            return message_id

        yield send


if __name__ == "__main__":
    with opened(sys.argv[1]) as send_one:
        sys.exit(not send_one("me", sys.argv[2]))
