from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_response import ErrorResponse
from ...models.send_draft_response import SendDraftResponse
from ...types import Response


def _get_kwargs(
    user_mailbox_id: str,
    draft_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/open-apis/mail/v1/user_mailboxes/{user_mailbox_id}/drafts/{draft_id}/send".format(
            user_mailbox_id=quote(str(user_mailbox_id), safe=""),
            draft_id=quote(str(draft_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorResponse | SendDraftResponse | None:
    if response.status_code == 200:
        response_200 = SendDraftResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorResponse.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorResponse.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorResponse.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ErrorResponse.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = ErrorResponse.from_dict(response.json())

        return response_409

    if response.status_code == 429:
        response_429 = ErrorResponse.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ErrorResponse.from_dict(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorResponse | SendDraftResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    user_mailbox_id: str,
    draft_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[ErrorResponse | SendDraftResponse]:
    """Send a draft. 发送草稿。

     Sends the draft and turns it into a sent message. There is no request body.

    - Needs a **user** access token whose app and user both granted `mail:user_mailbox.message:send`.
    - At most **20 calls a minute**, counted for one app in one tenant: all users of the app share them.
    A refused
      call is answered with code 99991400.
    - The service locks the user while it writes: send one draft of a user at a time, or expect 1236006.
    - An answer without the envelope says nothing about the mail: whether it went out is unknown.
    Sending the same
      draft again is safe.

    发送指定草稿，并将其转为已发送邮件。没有请求体。

    - 需要**用户**访问凭证，且应用与用户都已授予 `mail:user_mailbox.message:send` 权限。
    - 每分钟最多 **20 次**，按应用在同一租户内计数：该应用的所有用户共享。超出时返回错误码 99991400。
    - 服务在写入时会锁定用户：同一用户请逐个发送草稿，否则会返回 1236006。
    - 不含 `{code, msg, data}` 结构的响应无法说明邮件是否发出。再次发送同一草稿是安全的。

    Args:
        user_mailbox_id (str):
        draft_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | SendDraftResponse]
    """

    kwargs = _get_kwargs(
        user_mailbox_id=user_mailbox_id,
        draft_id=draft_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    user_mailbox_id: str,
    draft_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> ErrorResponse | SendDraftResponse | None:
    """Send a draft. 发送草稿。

     Sends the draft and turns it into a sent message. There is no request body.

    - Needs a **user** access token whose app and user both granted `mail:user_mailbox.message:send`.
    - At most **20 calls a minute**, counted for one app in one tenant: all users of the app share them.
    A refused
      call is answered with code 99991400.
    - The service locks the user while it writes: send one draft of a user at a time, or expect 1236006.
    - An answer without the envelope says nothing about the mail: whether it went out is unknown.
    Sending the same
      draft again is safe.

    发送指定草稿，并将其转为已发送邮件。没有请求体。

    - 需要**用户**访问凭证，且应用与用户都已授予 `mail:user_mailbox.message:send` 权限。
    - 每分钟最多 **20 次**，按应用在同一租户内计数：该应用的所有用户共享。超出时返回错误码 99991400。
    - 服务在写入时会锁定用户：同一用户请逐个发送草稿，否则会返回 1236006。
    - 不含 `{code, msg, data}` 结构的响应无法说明邮件是否发出。再次发送同一草稿是安全的。

    Args:
        user_mailbox_id (str):
        draft_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | SendDraftResponse
    """

    return sync_detailed(
        user_mailbox_id=user_mailbox_id,
        draft_id=draft_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    user_mailbox_id: str,
    draft_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[ErrorResponse | SendDraftResponse]:
    """Send a draft. 发送草稿。

     Sends the draft and turns it into a sent message. There is no request body.

    - Needs a **user** access token whose app and user both granted `mail:user_mailbox.message:send`.
    - At most **20 calls a minute**, counted for one app in one tenant: all users of the app share them.
    A refused
      call is answered with code 99991400.
    - The service locks the user while it writes: send one draft of a user at a time, or expect 1236006.
    - An answer without the envelope says nothing about the mail: whether it went out is unknown.
    Sending the same
      draft again is safe.

    发送指定草稿，并将其转为已发送邮件。没有请求体。

    - 需要**用户**访问凭证，且应用与用户都已授予 `mail:user_mailbox.message:send` 权限。
    - 每分钟最多 **20 次**，按应用在同一租户内计数：该应用的所有用户共享。超出时返回错误码 99991400。
    - 服务在写入时会锁定用户：同一用户请逐个发送草稿，否则会返回 1236006。
    - 不含 `{code, msg, data}` 结构的响应无法说明邮件是否发出。再次发送同一草稿是安全的。

    Args:
        user_mailbox_id (str):
        draft_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | SendDraftResponse]
    """

    kwargs = _get_kwargs(
        user_mailbox_id=user_mailbox_id,
        draft_id=draft_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    user_mailbox_id: str,
    draft_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> ErrorResponse | SendDraftResponse | None:
    """Send a draft. 发送草稿。

     Sends the draft and turns it into a sent message. There is no request body.

    - Needs a **user** access token whose app and user both granted `mail:user_mailbox.message:send`.
    - At most **20 calls a minute**, counted for one app in one tenant: all users of the app share them.
    A refused
      call is answered with code 99991400.
    - The service locks the user while it writes: send one draft of a user at a time, or expect 1236006.
    - An answer without the envelope says nothing about the mail: whether it went out is unknown.
    Sending the same
      draft again is safe.

    发送指定草稿，并将其转为已发送邮件。没有请求体。

    - 需要**用户**访问凭证，且应用与用户都已授予 `mail:user_mailbox.message:send` 权限。
    - 每分钟最多 **20 次**，按应用在同一租户内计数：该应用的所有用户共享。超出时返回错误码 99991400。
    - 服务在写入时会锁定用户：同一用户请逐个发送草稿，否则会返回 1236006。
    - 不含 `{code, msg, data}` 结构的响应无法说明邮件是否发出。再次发送同一草稿是安全的。

    Args:
        user_mailbox_id (str):
        draft_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | SendDraftResponse
    """

    return (
        await asyncio_detailed(
            user_mailbox_id=user_mailbox_id,
            draft_id=draft_id,
            client=client,
        )
    ).parsed
