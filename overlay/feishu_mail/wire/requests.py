"""Requests: what the generated client builds, to where the service is, with the token and the limits of the answer."""

import math
from collections.abc import Mapping
from typing import Any, Final

import httpx

from feishu_mail.wire.limits import ReadLimits, WriteLimit
from feishu_mail.wire.secrecy import AccessToken

LONGEST_BODY: Final = 1024 * 1024
"""Bytes that are read of the answer to a write; the service's own answers have a few hundred."""
LONGEST_CONTENT: Final = 128 * 1024 * 1024
"""Bytes that are read of the answer to a read: a mail may have 37.5 MB, and its encodings nearly double them."""
_OVERHEAD: Final = 256 * 1024
"""Bytes beside the body: status, headers, and what frames the body."""


def build_request(
    built: Mapping[str, Any],
    *,
    base_url: httpx.URL,
    token: AccessToken,
    timeout: httpx.Timeout,
    writes: bool,
    http_client: httpx.Client | httpx.AsyncClient | None,
    leave_by: float = math.inf,
) -> httpx.Request:
    """Returns the request that a function of the generated client describes.

    Args:
        built: what the generated function returned.
        base_url: where the service is.
        token: the access token.
        timeout: seconds for each step; those for reading are for the whole answer.
        writes: whether the request is for an operation that writes.
        http_client: a caller's own client, which may add headers of its own.
        leave_by: by ``time.monotonic()``; afterwards not a byte leaves over connections of ours.

    Raises:
        httpx.InvalidURL: the parameters make a URL that is too long.
    """
    options: dict[str, Any] = dict(built)
    url = str(base_url).rstrip("/") + options.pop("url")
    headers = {
        **options.pop("headers", {}),
        "Authorization": f"Bearer {token.reveal()}",
        "Accept": "application/json",
        # What is compressed cannot be bounded before it is unpacked.
        "Accept-Encoding": "identity",
    }
    if writes or http_client is not None:
        # No later request may meet what is left of this one's answer, nor the other way round.
        headers["Connection"] = "close"
    seconds = timeout.as_dict()
    seconds["read"] = ReadLimits(timeout.read or 0, longest_body(writes=writes) + _OVERHEAD)
    if http_client is None:
        seconds["write"] = WriteLimit(timeout.write or 0, leave_by)
    else:
        return http_client.build_request(url=url, headers=headers, extensions={"timeout": seconds}, **options)
    return httpx.Request(
        url=url, headers={**headers, "User-Agent": "feishu-mail"}, extensions={"timeout": seconds}, **options
    )


def longest_body(*, writes: bool) -> int:
    """Returns the bytes of an answer's body that are read at most."""
    return LONGEST_BODY if writes else LONGEST_CONTENT
