"""The request of the send operation: where it goes, under which token, and how long its answer may take."""

from typing import Final
from urllib.parse import quote, unquote

import httpx

from feishu_mail.access_tokens import AccessToken
from feishu_mail.answer_timeout import bound_answer
from feishu_mail.arguments import DEFAULT_TIMEOUT, invalid_argument
from feishu_mail.http_clients import OwnAsyncClient, OwnClient
from feishu_mail.send_operation import METHOD, PATH

LONGEST_PATH: Final = 60_000
"""Characters; httpx parses no URL of more than 65,536."""


class _UnloggedURL(httpx.URL):
    """A URL whose text leaves out the path: httpx logs the text, and the path holds a mailbox address."""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc.decode('ascii')}/not-logged"

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"


class _OperationURL(_UnloggedURL):
    """The base URL with the operation's path after it, without parsing both anew for each request.

    Whoever copied it would get the base URL alone: it goes to clients that no caller's code can reach.
    """

    def __init__(self, base_url: httpx.URL, raw_path: bytes) -> None:
        super().__init__(base_url)
        self._raw_path = raw_path

    @property
    def raw_path(self) -> bytes:
        return self._raw_path

    @property
    def path(self) -> str:
        return unquote(self._raw_path.decode("ascii"))


def build_request(
    client: httpx.Client | httpx.AsyncClient,
    *,
    base_url: httpx.URL,
    user_mailbox_id: str,
    draft_id: str,
    token: AccessToken,
    timeout: httpx.Timeout,
) -> httpx.Request:
    """Returns the request, as the generated client would make it, with the token and a timeout.

    Raises:
        InvalidArgument: the ids make a URL that is too long to be sent.
    """
    path = PATH.format(user_mailbox_id=quote(user_mailbox_id, safe=""), draft_id=quote(draft_id, safe=""))
    try:
        if isinstance(client, OwnClient | OwnAsyncClient):
            request = _for_own_client(client, base_url, path, token, timeout)
        else:
            request = client.build_request(
                METHOD,
                str(base_url).rstrip("/") + path,
                headers={"Authorization": f"Bearer {token.reveal()}", "Accept": "application/json"},
                timeout=timeout,
            )
            request.url = _UnloggedURL(request.url)
    except httpx.InvalidURL as error:
        raise invalid_argument("user_mailbox_id and draft_id do not fit into a URL") from error
    bound_answer(request, timeout.read or DEFAULT_TIMEOUT, is_async=isinstance(client, httpx.AsyncClient))
    return request


def _for_own_client(
    client: OwnClient | OwnAsyncClient, base_url: httpx.URL, path: str, token: AccessToken, timeout: httpx.Timeout
) -> httpx.Request:
    if len(path) > LONGEST_PATH:
        raise httpx.InvalidURL("URL too long")
    headers = client.headers.copy()
    headers["Authorization"] = f"Bearer {token.reveal()}"
    request = httpx.Request(METHOD, base_url, headers=headers, extensions={"timeout": timeout.as_dict()})
    request.url = _OperationURL(base_url, base_url.raw_path.rstrip(b"/") + path.encode("ascii"))
    return request
