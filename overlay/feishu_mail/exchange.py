"""One request and its answer: nothing is followed, nothing is read without bounds, nothing private is logged."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import httpx

LONGEST_BODY: Final = 1024 * 1024
"""Bytes of an answer that are read at most; the service's own answers have a few hundred."""


class RawAnswer(NamedTuple):
    """What came back, as far as it came."""

    http_status: int
    headers: Mapping[str, str]
    content: bytes
    problem: str | None = None
    """Why the body is not whole."""


def exchange(client: httpx.Client, request: httpx.Request) -> RawAnswer:
    """Sends the request and reads the answer.

    Raises:
        httpx.HTTPError: there is no answer, not even a status.
    """
    # auth=None: a caller's own client must not replace the token. Redirects would carry it to another host.
    response = client.send(request, stream=True, auth=None, follow_redirects=False)
    try:
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > LONGEST_BODY:
                return _answer(response, b"", "the body is over 1 MiB")
    except httpx.HTTPError as error:
        return _answer(response, b"", f"the body broke off ({type(error).__name__})")
    finally:
        response.close()
    return _answer(response, bytes(content))


async def exchange_async(client: httpx.AsyncClient, request: httpx.Request) -> RawAnswer:
    """Does the same for tasks."""
    response = await client.send(request, stream=True, auth=None, follow_redirects=False)
    try:
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > LONGEST_BODY:
                return _answer(response, b"", "the body is over 1 MiB")
    except httpx.HTTPError as error:
        return _answer(response, b"", f"the body broke off ({type(error).__name__})")
    finally:
        await response.aclose()
    return _answer(response, bytes(content))


def _answer(response: httpx.Response, content: bytes, problem: str | None = None) -> RawAnswer:
    return RawAnswer(response.status_code, response.headers, content, problem)


def scrub(error: BaseException) -> None:
    """Removes from an exception, and those chained to it, the frames and the request that hold the token."""
    for link in _chain(error):
        link.__traceback__ = None
        if isinstance(link, httpx.RequestError):
            link.request = httpx.Request("POST", "")


def quotes(error: BaseException, secrets: Sequence[str]) -> bool:
    """Returns whether an exception, or one chained to it, has one of the texts in its words or arguments."""
    told = [text for link in _chain(error) for text in (str(link), repr(link.args))]
    return any(secret in text for secret in secrets for text in told)


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__
