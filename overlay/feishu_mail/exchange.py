"""One request and its answer: nothing is followed, nothing is read without bounds, nothing private is logged."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.request import getproxies

import attrs
import httpx

from feishu_mail.access_tokens import AccessToken
from feishu_mail.answer_timeout import bound_answer
from feishu_mail.arguments import DEFAULT_TIMEOUT, invalid_argument, is_loopback

LONGEST_BODY: Final = 1024 * 1024
"""Bytes of an answer that are read at most; the service's own answers have a few hundred."""


class _UnloggedURL(httpx.URL):
    """A URL whose text leaves out the path: httpx logs the text, and the path holds a mailbox address."""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc.decode('ascii')}/not-logged"

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"


@attrs.frozen(repr=False)
class RawAnswer:
    """What came back, as far as it came."""

    http_status: int
    headers: Mapping[str, str]
    content: bytes
    problem: str | None = None
    """Why the body is not whole."""


def new_client(base_url: httpx.URL, timeout: httpx.Timeout) -> httpx.Client:
    """Returns a client that follows no redirects and never waits for ever."""
    return httpx.Client(timeout=timeout, follow_redirects=False, mounts=_without_proxy(base_url))


def new_async_client(base_url: httpx.URL, timeout: httpx.Timeout) -> httpx.AsyncClient:
    """Returns the same for tasks."""
    return httpx.AsyncClient(timeout=timeout, follow_redirects=False, mounts=_without_proxy(base_url))


def _without_proxy(base_url: httpx.URL) -> Mapping[str, None]:
    # A proxy from the environment cannot reach this machine's own loopback, and must not see the token in the clear.
    # Each exception is looked at for each request, so that there are none where there is no proxy.
    if not getproxies():
        return {}
    hosts = {"localhost", "127.0.0.1", "[::1]"}
    if is_loopback(base_url) and ":" not in base_url.host:
        hosts.add(base_url.host)
    return {f"all://{host}": None for host in hosts}


def build_request(
    client: httpx.Client | httpx.AsyncClient,
    *,
    base_url: httpx.URL,
    user_mailbox_id: str,
    draft_id: str,
    token: AccessToken,
    timeout: httpx.Timeout,
) -> httpx.Request:
    """Returns the request as the generated client makes it, with the token and a timeout.

    Raises:
        InvalidArgument: the ids make a URL that is too long to be sent.
    """
    # Imported with the first send, so that `import feishu_mail` stays cheap.
    from feishu_mail_client.api.drafts import send_draft

    # The generator makes this function for the operation's own use; it has no public name.
    operation = send_draft._get_kwargs(user_mailbox_id, draft_id)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    try:
        request = client.build_request(
            operation["method"],
            str(base_url).rstrip("/") + operation["url"],
            headers={"Authorization": f"Bearer {token.reveal()}", "Accept": "application/json"},
            timeout=timeout,
        )
    except httpx.InvalidURL as error:
        raise invalid_argument("user_mailbox_id and draft_id do not fit into a URL") from error
    request.url = _UnloggedURL(request.url)
    bound_answer(request, timeout.read or DEFAULT_TIMEOUT, is_async=isinstance(client, httpx.AsyncClient))
    return request


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
