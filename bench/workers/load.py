"""Loads a server over a few kept-alive connections, with as little work of its own as Python allows.

Prints the seconds that a request took. With ``--sandbox`` it first creates the drafts, since each can be sent once.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

CONNECTIONS = 8
REQUEST = (
    "POST /open-apis/mail/v1/user_mailboxes/me/drafts/{}/send HTTP/1.1\r\nHost: {}\r\n"
    "Authorization: Bearer u-bench\r\nContent-Length: 0\r\n\r\n"
)


def control(address: str, name: str, body: object) -> None:
    """Makes one call of the sandbox's control plane."""
    connection = HTTPConnection(address, timeout=30)
    connection.request("POST", f"/_sandbox/{name}", json.dumps(body))
    if connection.getresponse().status != 200:
        raise RuntimeError(f"the sandbox refused {name}")
    connection.close()


def create_drafts(address: str, count: int) -> None:
    """Creates the drafts, over one connection."""
    control(address, "settings", {"rate_limit": None})
    connection = HTTPConnection(address, timeout=30)
    for number in range(count):
        connection.request("POST", "/_sandbox/drafts", json.dumps({"draft_id": f"draft-{number}"}))
        connection.getresponse().read()
    connection.close()


async def send(address: str, drafts: Iterator[int]) -> None:
    """Sends drafts over one connection for as long as there are some."""
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for number in drafts:
        writer.write(REQUEST.format(f"draft-{number}", address).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        body = await reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200 ") or json.loads(body)["code"] != 0:
            raise RuntimeError(f"not sent: {body!r}")
    writer.close()
    await writer.wait_closed()


async def measure(address: str, requests: int) -> float:
    """Returns the seconds a request."""
    drafts = iter(range(requests))
    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(CONNECTIONS):
            tasks.create_task(send(address, drafts))
    return (time.perf_counter() - began) / requests


def main() -> None:
    """Measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("requests", type=int)
    parser.add_argument("--sandbox", action="store_true")
    options = parser.parse_args()
    address = urlsplit(options.url).netloc
    if options.sandbox:
        create_drafts(address, options.requests)
    print(asyncio.run(measure(address, options.requests)))


if __name__ == "__main__":
    main()
